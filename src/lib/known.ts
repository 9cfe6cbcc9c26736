/**
 * A fact that a snapshot may not hold. `known: false` is not "empty" and not "default": it says why nothing is known, and
 * whoever goes on from there has to say that it assumes something.
 */
export type Known<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export const known = <T>(value: T): Known<T> => ({ known: true, value });
export const unknown = (why: string): Known<never> => ({ known: false, why });
