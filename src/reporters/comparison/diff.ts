import { structuredPatch } from "diff";
import { escapeTerminal } from "../../lib/escape-terminal.ts";
import { formatSource } from "../../lib/source.ts";
import { type ChainReport, chainName } from "./chains.ts";
import type { ComparisonReporter } from "./reporter.ts";

/** iptables takes comments of 256 characters, nftables rules with sets are longer. */
const longestRule = 4000;

/** The chains that differ as unified diffs, rules as `iptables-save` prints them, without counters. Empty when none does. */
export const diff: ComparisonReporter = ({ chains }) => chains.map((chain) => chainPatch(chain)).join("");

function chainPatch(chain: ChainReport): string {
  const heading = `chain ${printable(chainName(chain))}${readFrom(chain)}\n`;
  const hunks = chainHunks(chain);
  if (hunks === "") return `${heading}`;
  const old = chain.kind === "added" ? "/dev/null" : `a/${pathOf(chain.formerly ?? chain.place)}`;
  const now = chain.kind === "removed" ? "/dev/null" : `b/${pathOf(chain.place)}`;
  return `${heading}--- ${old}\n+++ ${now}\n${hunks}`;
}

/** The hunks of a chain's diff, each with its head. */
export function chainHunks(chain: ChainReport): string {
  const [before, after] = [linesOn(chain, "before"), linesOn(chain, "after")];
  const { hunks } = structuredPatch("", "", before, after, undefined, undefined, { context: 3 });
  return hunks
    .map(({ oldStart, oldLines, newStart, newLines, lines }) =>
      [`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`, ...lines, ""].join("\n"),
    )
    .join("");
}

/** An empty range is named by the line before it. */
const range = (start: number, lines: number): string => `${lines === 0 ? start - 1 : start},${lines}`;

/** The policy where it differs, and all rules. */
function linesOn({ place, policy, lines }: ChainReport, side: "before" | "after"): string {
  const value = policy?.[side] ?? null;
  const first = value === null ? [] : [`:${place.chain} ${value}`];
  return [...first, ...lines[side]].map((line) => `${printable(line)}\n`).join("");
}

/** ` (iptables-save.txt:31)`: the first place of each file in which its edits were read. */
function readFrom({ edits }: ChainReport): string {
  const places = new Map(
    edits.flatMap(({ before, after }) =>
      [after, before].flatMap((one) => (one === null ? [] : [[one.source.file, formatSource(one.source)] as const])),
    ),
  );
  return places.size === 0 ? "" : ` (${[...places.values()].map(printable).join(", ")})`;
}

/** `host/ipv4/filter/DOCKER-USER`, of which nothing can end the line or the path. */
function pathOf({ namespace, family, backend, table, chain }: ChainReport["place"]): string {
  const kind = family === 4 ? "ipv4" : family === 6 ? "ipv6" : family;
  const how = backend === "legacy" || backend === "nftables" ? [backend] : [];
  return [namespace, ...how, kind, table, chain].map((part) => printable(part).replace(/[/\\" ]/g, "_")).join("/");
}

const printable = (text: string): string => escapeTerminal(text, longestRule);
