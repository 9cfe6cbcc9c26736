import { compareRules, type FamilyComparison } from "../../docker-rules/compare.ts";
import { type ExpectedRule, effectOf, type Purpose } from "../../docker-rules/expected-rule.ts";
import { defineCheck, type Observation } from "../check.ts";
import { uncompared } from "../uncompared.ts";
import { chainName, count, restartDocker, rulesNeed, some, surenessOf } from "../words.ts";

/** Rules without which little is lost: containers and the host that use published ports from inside. */
const minor: ReadonlySet<Purpose> = new Set(["skip-dnat", "port-masquerade", "hairpin-masquerade", "icmp-accept"]);

/** Rules of one network that other checks speak of. */
const elsewhere: ReadonlySet<Purpose> = new Set(["masquerade", "internal-drop", "dnat", "port-accept"]);

export const networkRulesIncomplete = defineCheck({
  id: "network-rules-incomplete",
  severity: "error",
  sureness: "proven",
  category: "drift",
  title: "A network lacks some of its own firewall rules",
  why: "Without its accepting rules containers of the network get no answers or no way out; without its dropping rules other networks, or neighbours of the host, reach ports that were never published.",
  fix: "Restart Docker. Engines before 25.0.13 and 26 and 27 lose the isolating rules at each `firewall-cmd --reload` (CVE-2025-54410): update to 28 or 25.0.13.",
  sources: [
    "https://github.com/moby/moby/issues/51731",
    "https://github.com/moby/moby/pull/50445",
    "moby libnetwork/drivers/bridge/setup_ip_tables_linux.go setupIPTables (v20.10.24 to v28.0.1); internal/iptabler/network.go (v28.2.2 to v29)",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  wants: [["docker-ps", "docker-inspect"]],
  *run({ host }) {
    yield* uncompared(host);
    for (const family of compareRules(host).families) {
      for (const { id, name } of host.networks) {
        const lost = family.missing.filter(
          ({ expected }) => expected.networkId === id && !elsewhere.has(expected.purpose),
        );
        if (lost.length > 0) {
          const isEmpty = host.containers.every(({ endpoints }) =>
            endpoints.every(({ networkId }) => networkId !== id),
          );
          yield lacking(
            family,
            id,
            name,
            lost.map(({ expected }) => expected),
            lost.flatMap(({ evidence }) => evidence),
            isEmpty,
          );
        }
        yield* misplaced(family, id, name);
      }
    }
  },
});

function lacking(
  { family, book, expected }: FamilyComparison,
  id: string,
  name: string,
  lost: readonly ExpectedRule[],
  evidence: Observation["evidence"],
  isEmpty: boolean,
): Observation {
  const own = expected.filter(({ networkId, purpose }) => networkId === id && !elsewhere.has(purpose)).length;
  const rules = lost.map(({ table, chain, text }) => `${chainName(family, table, chain)} ${text}`);
  const cuts = lost.some(({ purpose }) => effectOf(purpose) === "connectivity" && !minor.has(purpose));
  const opens = lost.some(({ purpose }) => effectOf(purpose) === "isolation");
  const effect = cuts
    ? "so its containers lose connections"
    : opens
      ? "so others get to its containers who must not"
      : "so some connections by way of the host's own addresses fail";
  const fresh = isEmpty && lost.length === own;
  return {
    subject: { kind: "network", name },
    message: `Network ${name} lacks ${lost.length} of its ${own} rules, ${effect}: ${some(rules, 2)}.${fresh ? " It may have been made between the captures." : ""}`,
    evidence,
    fix: restartDocker,
    severity: cuts ? "error" : "warning",
    sureness: fresh ? "hint" : surenessOf(book),
    causedBy: [
      { check: "docker-chains-missing" },
      ...[...new Set(lost.map(({ table, chain }) => chainName(family, table, chain)))].map((chain) => ({
        check: "docker-jump-missing",
        subject: { kind: "chain" as const, name: chain },
      })),
    ],
  };
}

/** One observation for all rules of the network that stand too late. */
function* misplaced({ family, misplaced }: FamilyComparison, id: string, name: string): Iterable<Observation> {
  const own = misplaced.filter(({ networkId }) => networkId === id);
  const [first] = own;
  if (first === undefined) return;
  yield {
    subject: { kind: "network", name },
    message: `${count(own.length, "rule")} of network ${name} in ${chainName(family, first.rule.table, first.rule.chain)} ${own.length === 1 ? "stands" : "stand"} behind one that decides before: ${first.rule.text} behind ${first.before.text}.`,
    evidence: own.flatMap(({ rule, before }) => [before.source, rule.source]),
    fix: restartDocker,
    severity: effectOf(first.expected.purpose) === "connectivity" ? "error" : "warning",
  };
}
