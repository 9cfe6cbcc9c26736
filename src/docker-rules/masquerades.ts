import { holds, overlap, type Prefix, parsePrefix } from "../lib/address.ts";
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
  return chainsFrom(book, "nat", "POSTROUTING").flatMap(({ rules }) =>
    rules.filter(
      (rule) =>
        isSourceNat(rule) &&
        rule.options.every(({ name }) => narrowing.has(name)) &&
        hasSource(rule, subnet) &&
        optionOf(rule, "-o") !== bridge &&
        !rule.options.some(({ name, negated }) => name === "-d" && !negated),
    ),
  );
}

function hasSource(rule: PresentRule, inside: Prefix): boolean {
  const option = rule.options.find(({ name }) => name === "-s");
  if (option === undefined) return true;
  const prefix = parsePrefix(option.values[0] ?? "");
  if (prefix === null) return false;
  return option.negated ? !overlap(prefix, inside) : holds(prefix, inside);
}
