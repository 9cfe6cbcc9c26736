import { expect, describe as group, test } from "vitest";
import { describe } from "../../src/picture/describe.ts";
import { mergeContents } from "../../src/picture/merge.ts";
import { pictureOf } from "../../src/reporters/analysis/svg.ts";
import { hostAnalysis } from "../support/fixtures.ts";

const contentOf = async (name: string) => describe(pictureOf(await hostAnalysis(name)));
const none = { before: new Map(), after: new Map() };

group("two hosts in one picture", () => {
  test("show the later one, where nothing is marked", async () => {
    const [before, after] = [await contentOf("change-docker28"), await contentOf("change-docker28-after")];
    expect(mergeContents(before, after, none)).toEqual(after);
  });

  test("show what is gone where it was", async () => {
    const [before, after] = [await contentOf("change-docker28"), await contentOf("change-docker28-after")];
    const marks = { before: new Map([["container:legacy", "gone" as const]]), after: new Map() };
    const frontend = mergeContents(before, after, marks).groups.find(({ title }) => title === "frontend");
    expect(frontend?.cells.map(({ name, mark }) => [name, mark])).toEqual([
      ["web", undefined],
      ["legacy", "gone"],
    ]);
  });

  test("show a network that is gone, with its members", async () => {
    const [before, after] = [await contentOf("change-docker28-after"), await contentOf("change-docker28")];
    const marks = {
      before: new Map([
        ["network:jobs", "gone" as const],
        ["container:worker", "gone" as const],
        ["container:queue@jobs", "gone" as const],
      ]),
      after: new Map([["container:queue", "changed" as const]]),
    };
    const merged = mergeContents(before, after, marks);
    const jobs = merged.groups.find(({ title }) => title === "jobs");
    expect([jobs?.mark, jobs?.cells.map(({ name, mark }) => [name, mark])]).toEqual([
      "gone",
      [
        ["worker", "gone"],
        ["queue", "gone"],
      ],
    ]);
    const queue = merged.groups.find(({ title }) => title === "backend")?.cells.find(({ name }) => name === "queue");
    expect(queue?.mark).toBe("changed");
  });
});
