export interface ReportOptions {
  /** The columns to lay text out for; a single long word may still be wider. */
  readonly width: number;
  readonly color: boolean;
}
