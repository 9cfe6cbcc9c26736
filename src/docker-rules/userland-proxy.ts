import { asksLocal, interfaceAsked, rangeAsked, speaksOf } from "../firewall/asked.ts";
import { targetChain } from "../firewall/statements.ts";
import type { Host } from "../model/host.ts";
import { nftTable } from "./nft-rule-set-index.ts";
import { placeOf, type RuleSetIndex } from "./rule-set-index.ts";

const jumpTargets = new Set(["DOCKER", "nat-prerouting-and-output"]);

/**
 * Whether the engine runs without docker-proxy and translates its own traffic instead (hairpin). Its rules say so: the jump
 * from nat OUTPUT spares 127.0.0.0/8 only where a proxy listens there, rules for LOCAL sources and DNATs for the bridge itself
 * exist only without one (moby, addNATJumpRules and setupNonInternalNetworkRules). Where no rule tells, the settings do.
 */
export function usesHairpin(host: Host, book: RuleSetIndex): boolean {
  const rulesOf = (chain: string) => book.chains.get(placeOf("nat", chain))?.rules ?? [];
  const nftOutput = book.chains.get(placeOf(nftTable, "nat-OUTPUT"))?.rules ?? [];
  const jump = [...rulesOf("OUTPUT"), ...nftOutput].find((rule) => jumpTargets.has(targetChain(rule) ?? ""));
  if (jump !== undefined) return rangeAsked(jump, "destination", true) === null;
  const local = rulesOf("POSTROUTING").some((rule) => {
    const out = interfaceAsked(rule, "out");
    return asksLocal(rule, "source") && out !== null && out !== "docker_gwbridge";
  });
  if (local) return true;
  const spared = rulesOf("DOCKER").some((rule) => speaksOf(rule, "in"));
  return spared ? false : host.engine.settings.userlandProxy === false;
}
