import type { Known } from "../../lib/known.ts";
import type { Source } from "../../lib/source.ts";
import type { Host } from "../../model/host.ts";
import { bridgeNetworks } from "./bridge-networks.ts";
import { type EngineChain, missingChains } from "./chains.ts";
import type { ExpectedRule, Purpose } from "./expected-rule.ts";
import { expectedRules } from "./expected-rules.ts";
import { detectLayout, type Layout, type LayoutId } from "./layout.ts";
import { foreignRules } from "./leftovers.ts";
import { readNftBook } from "./nft-book.ts";
import { chainsFrom, makeFinder } from "./reachable.ts";
import { type ActualRule, placeOf, type RuleBook, readRuleBook, targetOf } from "./rule-book.ts";

/** A rule that should be there; `evidence` is where it should stand, and what calls for it. */
export interface MissingRule {
  readonly expected: ExpectedRule;
  readonly evidence: readonly Source[];
}

/** A rule that stands behind one that has to come after it. */
export interface MisplacedRule {
  readonly expected: ExpectedRule;
  readonly rule: ActualRule;
  readonly before: ActualRule;
  /** The network that the two, or the second of them, are for. */
  readonly networkId: string | null;
}

/** What the engine would have written to one family's rules against what is there. */
export interface FamilyComparison {
  readonly family: 4 | 6;
  readonly book: RuleBook;
  readonly expected: readonly ExpectedRule[];
  /** Docker's chains that are absent or empty although rules belong there. */
  readonly chains: readonly EngineChain[];
  readonly missing: readonly MissingRule[];
  readonly misplaced: readonly MisplacedRule[];
  /** Rules in Docker's own chains that it would not have written. */
  readonly foreign: readonly ActualRule[];
}

export interface Comparison {
  readonly layout: Layout | null;
  /** The families that could be compared. */
  readonly families: readonly FamilyComparison[];
  /** Why a family, or everything, was not compared. */
  readonly skipped: readonly string[];
}

const known = new WeakMap<Host, Comparison>();

/** Compares the rules of the host with those that its engine would have made; done once for a host, since several checks ask. */
export function compareRules(host: Host): Comparison {
  const before = known.get(host);
  if (before !== undefined) return before;
  const comparison = compareOnce(host);
  known.set(host, comparison);
  return comparison;
}

function compareOnce(host: Host): Comparison {
  const books = [readRuleBook(host, 4), readRuleBook(host, 6)] as const;
  const layout = detectLayout(host, books[0]);
  const nothing = (why: string): Comparison => ({ layout, families: [], skipped: [why] });
  if (host.engine.rootless === true) return nothing("a rootless engine writes its rules in another namespace");
  if (host.engine.settings.iptables === false) return nothing("daemon.json tells the engine not to write rules");
  if (layout === null) return nothing("neither rules nor docker version tell how the engine lays out its chains");
  const read = layout.id === "nftables" ? [readNftBook(host, 4), readNftBook(host, 6)] : books;
  const skipped: string[] = [];
  const families = read.flatMap((book) => {
    const why = notCompared(host, book, layout.id);
    if (why !== null) skipped.push(why);
    return !book.known || why !== null ? [] : [compareFamily(host, book.value, layout.id)];
  });
  return { layout, families, skipped };
}

/** Why a family cannot be compared; IPv6 rules are the engine's business only where it was told so, or by default since 27.0. */
function notCompared(host: Host, book: Known<RuleBook>, layout: LayoutId): string | null {
  if (!book.known) return book.why;
  const { family, chains } = book.value;
  if (family === 4 || layout === "nftables") return null;
  if ([...chains.keys()].some((place) => place === "filter DOCKER" || place === "nat DOCKER")) return null;
  const { ip6tables } = host.engine.settings;
  if (ip6tables === false) return "daemon.json tells the engine not to write IPv6 rules";
  const major = Number.parseInt(host.engine.version ?? "", 10);
  return ip6tables === true || major >= 27 ? null : "before 27.0 the engine writes IPv6 rules only when told so";
}

function compareFamily(host: Host, book: RuleBook, layout: LayoutId): FamilyComparison {
  const tables = new Set([...book.chains.values()].map(({ table }) => table));
  // A table that is not in the text, though others are, was not captured: `iptables-save -t filter`, a piece pasted by hand.
  const expected = expectedRules(host, book, layout).filter(({ table }) => tables.size === 0 || tables.has(table));
  const find = makeFinder(book);
  const found = new Map<ExpectedRule, ActualRule>();
  for (const rule of expected) {
    const actual = find(rule.table, rule.chain, rule.keys) ?? jumpOnAnotherWay(book, rule);
    if (actual !== null) found.set(rule, actual);
  }
  const missing = withoutDisabled(expected, found).map((rule) => ({
    expected: rule,
    evidence: evidenceOf(book, rule),
  }));
  return {
    family: book.family,
    book,
    expected,
    chains: missingChains(book, layout, expected),
    missing,
    misplaced: misplacedRules(expected, found),
    foreign: expected.length === 0 ? [] : foreignRules(book, expected, bridgeNetworks(host, book.family)),
  };
}

const jumps: ReadonlySet<Purpose> = new Set(["user-jump", "chain-jump", "isolation-jump", "nat-jump"]);

/** A jump to a chain that packets get to by other chains serves as well. */
function jumpOnAnotherWay(book: RuleBook, { purpose, table, chain, text }: ExpectedRule): ActualRule | null {
  const target = / -j (DOCKER\S*)$/.exec(` ${text}`)?.[1];
  if (!jumps.has(purpose) || target === undefined) return null;
  for (const at of chainsFrom(book, table, chain)) {
    const rule = at.rules.find((each) => targetOf(each) === target && !each.options.some(({ name }) => name === "-o"));
    if (rule !== undefined) return rule;
  }
  return null;
}

const rawPurposes: ReadonlySet<Purpose> = new Set(["direct-access-drop", "trusted-accept", "loopback-drop"]);

/**
 * The rules that were not found. The raw table is all or nothing: `allow-direct-routing`, DOCKER_INSECURE_NO_IPTABLES_RAW=1 or
 * a kernel without it leave it empty on purpose (moby, internal/iptabler/endpoint.go, filterDirectAccess).
 */
function withoutDisabled(
  expected: readonly ExpectedRule[],
  found: ReadonlyMap<ExpectedRule, ActualRule>,
): readonly ExpectedRule[] {
  const rawUsed = [...found.keys()].some(({ purpose }) => rawPurposes.has(purpose));
  return expected.filter((rule) => !found.has(rule) && (rawUsed || !rawPurposes.has(rule.purpose)));
}

/** The chain where it should stand, or the last rule there for the same bridge, and the line that calls for it. */
function evidenceOf(book: RuleBook, { table, chain, bridge, sources }: ExpectedRule): readonly Source[] {
  const at = book.chains.get(placeOf(table, chain));
  const neighbour =
    bridge === null
      ? undefined
      : at?.rules.findLast(({ options }) => options.some(({ values }) => values[0] === bridge));
  const place = neighbour?.source ?? at?.source;
  return [...(place === undefined ? [] : [place]), ...sources];
}

/** What has to come after what in one chain: for the same bridge, or for any where the first is for all. */
const orders: ReadonlyMap<Purpose, readonly Purpose[]> = new Map([
  ["port-accept", ["default-drop"]],
  ["icmp-accept", ["default-drop"]],
  ["isolation-jump", ["outgoing-accept", "icc-accept"]],
  ["chain-jump", ["outgoing-accept"]],
]);

function misplacedRules(
  expected: readonly ExpectedRule[],
  found: ReadonlyMap<ExpectedRule, ActualRule>,
): readonly MisplacedRule[] {
  const firsts = new Map<string, { readonly rule: ActualRule; readonly expected: ExpectedRule }>();
  const keyOf = (rule: ExpectedRule, purpose: Purpose, bridge: string | null) =>
    `${rule.table} ${rule.chain} ${purpose} ${bridge}`;
  for (const one of expected) {
    const rule = found.get(one);
    if (rule === undefined) continue;
    for (const bridge of [one.bridge, null]) {
      const key = keyOf(one, one.purpose, bridge);
      const before = firsts.get(key)?.rule;
      if (before === undefined || before.position > rule.position) firsts.set(key, { rule, expected: one });
    }
  }
  return expected.flatMap((one) => {
    const rule = found.get(one);
    return (orders.get(one.purpose) ?? []).flatMap((purpose) => {
      const before = firsts.get(keyOf(one, purpose, one.bridge));
      if (rule === undefined || before === undefined || before.rule.position > rule.position) return [];
      // A rule found in a chain in between has another place.
      if (before.rule.chain !== rule.chain) return [];
      return [{ expected: one, rule, before: before.rule, networkId: one.networkId ?? before.expected.networkId }];
    });
  });
}
