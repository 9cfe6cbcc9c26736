/** One bridge, from `brctl show`. */
export interface BrctlBridge {
  readonly line: number;
  readonly name: string;
  /** `8000.0242f0c749bd`; null when brctl could not tell (`can't get info`). */
  readonly id: string | null;
  readonly stp: boolean | null;
  readonly ports: readonly { readonly line: number; readonly name: string }[];
  /** brctl's own complaint about this bridge. */
  readonly error: string | null;
}
