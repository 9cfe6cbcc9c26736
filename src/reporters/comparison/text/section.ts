/** A part of the text report; without lines it is left out. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}
