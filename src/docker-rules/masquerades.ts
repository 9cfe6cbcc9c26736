import { contains, type Prefix, parsePrefix } from "../lib/address.ts";
import type { BridgeNetwork } from "./bridge-networks.ts";
import { chainsFrom } from "./reachable.ts";
import { optionOf, type PresentRule, type RuleSetIndex, targetOf } from "./rule-set-index.ts";

const narrowing = new Set(["-s", "-d", "-o", "-j", "-m", "--comment", "--to-source", "--random", "--random-fully"]);

const isSourceNat = (rule: PresentRule): boolean => targetOf(rule) === "MASQUERADE" || targetOf(rule) === "SNAT";

/** The rules, whoever wrote them, that give a whole network source NAT on its way out, in POSTROUTING or a chain behind it. */
export function covers(
  book: RuleSetIndex,
  { subnet, bridge }: Pick<BridgeNetwork, "subnet" | "bridge">,
): PresentRule[] {
  const inside = parsePrefix(subnet);
  return chainsFrom(book, "nat", "POSTROUTING").flatMap(({ rules }) =>
    rules.filter(
      (rule) =>
        isSourceNat(rule) &&
        rule.options.every(({ name }) => narrowing.has(name)) &&
        hasSource(rule, inside) &&
        optionOf(rule, "-o") !== bridge &&
        !rule.options.some(({ name, negated }) => name === "-d" && !negated),
    ),
  );
}

function hasSource(rule: PresentRule, inside: Prefix | null): boolean {
  const option = rule.options.find(({ name }) => name === "-s");
  if (option === undefined) return true;
  const prefix = parsePrefix(option.values[0] ?? "");
  const within =
    prefix !== null && inside !== null && prefix.length <= inside.length && contains(prefix, inside.address);
  return option.negated ? prefix !== null && inside !== null && !overlap(prefix, inside) : within;
}

/** Whether two prefixes have an address in common. */
export function overlap(a: Prefix, b: Prefix): boolean {
  return a.length <= b.length ? contains(a, b.address) : contains(b, a.address);
}
