import { asksOnly, interfaceAsked, isSourceNat, rangeAsked, speaksOf } from "../firewall/asked.ts";
import { lastAddress, type Prefix } from "../lib/address.ts";
import type { BridgeNetwork } from "./bridge-networks.ts";
import { chainsFrom } from "./reachable.ts";
import type { PresentRule, RuleSetIndex } from "./rule-set-index.ts";

/** The rules, whoever wrote them, that give a whole network source NAT on its way out, in POSTROUTING or a chain behind it. */
export function covers(
  book: RuleSetIndex,
  { subnet, bridge }: Pick<BridgeNetwork, "subnet" | "bridge">,
): PresentRule[] {
  return chainsFrom(book, "nat", "POSTROUTING").flatMap(({ rules }) =>
    rules.filter(
      (rule) =>
        isSourceNat(rule) &&
        asksOnly(rule, "source", "destination", "out") &&
        hasSource(rule, subnet) &&
        interfaceAsked(rule, "out") !== bridge &&
        !speaksOf(rule, "destination", false),
    ),
  );
}

function hasSource(rule: PresentRule, inside: Prefix): boolean {
  const [first, last] = [inside.address.value, lastAddress(inside).value];
  const [wanted, unwanted] = [rangeAsked(rule, "source"), rangeAsked(rule, "source", true)];
  if (wanted !== null) return wanted.from <= first && last <= wanted.to;
  if (unwanted !== null) return unwanted.to < first || last < unwanted.from;
  return !speaksOf(rule, "source");
}
