import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests of these folders wait for shells, browsers and the built command. */
const waiting = /\/test\/(?:cli|collector|page)\//;

/**
 * The same order of the files each time, with those that wait spread evenly among those that compute, so that there is always
 * something to compute beside them.
 */
export class Spread extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const inOrder = files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
    return [
      ...places(inOrder.filter(({ moduleId }) => waiting.test(moduleId))),
      ...places(inOrder.filter(({ moduleId }) => !waiting.test(moduleId))),
    ]
      .toSorted((a, b) => a.place - b.place)
      .map(({ file }) => file);
  }
}

/** Each file with how far into the run it belongs, from 0 up to 1. */
const places = (files: readonly TestSpecification[]) => files.map((file, i) => ({ file, place: i / files.length }));
