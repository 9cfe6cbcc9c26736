import type { Dataplane } from "../../dataplane/types.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { isDockerChain, removeCommand, ruleAt } from "../../docker-rules/rule-set-index.ts";
import { lastAction } from "../../firewall/statements.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import { takes } from "../../model/queries/publications.ts";
import { sayAll } from "../../reasons/reason.ts";
import { isOpen, isReceivedBy } from "../../trace/answer.ts";
import { lastDecision } from "../../trace/decision.ts";
import { isOnHost } from "../../trace/packet-state.ts";
import { targetAt } from "../../trace/question.ts";
import { defineCheck } from "../check.ts";
import { addressesOn } from "../probes/outside.ts";
import { portName, rulesNeed } from "../words.ts";

export const otherNatClaimsPort = defineCheck({
  id: "other-nat-claims-port",
  severity: "error",
  sureness: "proven",
  category: "connectivity",
  title: "Another DNAT or REDIRECT takes a published port first",
  why: "The first rule of nat PREROUTING that matches decides for the whole connection: clients from outside get to something else than the container, or to nothing, while the port answers from the host itself.",
  fix: "Give one of the two another port, or delete the other rule; `iptables -t nat -S PREROUTING` shows their order.",
  sources: [
    "https://github.com/containers/netavark/issues/532",
    "net/netfilter/nf_nat_core.c nf_nat_inet_fn: NAT is decided once for a connection",
  ],
  needs: ["ip-addr", "docker-network-inspect", rulesNeed],
  *run({ host, dataplane, ask }) {
    for (const family of [4, 6] as const) {
      if (!mayClaim(dataplane, family)) continue;
      for (const uplink of uplinkNames(dataplane, family)) {
        const addresses = addressesOn(dataplane, uplink, family);
        for (const port of host.publishedPorts) {
          const address = addresses.find((one) => takes(port.hostAddress, one));
          if (address === undefined) continue;
          const to = targetAt(address, { protocol: port.protocol, port: port.hostPort });
          const answer = ask({ from: uplink, to });
          if (answer === null || isOpen(answer.verdict) || isReceivedBy(answer.deliveredTo, port.container)) continue;
          const nat = lastDecision(
            answer.steps.filter((step) => step.hook?.hook === "prerouting" && isOnHost(step)),
            ["nat"],
          );
          if (nat === null || nat.rule === null || isDockerChain(nat.chain)) continue;
          const end =
            answer.deliveredTo === null
              ? `nothing answers there: ${sayAll(answer.because)}`
              : `${answer.deliveredTo.kind === "host" ? "the host itself" : answer.deliveredTo.name} gets them`;
          const written = ruleAt(host, nat.source);
          yield {
            subject: { kind: "published-port", name: `${portName(port)} of ${port.container}` },
            message: `Clients of ${formatEndpoint(address, port.hostPort)}/${port.protocol} behind ${uplink} do not get to ${port.container}: ${nat.text} comes first, and ${end}.`,
            evidence: [nat.source, ...port.sources],
            fix: {
              text: "Delete the other rule where it is made, or publish on another port.",
              commands: written === null ? [] : [removeCommand(written)],
              cutsTraffic: true,
            },
          };
        }
      }
    }
  },
});

/** Whether anything but Docker's chains could decide about NAT for what comes in. */
function mayClaim({ own }: Dataplane, family: 4 | 6): boolean {
  const { firewall, unknown } = own.firewall[family];
  if (unknown.size > 0) return true;
  return firewall.tables.some(
    ({ name, chains }) =>
      name === "nat" &&
      [...chains.values()].some(
        (chain) =>
          !isDockerChain(chain.name) &&
          !["INPUT", "OUTPUT", "POSTROUTING"].includes(chain.name) &&
          chain.rules.some((rule) => {
            const action = lastAction(rule);
            return action.kind !== "jump" || !isDockerChain(action.chain);
          }),
      ),
  );
}
