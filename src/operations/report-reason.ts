import { type Reason, say } from "../reasons/reason.ts";
import type { ReasonReport } from "../results/reason.ts";

/** A reason as it is published: its code, its words, and what it names. */
export function reportReason(reason: Reason): ReasonReport {
  const { code, ...facts } = reason;
  return { code, text: say(reason), facts };
}
