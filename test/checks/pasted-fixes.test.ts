import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CaptureKind } from "../../src/captures/kinds.ts";
import { examplesById } from "../../src/checks/all-examples.ts";
import type { Check, Finding } from "../../src/checks/check.ts";
import type { Example } from "../../src/checks/examples/example.ts";
import { type CheckId, checks } from "../../src/checks/registry.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { jsonText } from "../../src/lib/json-text.ts";
import { rebuildAgain } from "../support/captured.ts";
import { exampleSnapshot } from "../support/example-snapshot.ts";
import { isAll, someOf } from "../support/extent.ts";
import { hasTool } from "../support/tools.ts";

/*
 * What a person pastes into a shell, where the author of the snapshot chose the names: every name of every check's examples
 * that reaches a command is replaced by hostile ones, and the commands are fed to real shells in which each program is a stub that
 * tells its words. `PWN` or `NEXT` stands in every part of a name
 * that would be a word or a command of its own.
 */
const hostileNames: readonly string[] = [
  "PWN;>PWN;$(>PWN)`>PWN`|>PWN&&>PWN>PWN'PWN'\\PWN!!PWN!PWN#PWN",
  'PWN"$(>PWN)"PWN" -m comment --comment "$(>NEXT)\\" #NEXT',
  "PWN\\';>PWN;#PWN",
  "PWN NEXT | sudo tee /NEXT",
  "PWN -j NEXT --modprobe=/NEXT",
  "--modprobe=/PWN",
  "PWN\n>PWN\nPWN",
  "PWN\u202e;>PWN",
  `PWN${"L".repeat(2100)}PWN`,
];

/** Where a capture is no JSON, a name ends at a blank; what follows it must get nowhere. */
const isWhole = (word: string, by: string): boolean =>
  !/PWN|NEXT/.test(word) || word.includes(by) || word === by.split(/\s/)[0];

/** Words that are ours in every command: programs, their verbs and options, and what iptables calls its own. */
const ours =
  /^(?:-.*|[A-Z,-]{2,}|sudo|docker|network|connect|disconnect|restart|ip|link|set|dev|up|systemctl|via|route|add|del|on|grep|conntrack|tcp|ip6?tables|filter|nat|table|lookup|main|proto|kernel|scope|src)$/;

const commandsOf = ({ fix, consequences }: Finding): readonly string[] => [
  ...(fix?.commands ?? []),
  ...consequences.flatMap(commandsOf),
];

function commandsFor(check: Check, example: Example): readonly string[] {
  const snapshot = exampleSnapshot(example);
  return runChecks(rebuildAgain(snapshot), snapshot, [check]).findings.flatMap(commandsOf);
}

/** The names of an example that stand in commands of its findings, longest first. */
function namesIn(check: Check, example: Example): readonly string[] {
  const text = JSON.stringify([example.captures, example.netns]);
  const words = commandsFor(check, example).flatMap((command) => command.split(/[\s'"=|]+/));
  return [...new Set(words)].filter((word) => word.length > 1 && !ours.test(word) && text.includes(word));
}

type Captures = Readonly<Partial<Record<CaptureKind, string>>>;

function renamed({ netns, ...example }: Example, name: string, by: string): Example {
  const inJson = jsonText(by).slice(1, -1);
  const all = (captures: Captures): Captures =>
    Object.fromEntries(
      Object.entries(captures).map(([kind, text]) => [
        kind,
        text.replaceAll(name, () => (/^\s*[[{]/.test(text) ? inJson : by)),
      ]),
    );
  return {
    ...example,
    captures: all(example.captures),
    ...(netns === undefined
      ? {}
      : {
          netns: Object.fromEntries(
            Object.entries(netns).map(([id, own]) => [id.replaceAll(name, () => by), all(own)]),
          ),
        }),
  };
}

/** Each name in the first example of a check that has it. */
function namedExamples(check: Check & { readonly id: CheckId }): readonly (readonly [string, Example])[] {
  const { bad, good } = examplesById[check.id];
  const pairs = [...bad, ...good].flatMap((example) => namesIn(check, example).map((name) => [name, example] as const));
  return [...new Map(pairs.toReversed())];
}

const variants = someOf(checks, 8).flatMap((check) =>
  namedExamples(check).flatMap(([name, example]) =>
    hostileNames.map((by) => ({
      by,
      where: `${check.id}, ${example.name}: ${name} is ${JSON.stringify(by.slice(0, 60))}`,
      commands: commandsFor(check, renamed(example, name, by)),
    })),
  ),
);

const programs = ["sudo", "docker", "ip", "grep", "nsenter", "systemctl", "pgrep", "snap", "sudoedit", "sh"];
const separator = "\x1f";

/** Functions that tell their words; `|` and `$( )` of our own commands work as in a real shell. */
const stubs = programs.map((name) => `${name}() { printf '%s\\037' ${name} "$@" >&9; printf '\\n' >&9; }`).join("\n");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vethscope-pasted-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Feeds all commands to one shell as a person pastes them; the words that each variant's commands handed to programs. */
function paste(shell: string, args: readonly string[]): ReadonlyMap<number, readonly (readonly string[])[]> {
  const pasted = variants.map(({ commands }, i) => `:\nsudo MARK ${i}\n${commands.join("\n")}\n`).join("");
  const { stdout } = spawnSync(shell, args, {
    input: `exec 9>&1 1>/dev/null\nPATH=/nonexistent\n${stubs}\n${pasted}\nsudo MARK end\n`,
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", HOME: "/nonexistent" },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const told = new Map<number, string[][]>();
  let at = -1;
  for (const line of stdout.split("\n")) {
    const words = line.split(separator).slice(0, -1);
    if (words[1] === "MARK") at = Number(words[2]);
    else if (words.length > 0) told.set(at, [...(told.get(at) ?? []), words]);
  }
  if (!Number.isNaN(at)) throw new Error(`${shell} did not get to the end: it stopped in ${variants[at]?.where}`);
  return told;
}

test("names reach commands of most checks", () => {
  const shown = variants.filter(({ commands }) => commands.some((command) => command.includes("PWN")));
  expect(variants.length).toBeGreaterThan(isAll ? 1500 : 100);
  expect(shown.length).toBeGreaterThan(variants.length / 40);
});

test("commands that could not be right are withheld", () => {
  const odd = variants.filter(({ by }) => /^-|[\p{C}]|.{2000}/u.test(by));
  const left = odd.filter(({ by, commands }) => commands.some((command) => command.includes(` ${by.slice(0, 20)}`)));
  expect(left.map(({ where }) => where)).toEqual([]);
});

describe.each([
  ["dash", []],
  ["bash", ["--norc", "--noprofile"]],
  ["bash", ["--norc", "--noprofile", "-i"]],
] as const)("%s %j", (shell, args) => {
  test.skipIf(!hasTool(shell))("runs nothing of a name, and hands it on as one word", () => {
    const told = paste(shell, args);
    expect(readdirSync(folder)).toEqual([]);
    const split = variants.flatMap(({ by, where }, i) =>
      (told.get(i) ?? [])
        .filter((words) => words.some((word) => !isWhole(word, by)))
        .map((words) => `${where}\n  ${words.join("  ")}`),
    );
    expect(split).toEqual([]);
  });
});
