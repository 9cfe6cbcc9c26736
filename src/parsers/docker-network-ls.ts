/** One row of `docker network ls`. */
export interface NetworkRow {
  readonly line: number;
  /** As printed: usually the first 12 digits. */
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
}
