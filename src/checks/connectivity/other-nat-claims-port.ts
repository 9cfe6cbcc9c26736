import type { Dataplane } from "../../dataplane/types.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { isDockerChain, removeCommand, ruleAt } from "../../docker-rules/rule-set-index.ts";
import { sayAll } from "../../reasons/reason.ts";
import { isOpen } from "../../trace/answer.ts";
import { lastDecision } from "../../trace/decision.ts";
import { defineCheck } from "../check.ts";
import { appnetRules29 } from "../examples/appnet.ts";
import { appnetHost } from "../examples/appnet-host.ts";
import { replaced } from "../examples/edit.ts";
import { addressesOn, target } from "../probes/outside.ts";
import { portName, rulesNeed } from "../words.ts";

const before = (...rules: readonly string[]): string =>
  replaced(appnetRules29, "-A PREROUTING -m addrtype", `${rules.join("\n")}\n-A PREROUTING -m addrtype`);

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
  examples: {
    bad: [
      {
        name: "somebody's REDIRECT to a server of the host",
        captures: appnetHost({
          "iptables-save": before("-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j REDIRECT --to-ports 3128"),
        }),
        alsoFinds: ["published-port-unserved"],
      },
      {
        name: "podman publishes the same port",
        captures: appnetHost({
          "iptables-save": before(
            "-A PREROUTING -m addrtype --dst-type LOCAL -j NETAVARK-HOSTPORT-DNAT",
            "-A NETAVARK-HOSTPORT-DNAT -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.88.0.5:80",
          ).replace(":POSTROUTING ACCEPT [51", ":NETAVARK-HOSTPORT-DNAT - [0:0]\n:POSTROUTING ACCEPT [51"),
        }),
        alsoFinds: ["published-port-unserved", "coexisting-network-owner"],
      },
    ],
    good: [
      {
        name: "on another interface",
        captures: appnetHost({
          "iptables-save": before("-A PREROUTING -i wlan0 -p tcp -m tcp --dport 8080 -j REDIRECT --to-ports 3128"),
        }),
      },
      {
        name: "for another address: a Kubernetes service",
        captures: appnetHost({
          "iptables-save": before(
            "-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.50.77:6443",
          ),
        }),
      },
      {
        name: "behind Docker's jump: it is never asked",
        captures: appnetHost({
          "iptables-save": replaced(
            appnetRules29,
            "-A OUTPUT ! -d 127",
            "-A PREROUTING -p tcp -m tcp --dport 8080 -j REDIRECT --to-ports 3128\n-A OUTPUT ! -d 127",
          ),
        }),
      },
      {
        name: "a rule of one's own that leads to the same container",
        captures: appnetHost({
          "iptables-save": before(
            "-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80",
          ),
        }),
      },
    ],
  },
  *run({ host, dataplane, ask }) {
    for (const family of [4, 6] as const) {
      if (!mayClaim(dataplane, family)) continue;
      const any = family === 4 ? "0.0.0.0" : "::";
      for (const uplink of uplinkNames(host, dataplane, family)) {
        const addresses = addressesOn(dataplane, uplink, family);
        for (const port of host.publishedPorts) {
          const address = port.hostAddress === any ? addresses[0] : addresses.find((one) => one === port.hostAddress);
          if (address === undefined || !["tcp", "udp", "sctp"].includes(port.protocol)) continue;
          const answer = ask({ from: uplink, to: target(address, port.hostPort, port.protocol) });
          if (answer === null || isOpen(answer.verdict) || answer.deliveredTo?.name === port.container) continue;
          const nat = lastDecision(
            answer.steps.filter(({ hook, namespace }) => hook?.hook === "prerouting" && namespace === "host"),
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
            message: `Clients of ${address}:${port.hostPort}/${port.protocol} behind ${uplink} do not get to ${port.container}: ${nat.text} comes first, and ${end}.`,
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
function mayClaim({ stacks }: Dataplane, family: 4 | 6): boolean {
  const firewall = stacks.get("host")?.firewall[family];
  if (firewall === undefined || firewall.unknown.size > 0) return true;
  return firewall.firewall.tables.some(
    ({ name, chains }) =>
      name === "nat" &&
      [...chains.values()].some(
        (chain) =>
          !isDockerChain(chain.name) &&
          !["INPUT", "OUTPUT", "POSTROUTING"].includes(chain.name) &&
          chain.rules.some(({ action }) => action.kind !== "jump" || !isDockerChain(action.chain)),
      ),
  );
}
