import type { Reason } from "../reasons/reason.ts";

/** Three-valued logic: true, false, or not known, and then why ("`-m limit` depends on the traffic before"). */
export type Tri = boolean | Maybe;

/** Neither true nor false from what was captured. */
export interface Maybe {
  readonly because: readonly Reason[];
}

export const maybe = (...because: readonly Reason[]): Maybe => ({ because });

export const isMaybe = (value: Tri): value is Maybe => typeof value === "object";

/** Not known stays not known. */
export const not = (value: Tri): Tri => (isMaybe(value) ? value : !value);

/** False as soon as one is; else not known as soon as one is. */
export function and(a: Tri, b: Tri): Tri {
  if (a === false || b === false) return false;
  if (isMaybe(a)) return isMaybe(b) ? maybe(...a.because, ...b.because) : a;
  return b;
}

/** True as soon as one is; else not known as soon as one is. */
export function or(a: Tri, b: Tri): Tri {
  return not(and(not(a), not(b)));
}
