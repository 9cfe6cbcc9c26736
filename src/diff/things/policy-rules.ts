import type { PolicyRule } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList } from "../compare-list.ts";
import type { Inside, Sides } from "../sides.ts";

/** Policy routing rules: known by priority and all that they say. */
export function comparePolicyRules({ places }: Sides): Change[] {
  return places.flatMap((place) => compareList(place, rulesOf(place.before), rulesOf(place.after), comparer));
}

const rulesOf = ({ namespace: { rules, rules6 } }: Inside): PolicyRule[] =>
  [rules, rules6].flatMap((captured) => (captured.known ? captured.value : []));

const hex = (value: number): string => `0x${value.toString(16)}`;

/** As ip prints what a rule matches: `from 10.0.0.0/8 fwmark 0x1`. */
function matchOf(rule: PolicyRule, face: (name: string) => string): string {
  const { not, from, to, mark, incomingInterface, outgoingInterface, attributes } = rule;
  return [
    ...(not ? ["not"] : []),
    `from ${from ?? "all"}`,
    ...(to === null ? [] : [`to ${to}`]),
    ...(mark === null ? [] : [`fwmark ${hex(mark.value)}${mark.mask === 0xffffffff ? "" : `/${hex(mark.mask)}`}`]),
    ...(incomingInterface === null ? [] : [`iif ${face(incomingInterface)}`]),
    ...(outgoingInterface === null ? [] : [`oif ${face(outgoingInterface)}`]),
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
  keyOf: (rule, { face }) => JSON.stringify([rule.family, rule.priority, matchOf(rule, face), actionOf(rule)]),
  successorOf: ({ family, priority }) => JSON.stringify([family, priority]),
  nameOf: (rule, { sayFace }) =>
    `${rule.priority}: ${matchOf(rule, sayFace)} ${actionOf(rule)}${rule.family === 6 ? " (IPv6)" : ""}`,
  withinOf: (_, { name }) => name,
  properties: [
    {
      name: "match",
      of: (rule, { sayFace }) => matchOf(rule, sayFace),
      keyOf: (rule, { face }) => matchOf(rule, face),
      from: [],
    },
    { name: "action", of: actionOf, from: [] },
  ],
};
