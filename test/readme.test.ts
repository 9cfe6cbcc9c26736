import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runCommand } from "./support/run-command.ts";

/** The blocks of the README after `<!-- help: command -->` and `<!-- output: arguments -->`, filled by running the command. */
function filled(readme: string): string {
  return readme.replace(
    /(<!-- (help|output)(?:: ([^\n]*?))? -->\n```[a-z]*\n)[\s\S]*?(```\n)/g,
    (_, head: string, what: string, words: string | undefined, tail: string) => {
      const args = words?.split(" ") ?? [];
      return head + runCommand(what === "help" ? [...args, "--help"] : args).stdout + tail;
    },
  );
}

test("the README shows the command's own help and output", async () => {
  await expect(filled(readFileSync("README.md", "utf8"))).toMatchFileSnapshot("../README.md");
});
