import { asksOnly, interfaceAsked, numberAsked, rangeAsked, speaksOf } from "../firewall/asked.ts";
import { lastAction, targetChain } from "../firewall/statements.ts";
import type { BridgeNetwork } from "./bridge-networks.ts";
import type { ExpectedRule } from "./expected-rule.ts";
import { nftTable } from "./nft-rule-set-index.ts";
import { isDockerChain, type PresentRule, type RuleSetIndex } from "./rule-set-index.ts";

/** The rules in Docker's own chains that the engine would not have written for what it runs now: of a person, or left behind. */
export function foreignRules(
  book: RuleSetIndex,
  expected: readonly ExpectedRule[],
  networks: readonly BridgeNetwork[],
): readonly PresentRule[] {
  const routed = new Set(networks.filter(({ mode }) => mode === "routed").map(({ bridge }) => bridge));
  const ours = new Set(expected.flatMap(({ table, chain, keys }) => keys.map((key) => `${table} ${chain} ${key}`)));
  return [...book.chains.values()].flatMap(({ table, name, rules }) =>
    (table === nftTable || isDockerChain(name)) && name !== "DOCKER-INGRESS"
      ? rules.filter((rule) => !ours.has(`${table} ${name} ${rule.key}`) && !isExtra(rule, routed))
      : [],
  );
}

/**
 * What the engine writes beside the rules of networks, endpoints and ports: RETURN at the end of a chain (to 28.2) and for a
 * routed network's bridge (28.0), the jump to swarm's chain, links (`--link`: iptables.go, ChainInfo.Link), WSL's loopback0 (27.3),
 * accepted marks (29.0).
 */
function isExtra(rule: PresentRule, routed: ReadonlySet<string>): boolean {
  const { kind } = lastAction(rule);
  if (kind === "return" && asksOnly(rule, "in")) return true;
  if (targetChain(rule) === "DOCKER-INGRESS") return true;
  const [incoming, outgoing] = [interfaceAsked(rule, "in"), interfaceAsked(rule, "out")];
  if (incoming === "loopback0") return true;
  if (kind !== "accept") return false;
  // A port that is published into a routed network has no port on the host, and so none in the inspection.
  if (numberAsked(rule, "destination-port") !== null && routed.has(outgoing ?? "")) return true;
  const link = rangeAsked(rule, "source") !== null && rangeAsked(rule, "destination") !== null;
  return link ? incoming === outgoing : speaksOf(rule, "mark");
}
