import { commandOf } from "../../docker-rules/rule-set-index.ts";
import { sh } from "../../lib/command.ts";
import type { Network } from "../../model/host.ts";
import { namespaceNameOf } from "../../model/namespace-id.ts";
import { attachedTo, routedNetworks } from "../../model/queries/attached.ts";
import type { Decision } from "../../trace/decision.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { farPort } from "../probes/outside.ts";
import { chainName, rulesNeed, some } from "../words.ts";

export const dockerUserDropWithoutEstablished = defineCheck({
  id: "docker-user-drop-without-established",
  severity: "error",
  sureness: "proven",
  category: "connectivity",
  title: "A DROP in DOCKER-USER also kills the answers to containers",
  why: "DOCKER-USER comes before Docker accepts answers, so a rule that shuts strangers out also drops what comes back to connections that containers made: names do not resolve, updates and calls to other services hang.",
  fix: "Accept answers first: `iptables -I DOCKER-USER -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`.",
  sources: [
    "https://docs.docker.com/engine/network/firewall-iptables/",
    "https://github.com/docker/docs/issues/21708",
    "moby libnetwork/firewall_linux.go setupUserChain: DOCKER-USER is the first jump of FORWARD",
  ],
  needs: ["ip-addr", "docker-network-inspect", rulesNeed],
  *run(context) {
    for (const family of [4, 6] as const) {
      const found = new Map<
        string,
        { readonly decision: Decision; readonly networks: Network[]; readonly who: string }
      >();
      for (const network of routedNetworks(context.host)) {
        const lost = lostAnswer(context, network, family);
        if (lost === null) continue;
        const key = `${lost.decision.source.file}:${lost.decision.source.line}`;
        const known = found.get(key) ?? { ...lost, networks: [] };
        known.networks.push(network);
        found.set(key, known);
      }
      for (const { decision, networks, who } of found.values()) yield describe(family, decision, networks, who);
    }
  },
});

/** A container of the network asks a server far away; the request gets out, and its answer ends in DOCKER-USER. */
function lostAnswer({ host, dataplane, ask }: CheckContext, network: Network, family: 4 | 6) {
  const [first] = attachedTo(host, network).filter(({ endpoint }) => (family === 4 ? endpoint.ipv4 : endpoint.ipv6));
  if (first === undefined) return null;
  for (const [port, protocol] of [
    [443, "tcp"],
    [53, "udp"],
  ] as const) {
    const answer = ask({ from: namespaceNameOf(first.container.name), to: farPort(dataplane, family, port, protocol) });
    const decision = answer?.decision ?? null;
    if (decision?.direction === "reply" && decision.through.includes("DOCKER-USER"))
      return { decision, who: `${first.container.name} to ${port}/${protocol}` };
  }
  return null;
}

function describe(family: 4 | 6, decision: Decision, networks: readonly Network[], who: string): Observation {
  return {
    subject: { kind: "chain", name: chainName(family, "filter", "DOCKER-USER") },
    message: `${decision.text} also drops the answers to connections that containers of ${some(networks.map(({ name }) => name))} make to the outside (asked: ${who}).`,
    evidence: [decision.source],
    fix: {
      text: "Accept answers before anything else in DOCKER-USER, and save the rule where the others are.",
      commands: [sh`sudo ${commandOf(family)} -I DOCKER-USER -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`],
      cutsTraffic: false,
    },
  };
}
