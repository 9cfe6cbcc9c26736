import { compareRules, type FamilyComparison, type MissingRule } from "../../docker-rules/compare.ts";
import type { Purpose } from "../../docker-rules/expected-rule.ts";
import { commandOf, placeOf } from "../../docker-rules/rule-set-index.ts";
import { lastAction, matchesBefore, targetChain } from "../../firewall/statements.ts";
import { sh } from "../../lib/command.ts";
import { defineCheck, type Observation } from "../check.ts";
import { uncompared } from "../uncompared.ts";
import { chainName, restartDocker, rulesNeed, some, surenessOf } from "../words.ts";

const jumps: ReadonlySet<Purpose> = new Set(["user-jump", "chain-jump", "isolation-jump", "nat-jump"]);

export const dockerJumpMissing = defineCheck({
  id: "docker-jump-missing",
  severity: "error",
  sureness: "proven",
  category: "drift",
  title: "Docker's chains exist, but a built-in chain no longer jumps to them",
  why: "Rules that nothing leads to are asked by no packet: published ports are not translated, forwarded packets meet the policy alone, or the user's own rules in DOCKER-USER guard nothing.",
  fix: "Restart Docker: it puts its jumps back on top. For DOCKER-USER alone: `iptables -I FORWARD -j DOCKER-USER`.",
  sources: [
    "https://github.com/moby/moby/issues/16816",
    "moby libnetwork/drivers/bridge/setup_ip_tables_linux.go setupIPChains, addNATJumpRules; libnetwork/firewall_linux.go setupUserChain",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  *run({ host }) {
    yield* uncompared(host);
    for (const family of compareRules(host).families) {
      const lost = family.missing.filter(
        ({ expected }) => jumps.has(expected.purpose) && leadsSomewhere(family, expected),
      );
      for (const chain of new Set(lost.map(({ expected }) => `${expected.table} ${expected.chain}`)))
        yield describe(
          family,
          lost.filter(({ expected }) => `${expected.table} ${expected.chain}` === chain),
        );
    }
  },
});

/** A jump to DOCKER-USER matters only when the user has rules there. */
function leadsSomewhere({ book }: FamilyComparison, { purpose }: MissingRule["expected"]): boolean {
  if (purpose !== "user-jump") return true;
  const rules = book.chains.get(placeOf("filter", "DOCKER-USER"))?.rules ?? [];
  return rules.some((rule) => lastAction(rule).kind !== "return" || matchesBefore(rule).length > 0);
}

function describe({ family, book }: FamilyComparison, lost: readonly MissingRule[]): Observation {
  const [{ expected: first }] = lost as readonly [MissingRule, ...MissingRule[]];
  const { table, chain } = first;
  const onlyUser = lost.every(({ expected }) => expected.purpose === "user-jump");
  const targets = lost.map(({ expected }) => targetChain(expected) ?? lastAction(expected).kind.toUpperCase());
  const effect = onlyUser
    ? "so the rules in DOCKER-USER guard nothing"
    : first.purpose === "nat-jump"
      ? "so published ports are not translated: where docker-proxy runs it answers in their place, and containers see the bridge's address as their client"
      : "so forwarded packets never meet Docker's rules and the rest of the chain, or its policy, decides";
  return {
    subject: { kind: "chain", name: chainName(family, table, chain) },
    message: `${chainName(family, table, chain)} no longer jumps to ${some([...new Set(targets)])}, ${effect}.`,
    evidence: lost.flatMap(({ evidence }) => evidence),
    fix: onlyUser
      ? {
          text: "Put the jump back on top.",
          commands: [sh`sudo ${commandOf(family)} -I FORWARD -j DOCKER-USER`],
          cutsTraffic: false,
        }
      : restartDocker,
    ...(onlyUser ? { severity: "warning" } : {}),
    sureness: surenessOf(book),
    causedBy: [{ check: "docker-chains-missing" }],
  };
}
