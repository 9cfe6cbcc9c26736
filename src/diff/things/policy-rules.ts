import { formatPrefix } from "../../lib/address.ts";
import type { PolicyRule } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList } from "../compare-list.ts";
import type { NamespaceOnSide, Sides } from "../match/sides.ts";

/** Policy routing rules: known by priority and all that they say. */
export function comparePolicyRules({ places }: Sides): Change[] {
  return places.flatMap((place) => compareList(place, rulesOf(place.before), rulesOf(place.after), comparer));
}

const rulesOf = ({ namespace: { rules, rules6 } }: NamespaceOnSide): PolicyRule[] =>
  [rules, rules6].flatMap((captured) => (captured.known ? captured.value : []));

const hex = (value: number): string => `0x${value.toString(16)}`;

/** As ip prints what a rule matches: `from 10.0.0.0/8 fwmark 0x1`. */
function matchOf(rule: PolicyRule, iface: (name: string) => string): string {
  const { not, from, to, mark, incomingInterface, outgoingInterface, attributes } = rule;
  return [
    ...(not ? ["not"] : []),
    `from ${from === null ? "all" : formatPrefix(from)}`,
    ...(to === null ? [] : [`to ${formatPrefix(to)}`]),
    ...(mark === null ? [] : [`fwmark ${hex(mark.value)}${mark.mask === 0xffffffff ? "" : `/${hex(mark.mask)}`}`]),
    ...(incomingInterface === null ? [] : [`iif ${iface(incomingInterface)}`]),
    ...(outgoingInterface === null ? [] : [`oif ${iface(outgoingInterface)}`]),
    ...attributes.map(([name, value]) => `${name} ${value}`.trim()),
  ].join(" ");
}

function actionOf({ action, suppressPrefixLength }: PolicyRule): string {
  const suppress = suppressPrefixLength === null ? "" : ` suppress_prefixlength ${suppressPrefixLength}`;
  switch (action.kind) {
    case "lookup":
      return `lookup ${action.table}${suppress}`;
    case "goto":
      return `goto ${action.priority}${suppress}`;
    default:
      return `${action.kind}${suppress}`;
  }
}

const comparer: Comparer<PolicyRule> = {
  kind: "policy-rule",
  listedBy: ["ip-rule", "ip6-rule"],
  keyOf: (rule, { interfaceLabel: iface }) =>
    JSON.stringify([rule.family, rule.priority, matchOf(rule, iface), actionOf(rule)]),
  successorOf: ({ family, priority }) => JSON.stringify([family, priority]),
  nameOf: (rule, { interfaceName }) =>
    `${rule.priority}: ${matchOf(rule, interfaceName)} ${actionOf(rule)}${rule.family === 6 ? " (IPv6)" : ""}`,
  withinOf: (_, { name }) => name,
  properties: [
    {
      name: "match",
      of: (rule, { interfaceName }) => matchOf(rule, interfaceName),
      keyOf: (rule, { interfaceLabel: iface }) => matchOf(rule, iface),
      from: [],
    },
    { name: "action", of: actionOf, from: [] },
  ],
};
