/** Something that must not be: a defect, unless the rule itself is wrong. */
export interface Complaint {
  /** What was being done: `check`, `show -f svg`. */
  readonly step: string;
  readonly rule: string;
  readonly detail: string;
  /** Where it was thrown; null for what was not thrown. */
  readonly place: string | null;
}

/** What complaints of one cause have in common: they are told once. */
export const causeOf = ({ step, rule, place }: Complaint): string =>
  place === null ? `${step}: ${rule}` : `${rule} at ${place}`;

/** What was thrown, and where in the sources. */
export function thrown(step: string, error: unknown): Complaint {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const [, place = "?"] = /\/(src\/[^\s)]+:\d+):\d+/.exec(stack) ?? [];
  return { step, rule: "throws what is not ours", detail: text.slice(0, 300), place };
}
