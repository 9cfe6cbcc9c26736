/**
 * What a text costs to read: memory and time go with its records, not with its bytes. A line of a rule set costs 10, one of
 * a list of interfaces or containers, each of which may become a thing with a place in the picture, 40. In JSON an object
 * costs 8, and each further value and each line end 1: a container of `docker inspect`, printed in full, about 1,000.
 */
export const prices = {
  lines: { "\n": 10 },
  things: { "\n": 40 },
  json: { "{": 8, ",": 1, "\n": 1 },
  either: { "{": 8, ",": 1, "\n": 10 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

/** How the records of a kind of capture are counted. */
export type Counted = keyof typeof prices;

/** What one capture may cost, and all captures of a snapshot together. */
export const mostCost = { capture: 2_000_000, snapshot: 5_000_000 };
