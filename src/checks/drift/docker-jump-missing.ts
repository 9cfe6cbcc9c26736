import { compareRules, type FamilyComparison, type MissingRule } from "../../docker-rules/compare.ts";
import type { Purpose } from "../../docker-rules/expected-rule.ts";
import { commandOf, placeOf, targetOf } from "../../docker-rules/rule-set-index.ts";
import { sh } from "../../lib/command.ts";
import { defineCheck, type Observation } from "../check.ts";
import { appnet, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { replaced, without } from "../examples/edit.ts";
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
  examples: {
    bad: [
      {
        name: "iptables -F FORWARD on 29: the policy decides over everything",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": without(appnetRules29, "-A FORWARD "),
        },
      },
      {
        name: "another tool rewrote nat PREROUTING",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": without(appnetRules26, "-A PREROUTING -m addrtype"),
        },
      },
      {
        name: "nat OUTPUT was flushed: the host itself gets to docker-proxy alone",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": without(appnetRules29, "-A OUTPUT ! -d 127"),
        },
      },
      {
        name: "nothing jumps to a DOCKER-USER with rules: a warning",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": replaced(
            without(appnetRules29, "-A FORWARD -j DOCKER-USER"),
            "-A FORWARD -j DOCKER-FORWARD\n",
            "-A FORWARD -j DOCKER-FORWARD\n-A DOCKER-USER -i eth0 -s 203.0.113.0/24 -j DROP\n",
          ),
        },
      },
    ],
    good: [
      {
        name: "Synology puts a chain of its own between FORWARD and Docker's",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": replaced(
            appnetRules29,
            "-A FORWARD -j DOCKER-USER\n-A FORWARD -j DOCKER-FORWARD\n",
            "-A FORWARD -j DEFAULT_FORWARD\n-A DEFAULT_FORWARD -j DOCKER-USER\n-A DEFAULT_FORWARD -j DOCKER-FORWARD\n",
          ),
        },
      },
      {
        name: "swarm jumps to DOCKER-INGRESS first",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": replaced(
            appnetRules29,
            "-A DOCKER-FORWARD -j DOCKER-CT\n",
            "-A DOCKER-FORWARD -j DOCKER-INGRESS\n-A DOCKER-FORWARD -j DOCKER-CT\n-A DOCKER-INGRESS -j RETURN\n",
          ),
        },
      },
      {
        name: "nothing jumps to a DOCKER-USER without rules: nothing is lost",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": without(appnetRules29, "-A FORWARD -j DOCKER-USER"),
        },
      },
    ],
  },
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
  return rules.some((rule) => targetOf(rule) !== "RETURN" || rule.options.length > 1);
}

function describe({ family, book }: FamilyComparison, lost: readonly MissingRule[]): Observation {
  const [{ expected: first }] = lost as readonly [MissingRule, ...MissingRule[]];
  const { table, chain } = first;
  const onlyUser = lost.every(({ expected }) => expected.purpose === "user-jump");
  const targets = lost.map(({ expected }) => / -j (\S+)$/.exec(` ${expected.text}`)?.[1] ?? expected.text);
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
