/** What decides about colours, strongest first. */
export interface ColorWishes {
  /** `--color`, `--no-color`; undefined when neither was given. */
  readonly flag: boolean | undefined;
  readonly NO_COLOR: string | undefined;
  readonly FORCE_COLOR: string | undefined;
  readonly isTTY: boolean;
}

/** Whether to colour: the flag, else NO_COLOR unless empty (no-color.org), else FORCE_COLOR (`0` and `false` say no), else a terminal. */
export function wantsColor({ flag, NO_COLOR, FORCE_COLOR, isTTY }: ColorWishes): boolean {
  if (flag !== undefined) return flag;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTTY;
}
