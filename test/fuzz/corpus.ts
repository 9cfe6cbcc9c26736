import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { captureKinds } from "../../src/captures/kinds.ts";
import { readZip } from "../../src/captures/zip/zip.ts";
import { examplesById } from "../../src/checks/all-examples.ts";
import { checks } from "../../src/checks/registry.ts";
import { exampleSnapshot } from "../support/example-snapshot.ts";
import { hostNames } from "../support/fixtures.ts";
import { hostileText } from "../support/hostile.ts";
import type { Random } from "../support/random.ts";
import { syntheticHost } from "../support/synthetic-host.ts";

/** The files of a snapshot by their paths. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Where cases come from: a snapshot that is in order. */
export interface Base {
  readonly name: string;
  readonly files: Files;
}

const encoder = new TextEncoder();
export const bytesOf = (text: string): Uint8Array => encoder.encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A snapshot to start from: what an engine said, what a check is shown with, samples of outputs, or a made-up host. */
export function pickBase(random: Random): Promise<Base> | Base {
  return random.weighted<() => Promise<Base> | Base>([
    [2, () => hostBase(random.pick(hostNames))],
    [9, () => exampleBase(random)],
    [2, () => sampleBase(random)],
    [1, () => syntheticBase(random)],
  ])();
}

async function hostBase(name: string): Promise<Base> {
  return { name, files: await readZip(readFileSync(join("fixtures/hosts", `${name}.zip`))) };
}

function exampleBase(random: Random): Base {
  const { id } = random.pick(checks);
  const { bad, good } = examplesById[id];
  const example = random.pick([...bad, ...good]);
  const files = exampleSnapshot(example).captures.flatMap((one) =>
    one.state === "ok" ? [[one.file, bytesOf(one.text)] as const] : [],
  );
  return { name: `${id}: ${example.name}`, files: new Map(files) };
}

const sampleFolder = "fixtures/parsers";

/** One sample of each of some kinds: they know nothing of each other. */
function sampleBase(random: Random): Base {
  const kinds = readdirSync(sampleFolder)
    .sort()
    .filter(() => random.chance(0.3));
  const files = kinds.map((kind) => {
    const sample = random.pick(readdirSync(join(sampleFolder, kind)).sort());
    return [`${kind}.txt`, new Uint8Array(readFileSync(join(sampleFolder, kind, sample)))] as const;
  });
  return { name: "samples", files: new Map(files) };
}

function syntheticBase(random: Random): Base {
  const size = { containers: 1 + random.below(30), rules: random.below(40), inside: random.chance(0.5) };
  const files = [...syntheticHost(size)].map(([file, text]) => [file, bytesOf(text)] as const);
  return { name: "a made-up host", files: new Map(files) };
}

/** Every word that some output of the samples has, each once: what parsers know stands beside what they do not. */
const words = [
  ...new Set(
    readdirSync(sampleFolder)
      .sort()
      .flatMap((kind) => readdirSync(join(sampleFolder, kind)).map((name) => join(sampleFolder, kind, name)))
      .flatMap((path) => readFileSync(path, "utf8").match(/[^\s"',:{}[\]]+/g) ?? [])
      .filter((word) => word.length < 80),
  ),
].sort();

const hostileTexts: readonly string[] = fc.sample(hostileText, { seed: 1, numRuns: 400 });

/** What a shell, a report or a page may take for more than a name. */
const foreignSyntax: readonly string[] = [
  "$(id)",
  "`id`",
  "a;id",
  "a|id",
  "a b",
  "-f",
  "--privileged",
  "'",
  '"',
  "\\",
  "a'b\"c",
  "$HOME",
  "../../etc/passwd",
  "/etc/passwd",
  "C:\\x",
  "#",
  "*",
  "!important",
  "constructor",
  "toString",
  "__proto__",
  "hasOwnProperty",
  "@victim",
  "//close",
  "host",
  "outside",
  "container:x",
  "eth0@@x",
  "@",
  ":",
  "a:b",
  "[::1]:80",
];

const numbers: readonly string[] = [
  "0",
  "-1",
  "1",
  "00",
  "0x10",
  "1e999",
  "NaN",
  "1.5",
  "255",
  "256",
  "4094",
  "4095",
  "32768",
  "65535",
  "65536",
  "2147483647",
  "2147483648",
  "4294967295",
  "4294967296",
  "9007199254740993",
  "18446744073709551616",
  "9".repeat(400),
];

const addresses: readonly string[] = [
  "0.0.0.0",
  "0.0.0.0/0",
  "127.0.0.1",
  "127.0.0.11",
  "224.0.0.1",
  "255.255.255.255",
  "255.255.255.255/32",
  "10.0.0.0/8",
  "10.0.0.0/33",
  "10.0.0.1/0",
  "172.17.0.0/16",
  "172.17.0.1",
  "1.2.3",
  "1.2.3.4.5",
  "::",
  "::/0",
  "::1",
  "::ffff:172.17.0.2",
  "fe80::1",
  "fe80::1%eth0",
  "fd00::/129",
  "ff02::1",
  "::1::2",
  "00:00:00:00:00:00",
  "ff:ff:ff:ff:ff:ff",
];

/** A word to put where another one stood. */
export function anyWord(random: Random): string {
  return random.weighted<() => string>([
    [6, () => random.pick(words)],
    [2, () => random.pick(numbers)],
    [2, () => random.pick(addresses)],
    [2, () => random.pick(foreignSyntax)],
    [2, () => hostile(random)],
    [0.3, () => random.pick(["a", "9", "-", "/", "."]).repeat(random.pick([17, 300, 5000, 70_000]))],
  ])();
}

export const hostile = (random: Random): string => random.pick(hostileTexts);

export const numberAtLimit = (random: Random): string => random.pick(numbers);

/** The line that a person would have typed for a kind of capture. */
export const commandOf = (kind: string): string => captureKinds.find(({ id }) => id === kind)?.command ?? kind;
