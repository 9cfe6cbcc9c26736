import type { CaptureKind } from "../../captures/kinds.ts";
import type { RuleSet } from "../../firewall/rule-set.ts";
import { type Known, known, unknown } from "../../lib/known.ts";
import type { IptablesSave, IptablesTable } from "../../parsers/iptables-save.ts";
import type { Contradiction, IpSets, NftRules, RuleSets } from "../host.ts";
import type { Captured } from "./captured.ts";

type SaveKind = Extract<CaptureKind, `${string}tables${string}save`>;

const saves: Readonly<Record<4 | 6, readonly { readonly kind: SaveKind; readonly backend: RuleSet["backend"] }[]>> = {
  4: [
    { kind: "iptables-save", backend: "iptables" },
    { kind: "iptables-nft-save", backend: "iptables-nft" },
    { kind: "iptables-legacy-save", backend: "iptables-legacy" },
  ],
  6: [
    { kind: "ip6tables-save", backend: "iptables" },
    { kind: "ip6tables-nft-save", backend: "iptables-nft" },
    { kind: "ip6tables-legacy-save", backend: "iptables-legacy" },
  ],
};

/**
 * The iptables rule sets of one family. The plain command shows one back end, the one that is the host's default, and says
 * which in its header; the named commands show theirs. Several texts of one back end are one rule set: of two that
 * say the same the one with counters, else the first; of pasted pieces the tables together, each as the later text has it.
 * What two files say differently is missing, since nothing tells which is the later.
 */
export function buildRuleSets(
  captured: Captured,
  netns: string | null,
  family: 4 | 6,
  contradictions: Contradiction[],
): Known<RuleSets> {
  const found: { readonly set: RuleSet; readonly legacyToo: boolean; readonly counted: boolean }[] = [];
  for (const { kind, backend } of saves[family]) {
    for (const { capture, data } of captured.all(kind, netns)) {
      found.push({
        set: {
          backend: backend === "iptables" ? backendOf(data) : backend,
          family,
          file: capture.file,
          tables: data.tables,
        },
        legacyToo: data.legacyTablesPresent,
        counted: data.tables.some(({ rules }) => rules.some(({ counters }) => counters !== null)),
      });
    }
  }
  const plain = family === 4 ? "iptables-save" : "ip6tables-save";
  if (found.length === 0) return unknown(captured.why(plain, netns), plain);

  const sets: RuleSet[] = [];
  const split: string[] = [];
  const full = found.filter(({ set }) => set.tables.length > 0);
  // An empty answer says that there are no rules: one of them is kept, for its file.
  for (const { set, counted } of full.length > 0 ? full : found.slice(0, 1)) {
    const same = sets.findIndex((other) => sameBackend(other, set));
    const before = sets[same];
    if (before === undefined) sets.push(set);
    else if (before.file === set.file) sets[same] = withLater(before, set, netns, contradictions);
    else if (coversTables(set, before) && coversTables(before, set)) {
      if (counted) sets[same] = set;
    } else {
      const both = set.tables.filter(({ name }) => before.tables.some((table) => table.name === name));
      if (both.length === 0) sets.push(set);
      else split.push(`${before.file} and ${set.file} differ in table ${both.map(({ name }) => name).join(", ")}`);
    }
  }
  const legacyUnread =
    found.some(({ legacyToo }) => legacyToo) && !sets.some(({ backend }) => backend === "iptables-legacy");
  const legacyKind = family === 4 ? "iptables-legacy-save" : "ip6tables-legacy-save";
  const missing =
    legacyUnread && captured.all(legacyKind, netns).length === 0
      ? [`legacy tables are present, but ${captured.why(legacyKind, netns)}`]
      : [];
  return known({
    sets,
    missing: [...missing, ...split, ...unshownTables(captured, netns, family), ...unreadRules(captured, netns, family)],
  });
}

/** The tables of two pieces of one text: one that both have is as the later has it. */
function withLater(before: RuleSet, later: RuleSet, netns: string | null, contradictions: Contradiction[]): RuleSet {
  for (const table of later.tables) {
    const earlier = before.tables.find(({ name }) => name === table.name);
    if (earlier === undefined || saysTheSame(earlier, table)) continue;
    contradictions.push({
      subject: netns === null ? `table ${table.name}` : `${netns}: table ${table.name}`,
      message: `taken twice: the later, at ${later.file}:${table.line}, holds; the earlier has other rules`,
      sources: [earlier, table].map(({ line }) => ({ file: later.file, line })),
    });
  }
  const kept = before.tables.filter(({ name }) => !later.tables.some((table) => table.name === name));
  return { ...before, tables: [...kept, ...later.tables] };
}

const saysTheSame = (a: IptablesTable, b: IptablesTable): boolean => textOf(a) === textOf(b);

const textOf = ({ chains, rules }: IptablesTable): string =>
  JSON.stringify([
    chains.map(({ name, policy }) => [name, policy]),
    rules.map(({ chain, options }) => [chain, options]),
  ]);

/** Texts of which a part is missing or was not understood: what it says could change any verdict. */
function unreadRules(captured: Captured, netns: string | null, family: 4 | 6): readonly string[] {
  return saves[family].flatMap(({ kind }) =>
    captured.all(kind, netns).flatMap(({ capture, notes, data }) => {
      // A remark changes no rule.
      const [note] = notes.filter(({ text }) => !text.trimStart().startsWith("#"));
      if (note !== undefined) return [`${capture.file}:${note.line} was not understood: ${note.why}`];
      const open = data.tables.find(({ commitLine }) => commitLine === null);
      if (open !== undefined || capture.truncated) return [`${capture.file} is not whole`];
      return [];
    }),
  );
}

/** Tables that nft changed in ways that iptables cannot show; iptables-save says so in a remark in their place. */
function unshownTables(captured: Captured, netns: string | null, family: 4 | 6): readonly string[] {
  const remarks = saves[family].flatMap(({ kind }) => captured.all(kind, netns)).flatMap(({ data }) => data.comments);
  const tables = remarks.flatMap(({ text }) => /^# Table `(\w+)' (?:is|contains) incompatible/.exec(text)?.[1] ?? []);
  return [...new Set(tables)].map((table) => `iptables cannot show table ${table}: nft made it what it is`);
}

/**
 * The back end that a header tells of. Since 1.8.4 iptables-nft-save says `(nf_tables)` and its legacy sister says nothing
 * (iptables, xtables-save.c); before 1.8 there was only the legacy one, and in between neither says.
 */
function backendOf({ variant, version }: IptablesSave): RuleSet["backend"] {
  if (variant !== null) return variant === "nf_tables" ? "iptables-nft" : "iptables-legacy";
  const [major = 0, minor = 0, patch = 0] = (version ?? "").split(".").map(Number);
  if (version === null || (major === 1 && minor === 8 && patch < 4)) return "iptables";
  return "iptables-legacy";
}

/** A text that does not name its back end is the same rule set as another one with the same tables. */
function sameBackend(a: RuleSet, b: RuleSet): boolean {
  return (
    a.backend === b.backend ||
    ((a.backend === "iptables" || b.backend === "iptables") && coversTables(a, b) && coversTables(b, a))
  );
}

/** Whether `a` has every table of `b` with as many rules. */
function coversTables(a: RuleSet, b: RuleSet): boolean {
  return b.tables.every(({ name, rules }) =>
    a.tables.some((table) => table.name === name && table.rules.length === rules.length),
  );
}

/** The nftables rule set: of several texts the one with the most rules. */
export function buildNftables(captured: Captured, netns: string | null): Known<NftRules> {
  const broken = captured.all("nft-ruleset", netns).find(({ capture, notes }) => capture.truncated || notes.length > 0);
  if (broken !== undefined) return unknown(`${broken.capture.file} could not be read whole`);
  return captured.known("nft-ruleset", netns, (found) => {
    const [largest] = found.toSorted((a, b) => b.data.rules.length - a.data.rules.length);
    if (largest === undefined) throw new Error("known() gave no capture");
    return { file: largest.capture.file, ruleset: largest.data };
  });
}

/** The ipsets. */
export function buildIpSets(captured: Captured, netns: string | null): Known<IpSets> {
  return captured.known("ipset-save", netns, (found) => ({
    file: found[0]?.capture.file ?? "",
    sets: found.flatMap(({ data }) => data),
  }));
}
