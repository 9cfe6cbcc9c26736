import type { RuleSet } from "../../firewall/rule-set.ts";
import { sortedBy } from "../../lib/order.ts";
import type { ChainChange } from "../change.ts";
import { areAlike, type NamespaceOnSide, type NamespacePair, type Sides } from "../match/sides.ts";
import { compareChains } from "./compare-chain.ts";
import { compareNftables } from "./compare-nftables.ts";
import { readChains } from "./read-iptables.ts";
import { type Spellings, spellingsOf } from "./spelling.ts";

/** All chains of all namespaces whose rules differ: iptables of both families and back ends, then nft's own. */
export function compareRuleSets({ before, after, places }: Sides): ChainChange[] {
  const [ones, others] = [spellingsOf(before), spellingsOf(after)];
  return places.flatMap((place) => {
    const spelling = { before: ones(place.before), after: others(place.after) };
    return sortedBy(
      [
        ...compareFamily(place, "iptables", spelling),
        ...compareFamily(place, "ip6tables", spelling),
        ...compareNftables(place, spelling),
      ],
      orderOf,
    );
  });
}

/** The same in both directions: by the lesser of the two names. */
function orderOf({ place, formerly }: ChainChange): string {
  const keys = [place, formerly ?? place].map(({ backend, family, table, chain }) =>
    [backend, family, table, chain].join(" "),
  );
  return keys.sort()[0] ?? "";
}

function compareFamily(place: NamespacePair, which: "iptables" | "ip6tables", spelling: Spellings): ChainChange[] {
  const [before, after] = [place.before.namespace[which], place.after.namespace[which]];
  if (!before.known || !after.known) return [];
  return pairSets(before.value.sets, after.value.sets).flatMap(([one, other]) => {
    if (!isComparable(place, one, other)) return [];
    return compareChains(
      one === null ? [] : readChains(one, place.before, spelling.before),
      other === null ? [] : readChains(other, place.after, spelling.after),
    );
  });
}

type Sets = readonly [before: RuleSet | null, after: RuleSet | null];

/** By back end; one that does not tell its own is the other side's only one that is left. */
function pairSets(before: readonly RuleSet[], after: readonly RuleSet[]): Sets[] {
  const pairs: Sets[] = [];
  const found = new Set<RuleSet>();
  for (const one of before) {
    const other = after.find(({ backend }) => backend === one.backend);
    if (other === undefined || found.has(other)) continue;
    pairs.push([one, other]);
    found.add(one).add(other);
  }
  const [left, right] = [before.filter((set) => !found.has(set)), after.filter((set) => !found.has(set))];
  const [one, other] = [left[0], right[0]];
  const isOne = left.length === 1 && right.length === 1 && one !== undefined && other !== undefined;
  if (isOne && (one.backend === "iptables" || other.backend === "iptables")) return [...pairs, [one, other]];
  return [...pairs, ...left.map((set): Sets => [set, null]), ...right.map((set): Sets => [null, set])];
}

/** Whether both texts were read to their end and as well as each other; of a lone one, whether the other side would show it. */
function isComparable(place: NamespacePair, before: RuleSet | null, after: RuleSet | null): boolean {
  if (before !== null && after !== null) {
    const [one, other] = [lackIn(place.before, before), lackIn(place.after, after)];
    return one !== null && one === other;
  }
  const [inside, set] = before === null ? [place.after, after] : [place.before, before];
  if (set === null || lackIn(inside, set) === null) return false;
  return [...inside.side.toldBy([{ file: set.file, line: 1 }])].some((kind) => areAlike(place, kind));
}

/** What was not understood in the text of a set; null where it is cut off. */
function lackIn({ side }: NamespaceOnSide, { file, tables }: RuleSet): string | null {
  const reports = side.reportsOf(file);
  const isCut = reports.some(({ truncated }) => truncated) || tables.some(({ commitLine }) => commitLine === null);
  return isCut ? null : reports.flatMap(({ notes }) => notes.map(({ text }) => text)).join("\n");
}
