import type { Dataplane } from "../../dataplane/types.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { type BridgeNetwork, bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { compareRules, type FamilyComparison } from "../../docker-rules/compare.ts";
import { chainsFrom } from "../../docker-rules/reachable.ts";
import { isDockerChain, type PresentRule, placeOf, type RuleSetIndex } from "../../docker-rules/rule-set-index.ts";
import { covers, isEverything } from "../../firewall/address-range.ts";
import { asAddressTest } from "../../firewall/fields.ts";
import type { Match } from "../../firewall/matches.ts";
import { hasName } from "../../firewall/read-field.ts";
import type { InterfacePattern } from "../../firewall/sets.ts";
import { lastAction, matchesBefore, targetChain } from "../../firewall/statements.ts";
import type { CheckContext } from "../check.ts";

/** A rule of somebody else's in FORWARD that decides over a network's traffic before Docker's rules are asked. */
export interface EarlyRule {
  readonly rule: PresentRule;
  /** The rule in FORWARD itself that leads to it: the same one, or a jump. */
  readonly at: PresentRule;
  readonly verdict: "ACCEPT" | "DROP" | "REJECT";
  readonly networks: readonly BridgeNetwork[];
  /** Docker's rule in FORWARD that comes too late. */
  readonly late: PresentRule;
  readonly family: 4 | 6;
}

/** All such rules, for iptables; nftables asks every base chain anyway. */
export function earlyRules({ host, dataplane }: CheckContext): readonly EarlyRule[] {
  const comparison = compareRules(host);
  if (comparison.layout === null || comparison.layout.id === "nftables") return [];
  return comparison.families.flatMap((family) => earlyRulesOf(dataplane, family));
}

function earlyRulesOf(dataplane: Dataplane, { family, book, expected }: FamilyComparison): EarlyRule[] {
  const { host } = dataplane;
  const forward = book.chains.get(placeOf("filter", "FORWARD"));
  const networks = bridgeNetworks(host, family).filter(({ internal }) => !internal);
  if (forward === undefined || networks.length === 0) return [];
  const ours = new Set(
    expected.filter(({ chain, table }) => table === "filter" && chain === "FORWARD").flatMap(({ keys }) => keys),
  );
  const docker = forward.rules.filter(
    (rule) => (ours.has(rule.key) || leadsToDocker(book, rule)) && targetChain(rule) !== "DOCKER-USER",
  );
  const last = docker.findLast((rule) => lastAction(rule).kind !== "drop");
  const [first] = docker;
  if (first === undefined || last === undefined) return [];
  const uplinks = new Set(uplinkNames(dataplane, family));
  const found: EarlyRule[] = [];
  for (const at of forward.rules) {
    if (at.position > last.position) break;
    if (docker.includes(at)) continue;
    for (const { rule, verdict } of terminals(book, at)) {
      const late = verdict === "ACCEPT" ? first : last;
      const hit = networks.filter((network) => [at, rule].every((one) => meetsTraffic(one, network, uplinks)));
      if (at.position < late.position && hit.length > 0) found.push({ rule, at, verdict, networks: hit, late, family });
    }
  }
  return found;
}

function leadsToDocker(book: RuleSetIndex, rule: PresentRule): boolean {
  const target = targetChain(rule) ?? "";
  if (isDockerChain(target)) return true;
  return (
    book.chains.has(placeOf("filter", target)) &&
    target !== "DOCKER-USER" &&
    chainsFrom(book, "filter", target).some(({ name }) => isDockerChain(name))
  );
}

/** The rules that end the walk: this one, or those of the chain that it jumps to, up to a RETURN for all. */
function terminals(
  book: RuleSetIndex,
  at: PresentRule,
  depth = 0,
): readonly { readonly rule: PresentRule; readonly verdict: EarlyRule["verdict"] }[] {
  const verdict = verdicts[lastAction(at).kind];
  if (verdict !== undefined) return [{ rule: at, verdict }];
  const target = targetChain(at) ?? "";
  const chain = target === "DOCKER-USER" ? undefined : book.chains.get(placeOf("filter", target));
  if (chain === undefined || depth > 8 || !isBroad(at)) return [];
  const end = chain.rules.findIndex((rule) => lastAction(rule).kind === "return" && isBroad(rule));
  return chain.rules.slice(0, end < 0 ? undefined : end).flatMap((rule) => terminals(book, rule, depth + 1));
}

const verdicts: Readonly<Record<string, EarlyRule["verdict"] | undefined>> = {
  accept: "ACCEPT",
  drop: "DROP",
  reject: "REJECT",
};

/** Whether a rule asks for nothing but interfaces and addresses, or for connections that are new. */
function isBroad(rule: PresentRule): boolean {
  return matchesBefore(rule).every(
    (one) =>
      one.kind === "interface" ||
      (asAddressTest(one) !== null && speaksOfPacket(one)) ||
      (one.kind === "connection-state" && !one.negated && one.states.includes("new")),
  );
}

const speaksOfPacket = (one: Match): boolean =>
  one.kind === "field" && (one.field === "source" || one.field === "destination") && one.mask === null;

/** Whether a rule meets all traffic of a network on its way out by an uplink, or from one on its way in. */
function meetsTraffic(
  rule: PresentRule,
  { family, bridge, subnet }: BridgeNetwork,
  uplinks: ReadonlySet<string>,
): boolean {
  if (!isBroad(rule)) return false;
  const isUplink = (pattern: InterfacePattern) =>
    uplinks.size === 0
      ? /^(e(th|n[ops]|m)|bond|wl|ppp)/.test(pattern.name)
      : [...uplinks].some((name) => hasName(name, pattern));
  const isBridge = (pattern: InterfacePattern) => hasName(bridge, pattern);
  type Fits = (pattern: InterfacePattern) => boolean;
  const meets = (incoming: Fits, outgoing: Fits, inside: "source" | "destination") =>
    matchesBefore(rule).every((one) => {
      if (one.kind === "interface") return (one.side === "in" ? incoming(one) : outgoing(one)) !== one.negated;
      const test = asAddressTest(one);
      const [range] = test?.ranges ?? [];
      if (test === null || range === undefined) return true;
      return (test.field === inside ? covers(range, subnet) : isEverything(range, family)) !== one.negated;
    });
  return meets(isBridge, isUplink, "source") || meets(isUplink, isBridge, "destination");
}
