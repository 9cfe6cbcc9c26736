import { type DnatRule, dnatRules, networkOf, ownerOf, publishedBy } from "../../docker-rules/dnat-rules.ts";
import { removeCommand } from "../../docker-rules/rule-set-index.ts";
import { sh } from "../../lib/command.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import type { Host } from "../../model/host.ts";
import { defineCheck, type Observation } from "../check.ts";
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
  *run({ host }) {
    yield* uncompared(host);
    for (const dnat of dnatRules(host)) {
      const wrong = describeTarget(host, dnat);
      if (wrong === null) continue;
      const inspected = host.captures.some(({ kind, state }) => kind === "docker-inspect" && state === "ok");
      const moved = host.contradictions.length > 0;
      yield {
        subject: { kind: "published-port", name: portName(publishedBy(dnat)) },
        message: `Port ${portLabel(publishedBy(dnat))} of the host leads to ${dnat.rule.table === "nat" ? dnat.rule.text.replace(/^.*--to-destination /, "") : formatEndpoint(dnat.target, dnat.targetPort ?? dnat.hostPort)}, ${wrong.what}${moved ? "; the captures contradict each other, so a container may have moved between them" : ""}.`,
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
