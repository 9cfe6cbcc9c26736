import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** All source files with their texts. */
const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file: join("src", file), text: readFileSync(join("src", file), "utf8") }));

const filesWith = (pattern: RegExp): readonly string[] =>
  sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

/** How a command begins, where a sentence that begins with a program's name goes on otherwise. */
const command =
  "sudo |docker (?:-|restart|logs|compose|inspect|run|exec|network (?:rm|create|connect|disconnect|inspect))|ip (?:-\\w+ )*(?:link|addr|route|rule|neigh) (?:add|del|set|show|replace)|ip6?tables(?:-\\w+)? -|nft (?:-|add|insert|delete|list)|bridge (?:fdb|link|vlan) |sysctl -|systemctl |nsenter |firewall-cmd |echo |grep ";

test("no command is put together but by `sh`", () => {
  const template = new RegExp(`(?<!\\bsh)\`(?:${command})[^\`]*\\$\\{`);
  const joined = new RegExp(`["'](?:${command})[^"'\\n]*["'] *\\+`);
  expect(filesWith(template)).toEqual([]);
  expect(filesWith(joined)).toEqual([]);
  // What it looks for would be found.
  expect(template.test(`x = \`sudo ip link del ${"${"}name}\``)).toBe(true);
  expect(joined.test('x = "docker restart " + name')).toBe(true);
  expect(filesWith(new RegExp(`\\bsh\`(?:${command})[^\`]*\\$\\{`)).length).toBeGreaterThan(20);
});

test("text of ours that is no template comes from the table of options, and commands are made in one place", () => {
  expect(filesWith(/\bownWord\(/)).toEqual(["src/docker-rules/rule-set-index.ts"]);
  expect(filesWith(/\bpieces: \[\{/)).toEqual(["src/lib/command.ts"]);
});
