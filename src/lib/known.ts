/**
 * A fact that a snapshot may not hold. `known: false` is not "empty" and not "default": it says why nothing is known, and
 * whoever goes on from there has to say that it assumes something.
 */
export type Known<T> = { readonly known: true; readonly value: T } | Unknown;

/** `lacks` is the id of the capture that would tell; null where it is none or the text says it all. */
export interface Unknown {
  readonly known: false;
  readonly why: string;
  readonly lacks: string | null;
}

export const known = <T>(value: T): Known<T> => ({ known: true, value });
export const unknown = (why: string, lacks: string | null = null): Unknown => ({ known: false, why, lacks });
