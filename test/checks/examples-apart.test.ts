import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { examplesById } from "../../src/checks/all-examples.ts";

/** All scripts and pages of the build. */
const built = readdirSync("dist", { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(js|html)$/.test(name))
  .map((name) => ({ name, text: readFileSync(`dist/${name}`, "utf8") }));

/** What only an example says: long pieces of names and of lines of captures, of characters that a script writes as they are. */
const texts = [
  ...new Set(
    Object.values(examplesById)
      .flatMap(({ bad, good }) => [...bad, ...good])
      .flatMap(({ name, captures, netns = {} }) => [
        name,
        ...[captures, ...Object.values(netns)].flatMap((own) => Object.values(own)),
      ])
      .flatMap((text) => text.split("\n"))
      .flatMap((line) => line.match(/[\w .,;:<>=@/-]{50,}/g) ?? []),
  ),
];

test("examples are in a part of the command that is loaded when it comes to them, and in nothing else", () => {
  const [part, ...others] = built.filter(({ text }) => texts.some((one) => text.includes(one))).map(({ name }) => name);
  expect(texts.length).toBeGreaterThan(500);
  expect(others).toEqual([]);
  expect(part).toMatch(/^parts\/all-examples-\w+\.js$/);
  // Nobody has it before it is asked for.
  const file = basename(part ?? "");
  const loaders = built.filter(({ text }) => text.includes(file)).map(({ text }) => text);
  expect(loaders.length).toBeGreaterThan(0);
  for (const text of loaders)
    expect(text.split(`${file}"`).length).toBe(text.split(new RegExp(`\\bimport\\("[./\\w]*${file}"`)).length);
});
