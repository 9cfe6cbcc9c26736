import type { Host } from "../model/host.ts";
import { nftTable } from "./nft-rule-set-index.ts";
import { optionOf, placeOf, type RuleSetIndex, targetOf } from "./rule-set-index.ts";

const jumpTargets = new Set(["DOCKER", "nat-prerouting-and-output"]);

/**
 * Whether the engine runs without docker-proxy and translates its own traffic instead (hairpin). Its rules say so: the jump
 * from nat OUTPUT spares 127.0.0.0/8 only where a proxy listens there, rules for LOCAL sources and DNATs for the bridge itself
 * exist only without one (moby, addNATJumpRules and setupNonInternalNetworkRules). Where no rule tells, the settings do.
 */
export function usesHairpin(host: Host, book: RuleSetIndex): boolean {
  const rulesOf = (chain: string) => book.chains.get(placeOf("nat", chain))?.rules ?? [];
  const nftOutput = book.chains.get(placeOf(nftTable, "nat-OUTPUT"))?.rules ?? [];
  const jump = [...rulesOf("OUTPUT"), ...nftOutput].find((rule) => jumpTargets.has(targetOf(rule) ?? ""));
  if (jump !== undefined) return !jump.options.some(({ name, negated }) => name === "-d" && negated);
  const local = rulesOf("POSTROUTING").some((rule) => {
    const out = optionOf(rule, "-o");
    return optionOf(rule, "--src-type") === "LOCAL" && out !== null && out !== "docker_gwbridge";
  });
  if (local) return true;
  const spared = rulesOf("DOCKER").some((rule) => rule.options.some(({ name }) => name === "-i"));
  return spared ? false : host.engine.settings.userlandProxy === false;
}
