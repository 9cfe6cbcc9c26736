import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { runHere } from "./support/run-command.ts";

const block = /(<!-- (help|output)(?:: ([^\n]*?))? -->\n```[a-z]*\n)[\s\S]*?(```\n)/g;

/** The blocks of the README after `<!-- help: command -->` and `<!-- output: arguments -->`, filled by running the command. */
async function filled(readme: string): Promise<string> {
  const texts = new Map<string, string>();
  for (const [whole, head = "", what, words, tail = ""] of readme.matchAll(block)) {
    const args = words?.split(" ") ?? [];
    const { stdout } = await runHere(what === "help" ? [...args, "--help"] : args);
    texts.set(whole, head + stdout + tail);
  }
  return readme.replace(block, (whole) => texts.get(whole) ?? whole);
}

test("the README shows the command's own help and output", async () => {
  await expect(await filled(readFileSync("README.md", "utf8"))).toMatchFileSnapshot("../README.md");
});

test("the README's picture of the page is there, and small", () => {
  expect(readFileSync("README.md", "utf8")).toMatch(/^!\[[^\]]+\]\(docs\/page\.png\)$/m);
  expect(statSync("docs/page.png").size).toBeLessThan(200_000);
});
