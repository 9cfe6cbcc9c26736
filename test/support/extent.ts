/**
 * `npm run test:all`, which CI runs, tries everything. `npm test` tries a part of what is alike, the same part each time, so
 * that a person waits for it.
 */
export const isAll = process.env["VETHSCOPE_TESTS"] === "all";

/** All of a list in `npm run test:all`, and in `npm test` one of `each`, the first among them. */
export const someOf = <T>(all: readonly T[], each: number): readonly T[] =>
  isAll ? all : all.filter((_, i) => i % each === 0);

/** A number of tries in `npm run test:all`, and in `npm test` a share of it. */
export const runs = (all: number, share = 1 / 8): number => (isAll ? all : Math.ceil(all * share));
