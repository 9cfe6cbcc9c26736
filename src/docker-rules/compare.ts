import { speaksOf } from "../firewall/asked.ts";
import { targetChain } from "../firewall/statements.ts";
import { type Unknown, unknown } from "../lib/known.ts";
import { onceFor } from "../lib/once-for.ts";
import type { Source } from "../lib/source.ts";
import type { Host } from "../model/host.ts";
import { bridgesAreElsewhere, bridgesElsewhere } from "../model/queries/docker-bridges.ts";
import { bridgeNetworks } from "./bridge-networks.ts";
import { type EngineChain, missingChains } from "./chains.ts";
import type { ExpectedRule, Purpose } from "./expected-rule.ts";
import { expectedRules } from "./expected-rules.ts";
import { detectLayout, isolatesByPairs, type Layout, type LayoutId } from "./layout.ts";
import { foreignRules } from "./leftovers.ts";
import { indexNftRuleSet } from "./nft-rule-set-index.ts";
import { mostPairedNetworks } from "./pair-rules.ts";
import { chainsFrom, makeFinder } from "./reachable.ts";
import { indexRuleSet, type PresentRule, placeOf, type RuleSetIndex } from "./rule-set-index.ts";
import { parseVersion } from "./version.ts";

/** A rule that should be there; `evidence` is where it should stand, and what calls for it. */
export interface MissingRule {
  readonly expected: ExpectedRule;
  readonly evidence: readonly Source[];
}

/** A rule that stands behind one that has to come after it. */
export interface MisplacedRule {
  readonly expected: ExpectedRule;
  readonly rule: PresentRule;
  readonly before: PresentRule;
  /** The network that the two, or the second of them, are for. */
  readonly networkId: string | null;
}

/** What the engine would have written to one family's rules against what is there. */
export interface FamilyComparison {
  readonly family: 4 | 6;
  readonly book: RuleSetIndex;
  readonly expected: readonly ExpectedRule[];
  /** Docker's chains that are absent or empty although rules belong there. */
  readonly chains: readonly EngineChain[];
  readonly missing: readonly MissingRule[];
  readonly misplaced: readonly MisplacedRule[];
  /** Rules in Docker's own chains that it would not have written. */
  readonly foreign: readonly PresentRule[];
}

export interface RulesComparison {
  readonly layout: Layout | null;
  /** The families that could be compared. */
  readonly families: readonly FamilyComparison[];
  /** Why a family that networks have, or everything, was not compared. */
  readonly skipped: readonly Omit<Unknown, "known">[];
}

/** Compares the rules of the host with those that its engine would have made; done once for a host, since several checks ask. */
export const compareRules = onceFor((host: Host): RulesComparison => {
  const layout = detectLayout(host, indexRuleSet(host, 4));
  const nothing = (why: string, lacks: string | null = null): RulesComparison => ({
    layout,
    families: [],
    skipped: [unknown(why, lacks)],
  });
  if (bridgeNetworks(host, 4).length === 0 && bridgeNetworks(host, 6).length === 0)
    return { layout, families: [], skipped: [] };
  if (bridgesAreElsewhere(host)) return nothing(bridgesElsewhere);
  if (host.engine.rootless === true) return nothing("a rootless engine writes its rules in another namespace");
  if (host.engine.settings.iptables === false) return nothing("daemon.json tells the engine not to write rules");
  if (layout === null) return nothing("neither rules nor docker version tell how the engine lays out its chains");
  const readBook = layout.id === "nftables" ? indexNftRuleSet : indexRuleSet;
  const skipped: Unknown[] = [];
  const families = ([4, 6] as const).flatMap((family) => {
    if (bridgeNetworks(host, family).length === 0) return [];
    const book = readBook(host, family);
    if (!book.known) skipped.push(book);
    if (isolatesByPairs(layout.id) && bridgeNetworks(host, family).length > mostPairedNetworks)
      skipped.push(
        unknown(`the rules that keep more than ${mostPairedNetworks} networks from each other are not compared`),
      );
    if (!book.known || (family === 6 && !writesIpv6Rules(host, book.value, layout.id, skipped))) return [];
    return [compareFamily(host, book.value, layout.id)];
  });
  return { layout, families, skipped };
});

/** Whether the engine writes IPv6 rules: where it was told so, by default since 27.0, always with nftables. Says where nothing tells. */
function writesIpv6Rules({ engine }: Host, { chains }: RuleSetIndex, layout: LayoutId, untold: Unknown[]): boolean {
  if (layout === "nftables" || chains.has("filter DOCKER") || chains.has("nat DOCKER")) return true;
  const { ip6tables } = engine.settings;
  const version = parseVersion(engine.version);
  if (ip6tables === null && version === null)
    untold.push(
      unknown("whether the engine writes IPv6 rules is not known: docker-version was not captured", "docker-version"),
    );
  return ip6tables ?? (version !== null && version.major >= 27);
}

function compareFamily(host: Host, book: RuleSetIndex, layout: LayoutId): FamilyComparison {
  const tables = new Set([...book.chains.values()].map(({ table }) => table));
  // A table that is not in the text, though others are, was not captured: `iptables-save -t filter`, a piece pasted by hand.
  const expected = expectedRules(host, book, layout).filter(({ table }) => tables.size === 0 || tables.has(table));
  const find = makeFinder(book);
  const found = new Map<ExpectedRule, PresentRule>();
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
function jumpOnAnotherWay(book: RuleSetIndex, expected: ExpectedRule): PresentRule | null {
  const target = targetChain(expected);
  if (!jumps.has(expected.purpose) || target === null || !target.startsWith("DOCKER")) return null;
  for (const at of chainsFrom(book, expected.table, expected.chain)) {
    const rule = at.rules.find((each) => targetChain(each) === target && !speaksOf(each, "out"));
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
  found: ReadonlyMap<ExpectedRule, PresentRule>,
): readonly ExpectedRule[] {
  const rawUsed = [...found.keys()].some(({ purpose }) => rawPurposes.has(purpose));
  return expected.filter((rule) => !found.has(rule) && (rawUsed || !rawPurposes.has(rule.purpose)));
}

/** The chain where it should stand, or the last rule there for the same bridge, and the line that calls for it. */
function evidenceOf(book: RuleSetIndex, { table, chain, bridge, sources }: ExpectedRule): readonly Source[] {
  const at = book.chains.get(placeOf(table, chain));
  const neighbour =
    bridge === null
      ? undefined
      : at?.rules.findLast(({ statements }) =>
          statements.some((one) => one.kind === "interface" && one.name === bridge),
        );
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
  found: ReadonlyMap<ExpectedRule, PresentRule>,
): readonly MisplacedRule[] {
  const firsts = new Map<string, { readonly rule: PresentRule; readonly expected: ExpectedRule }>();
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
