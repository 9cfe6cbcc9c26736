import { type DnatRule, dnatRules, networkOf, ownerOf } from "../../docker-rules/dnat-rules.ts";
import { removeCommand } from "../../docker-rules/rule-set-index.ts";
import { sh } from "../../lib/command.ts";
import type { Host } from "../../model/host.ts";
import { defineCheck, type Observation } from "../check.ts";
import { appnet, appnetPs, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { appended, replaced } from "../examples/edit.ts";
import { uncompared } from "../uncompared.ts";
import { portLabel, portName, rulesNeed } from "../words.ts";

export const dnatTargetStale = defineCheck({
  id: "dnat-target-stale",
  severity: "error",
  sureness: "strong",
  category: "drift",
  title: "A published port leads to an address that its container does not have",
  why: "Connections to the port time out, or, once the address is given to another container, reach the wrong one.",
  fix: "Delete the rule and restart Docker, so that it writes the rules of its ports again; look for a docker-proxy that was left behind.",
  sources: [
    "https://github.com/moby/moby/issues/32048",
    "https://github.com/moby/moby/issues/30558",
    "https://github.com/moby/moby/issues/15151",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  wants: [["docker-ps", "docker-inspect"]],
  examples: {
    bad: [
      {
        name: "nobody has the address",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": appended(
            appnetRules29,
            "nat",
            "-A DOCKER -p tcp -m tcp --dport 9999 -j DNAT --to-destination 172.18.0.99:80",
          ),
        },
      },
      {
        name: "another container has it by now, and publishes nothing",
        captures: {
          "docker-network-inspect": appnet,
          "docker-ps": appnetPs,
          "iptables-save": appended(
            appnetRules26,
            "nat",
            "-A DOCKER ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.3:9000",
          ),
        },
      },
    ],
    good: [
      {
        name: "as it should be",
        captures: { "docker-network-inspect": appnet, "docker-ps": appnetPs, "iptables-save": appnetRules29 },
      },
      {
        name: "a rule of the user's, to a virtual machine, in a chain of his own",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": appended(
            appnetRules29,
            "nat",
            "-A PREROUTING -i eth0 -p tcp -m tcp --dport 2222 -j DNAT --to-destination 192.168.122.10:22",
          ),
        },
      },
      {
        name: "swarm's ingress leads to an endpoint that is no container",
        captures: {
          "docker-network-inspect": replaced(
            appnet,
            '"9e7c6d3be58c209cdfc4320f53c460a921d0729f668387d1427feb13050b5a22"',
            '"ingress-sbox"',
          ),
          "iptables-save": appended(
            appnetRules26,
            "nat",
            "-A DOCKER ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.3:9000",
          ),
        },
      },
    ],
  },
  *run({ host }) {
    yield* uncompared(host);
    for (const dnat of dnatRules(host)) {
      const wrong = describeTarget(host, dnat);
      if (wrong === null) continue;
      const inspected = host.captures.some(({ kind, state }) => kind === "docker-inspect" && state === "ok");
      const moved = host.contradictions.length > 0;
      yield {
        subject: { kind: "published-port", name: portName(dnat) },
        message: `Port ${portLabel(dnat)} of the host leads to ${dnat.rule.table === "nat" ? dnat.rule.text.replace(/^.*--to-destination /, "") : `${dnat.target}:${dnat.targetPort}`}, ${wrong.what}${moved ? "; the captures contradict each other, so a container may have moved between them" : ""}.`,
        evidence: [dnat.rule.source, ...wrong.evidence],
        fix: {
          text: "Delete the rule, and see whether a docker-proxy still holds the port.",
          commands: [removeCommand(dnat.rule), sh`sudo ss -lnp | grep ${`:${dnat.hostPort} `}`],
          cutsTraffic: false,
        },
        sureness: moved ? "hint" : inspected ? "proven" : "strong",
      };
    }
  },
});

function describeTarget(
  host: Host,
  { target, hostPort, protocol }: DnatRule,
): { readonly what: string; readonly evidence: Observation["evidence"] } | null {
  const network = networkOf(host, target);
  if (network === null) return null;
  const owner = ownerOf(host, target);
  if (owner === null)
    return {
      what: `an address of network ${network.name} that no container has`,
      evidence: network.sources.slice(0, 1),
    };
  const ports = host.publishedPorts.filter(({ knownFrom }) => knownFrom === "engine");
  const publishes = ports.some(
    (port) => port.container === owner.name && port.hostPort === hostPort && port.protocol === protocol,
  );
  if (!owner.isContainer || ports.length === 0 || publishes) return null;
  const container = host.containers.find(({ name }) => name === owner.name);
  return {
    what: `which is ${owner.name}'s by now; ${owner.name} does not publish ${hostPort}/${protocol}`,
    evidence: container?.sources.slice(0, 1) ?? [],
  };
}
