import { freeAddressOn } from "../../dataplane/free-address.ts";
import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { networkOf } from "../../docker-rules/dnat-rules.ts";
import { indexRuleSet } from "../../docker-rules/rule-set-index.ts";
import { givenAddress, natOf, numberAsked } from "../../firewall/asked.ts";
import { lastAction, matchesBefore, targetChains } from "../../firewall/statements.ts";
import { sh } from "../../lib/command.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import { namespaceNameOf } from "../../model/namespace-id.ts";
import { attachedTo, routedNetworks } from "../../model/queries/attached.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { askChains } from "../probes/ask-chains.ts";
import { type NetworkOwner, networkOwners } from "../signatures/network-owners.ts";
import { rulesNeed, some } from "../words.ts";

export const coexistingNetworkOwner = defineCheck({
  id: "coexisting-network-owner",
  severity: "info",
  sureness: "proven",
  category: "coexistence",
  title: "Another program forwards packets on this host, too",
  why: "libvirt, podman, Kubernetes, LXD, Tailscale and Docker share one FORWARD hook and one set of host ports: whoever restarts last stands first, and what one rejects the other cannot accept. Presence is no fault; a conflict is named.",
  fix: "Know who owns which bridge, restart them in one order, and connect the two sides by published ports.",
  sources: [
    "https://docs.docker.com/engine/network/firewall-iptables/",
    "https://github.com/containers/netavark/issues/1149",
    "libvirt src/network/network_iptables.c: LIBVIRT_FWI rejects what is no answer to its machines",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  *run(context) {
    for (const owner of networkOwners(context.host)) yield present(context, owner);
    yield* invalidDropped(context);
    yield* servicesDropped(context);
  },
});

function present(context: CheckContext, { name, signs, bridges, sources }: NetworkOwner): Observation {
  const barred = bridges.flatMap((bridge) => barredFrom(context, bridge));
  const [first] = barred;
  const conflict =
    first === undefined
      ? ""
      : ` Containers of ${first.network} cannot reach its machines on ${first.bridge}: ${first.rule} refuses them.`;
  return {
    subject: { kind: "host", name },
    message: `${name} is at work here besides Docker: ${some(signs)}.${conflict}`,
    evidence: [...sources, ...barred.map(({ source }) => source)],
  };
}

/** Whether the owner's own chains keep containers away from the machines on its bridge. */
function barredFrom({ host, dataplane, ask }: CheckContext, bridge: string) {
  const machine = freeAddressOn(dataplane, bridge, 4);
  if (machine === null) return [];
  for (const network of routedNetworks(host)) {
    const [first] = attachedTo(host, network);
    const answer =
      first === undefined
        ? null
        : ask({ from: namespaceNameOf(first.container.name), to: targetAt(machine, { protocol: "tcp", port: 22 }) });
    const decision = answer?.decision ?? null;
    if (decision?.rule != null && decision.direction === "request" && !decision.chain.startsWith("DOCKER"))
      return [{ network: network.name, bridge, rule: decision.text, source: decision.source }];
  }
  return [];
}

/**
 * kube-proxy translates a service's address to a container's of Docker's (KUBE-SEP-…): what it forwards comes from elsewhere, and
 * since 28 the bridge's DROP at the end of DOCKER takes it unless the port is published.
 */
function* servicesDropped({ host, dataplane }: CheckContext): Iterable<Observation> {
  const book = indexRuleSet(host, 4);
  const stack = dataplane.own;
  const [uplink] = uplinkNames(dataplane, 4);
  if (!book.known || uplink === undefined) return;
  const source = representativeOutside(dataplane, 4);
  const translating = [...book.value.chains.values()].flatMap(({ table, name, rules }) =>
    table === "nat" && name.startsWith("KUBE-SEP-") ? rules.filter((rule) => natOf(rule)?.kind === "destination") : [],
  );
  for (const rule of translating) {
    const to = givenAddress(rule, "destination");
    if (to === null || to.port === null) continue;
    const { port } = to;
    const destination = { family: 4, value: to.address } as const;
    const network = networkOf(host, destination);
    if (network?.bridge == null) continue;
    const protocol = numberAsked(rule, "protocol") ?? 6;
    const packet = { source, destination, protocol, port, incoming: uplink, outgoing: network.bridge };
    const answer = askChains(stack, "forward", packet);
    const dropped = answer !== null && answer !== "unknown" && answer.outcome.verdict.kind === "drop" ? answer : null;
    if (dropped?.outcome.rule == null || !dropped.outcome.rule.text.startsWith("-A DOCKER ")) continue;
    yield {
      subject: { kind: "network", name: network.name },
      message: `Kubernetes sends a service to ${formatEndpoint(destination, port)} on Docker's network ${network.name} (${rule.chain}), and ${dropped.outcome.rule.text} drops what comes from outside for a port that is not published.`,
      evidence: [rule.source, dropped.outcome.rule.source],
      severity: "warning",
      sureness: "strong",
      fix: {
        text: `Publish the port, or create ${network.name} anew with -o com.docker.network.bridge.gateway_mode_ipv4=nat-unprotected.`,
        commands: [],
        cutsTraffic: false,
      },
    };
  }
}

/** netavark's rule for INVALID packets asks for no interface: packets of Docker's connections fall under it, too (netavark#1149). */
function* invalidDropped({ dataplane }: CheckContext): Iterable<Observation> {
  for (const family of [4, 6] as const) {
    for (const { name, chains } of dataplane.own.firewall[family].firewall.tables ?? []) {
      const rule = chains
        .get("NETAVARK_FORWARD")
        ?.rules.find(
          (one) =>
            lastAction(one).kind === "drop" && matchesBefore(one).every(({ kind }) => kind === "connection-state"),
        );
      const jumps = (chains.get("FORWARD")?.rules ?? []).map((one) => targetChains(one)[0] ?? "");
      const [theirs, docker] = [
        jumps.indexOf("NETAVARK_FORWARD"),
        jumps.findIndex((chain) => /^DOCKER-(FORWARD|ISOLATION)/.test(chain)),
      ];
      if (name !== "filter" || rule === undefined || theirs < 0 || docker < 0 || theirs > docker) continue;
      yield {
        subject: { kind: "chain", name: `filter NETAVARK_FORWARD${family === 6 ? " (IPv6)" : ""}` },
        message: `${rule.text} stands before Docker's chains and is not limited to podman's networks: packets of Docker's containers that conntrack calls INVALID (asymmetric routes, direct server return) are dropped there.`,
        evidence: [rule.source],
        severity: "warning",
        sureness: "strong",
        fix: {
          text: "Restart Docker after podman: its jumps go on top again.",
          commands: [sh`sudo systemctl restart docker`],
          cutsTraffic: true,
        },
      };
    }
  }
}
