import { uplinkNames } from "../../dataplane/uplinks.ts";
import { bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { isDirectAccessDrop } from "../../docker-rules/layout.ts";
import { indexRuleSet, type PresentRule, placeOf, type RuleSetIndex } from "../../docker-rules/rule-set-index.ts";
import { interfaceAsked } from "../../firewall/asked.ts";
import type { Match } from "../../firewall/matches.ts";
import { lastAction, matchesOf } from "../../firewall/statements.ts";
import { formatPrefix } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Interface } from "../../model/host.ts";
import { interfaceSwitch } from "../../model/queries/switches.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { skipWithout } from "../skip.ts";
import { count, hostSubject, some } from "../words.ts";

export const directRoutingDroppedV28 = defineCheck({
  id: "direct-routing-dropped-v28",
  severity: "warning",
  sureness: "hint",
  category: "connectivity",
  title: "Docker drops routed access to containers that this host seems to be set up for",
  why: "Since 28 the raw table drops what comes for a container's address by another interface than its bridge. VPN clients and routers that reached containers directly get nothing, and no rule in DOCKER-USER helps: raw comes first.",
  fix: 'Create the network anew with `-o com.docker.network.bridge.trusted_host_interfaces=wg0` (28.2) or gateway mode routed, or set "allow-direct-routing": true.',
  sources: [
    "https://github.com/moby/moby/issues/49498",
    "https://github.com/moby/moby/issues/51015",
    "https://docs.docker.com/engine/network/port-publishing/",
    "moby libnetwork/drivers/bridge/internal/iptabler/endpoint.go filterDirectAccess",
  ],
  needs: ["docker-network-inspect", "ip-addr", ["iptables-save", "iptables-nft-save", "iptables-legacy-save"]],
  *run(context) {
    const book = indexRuleSet(context.host, 4);
    if (!book.known) return;
    const drops = (book.value.chains.get(placeOf("raw", "PREROUTING"))?.rules ?? []).filter(isDirectAccessDrop);
    const { own } = context.host;
    if (drops.length === 0 || !own.interfaces.known) return;
    const dropped = new Map(bridgeNetworks(context.host, 4).map(({ bridge }) => [bridge, dropsOf(bridge, drops)]));
    yield* absentTrusted(context, own.interfaces.value, dropped);
    const useless = (book.value.chains.get(placeOf("filter", "DOCKER-USER"))?.rules ?? []).filter((rule) =>
      isForDirectAccess(rule, dropped),
    );
    for (const rule of useless) yield uselessAccept(context, rule, dropped);
    if (useless.length > 0) return;
    yield* skipWithout(context.host, "ip-route");
    yield* skipWithout(context.host, "sysctl");
    yield* tunnels(own.interfaces.value, drops, book.value);
    yield* announced(context, drops);
  },
});

function dropsOf(bridge: string, drops: readonly PresentRule[]): readonly PresentRule[] {
  return drops.filter((rule) => interfaceAsked(rule, "in", true) === bridge);
}

function* absentTrusted(
  { host }: CheckContext,
  interfaces: readonly Interface[],
  dropped: ReadonlyMap<string, readonly PresentRule[]>,
): Iterable<Observation> {
  for (const { network, bridge, trusted: names } of bridgeNetworks(host, 4)) {
    const rules = dropped.get(bridge) ?? [];
    const absent = names.filter((name) => !interfaces.some((one) => one.name === name || one.altNames.includes(name)));
    if (absent.length === 0 || rules.length === 0) continue;
    yield {
      subject: { kind: "network", name: network.name },
      message: `${network.name} trusts ${some(absent)}, but the host has no such interface: what comes by another one for its ${count(rules.length, "container")} is dropped.`,
      evidence: [...network.sources, ...rules.slice(0, 2).map(({ source }) => source)],
      sureness: "strong",
      fix: {
        text: `Bring ${some(absent)} up, or create ${network.name} anew with the names that interfaces have now.`,
        commands: [sh`ip -brief link`],
        cutsTraffic: false,
      },
    };
  }
}

/** An ACCEPT or RETURN for what comes by an interface that is no bridge of Docker's and goes to one that raw guards. */
function isForDirectAccess(rule: PresentRule, dropped: ReadonlyMap<string, readonly PresentRule[]>): boolean {
  const [incoming, outgoing, { kind }] = [interfaceAsked(rule, "in"), interfaceAsked(rule, "out"), lastAction(rule)];
  if (incoming === null || outgoing === null || (kind !== "accept" && kind !== "return")) return false;
  if (dropped.has(incoming) || matchesOf(rule).some(({ test }) => asksConnection(test))) return false;
  return (dropped.get(outgoing) ?? []).length > 0 && isTunnel(incoming);
}

/** Whether a test asks for what a connection came as: such a rule is for published ports. */
const asksConnection = (test: Match): boolean =>
  !test.negated &&
  (test.kind === "connection-status" ||
    (test.kind === "field" && ["original-destination", "original-destination-port"].includes(test.field)));

function uselessAccept(
  { host }: CheckContext,
  rule: PresentRule,
  dropped: ReadonlyMap<string, readonly PresentRule[]>,
): Observation {
  const [incoming, outgoing] = [interfaceAsked(rule, "in") ?? "", interfaceAsked(rule, "out") ?? ""];
  const rules = dropped.get(outgoing) ?? [];
  const network = host.networks.find(({ bridge }) => bridge === outgoing);
  const subnet = network?.subnets.find(({ family }) => family === 4)?.subnet;
  return {
    subject: network === undefined ? { kind: "bridge", name: outgoing } : { kind: "network", name: network.name },
    message: `DOCKER-USER lets in what comes by ${incoming} for ${network?.name ?? outgoing}, but the raw table has dropped it before: it lets nothing to ${count(rules.length, "container address", "container addresses")} by another interface than ${outgoing}.`,
    evidence: [rule.source, ...rules.slice(0, 3).map(({ source }) => source)],
    sureness: "strong",
    fix: {
      text: `Create ${network?.name ?? "the network"} anew with -o com.docker.network.bridge.trusted_host_interfaces=${incoming}; until then let it pass raw.`,
      commands: [
        sh`sudo iptables -t raw -I PREROUTING -i ${incoming} -d ${subnet === undefined ? "172.16.0.0/12" : formatPrefix(subnet)} -j ACCEPT`,
      ],
      cutsTraffic: false,
    },
  };
}

/** A tunnel may be there for anything else: a lead for whoever misses containers behind it. */
function* tunnels(
  interfaces: readonly Interface[],
  drops: readonly PresentRule[],
  book: RuleSetIndex,
): Iterable<Observation> {
  const accepted = new Set(
    (book.chains.get(placeOf("raw", "PREROUTING"))?.rules ?? [])
      .filter((rule) => lastAction(rule).kind === "accept")
      .map((rule) => interfaceAsked(rule, "in")),
  );
  for (const { name, sources, up } of interfaces) {
    if (!up || !isTunnel(name) || accepted.has(name)) continue;
    yield {
      subject: { kind: "interface", name },
      message: `What comes by ${name} for a container's own address is dropped, as for all interfaces since Docker 28 (${count(drops.length, "address", "addresses")}); if clients behind ${name} used to reach containers so, that is why they no longer do.`,
      evidence: [...sources.slice(0, 1), ...drops.slice(0, 2).map(({ source }) => source)],
      severity: "info",
      sureness: "hint",
      fix: {
        text: `Only if they should: create the network anew with -o com.docker.network.bridge.trusted_host_interfaces=${name}.`,
        commands: [],
        cutsTraffic: false,
      },
    };
  }
}

/** Routing daemons that tell other machines the way to subnets of this host, as the routes they write name them (rtnetlink's protocols). */
const daemons: ReadonlySet<string> = new Set([
  "bgp",
  "ospf",
  "bird",
  "zebra",
  "babel",
  "isis",
  "eigrp",
  "rip",
  "openr",
]);

/** A routing daemon, or an uplink that answers ARP for others, may lead neighbours to containers' own addresses. */
function* announced({ host, dataplane }: CheckContext, drops: readonly PresentRule[]): Iterable<Observation> {
  const { own } = host;
  const learned = (own.routes.known ? own.routes.value : []).find(({ protocol }) => daemons.has(protocol ?? ""));
  const proxied = uplinkNames(dataplane, 4).flatMap((name) => {
    const setting = interfaceSwitch(host, 4, name, "proxy_arp");
    return setting?.value === "1" ? [{ name, setting }] : [];
  });
  const [proxy] = proxied;
  const what =
    learned !== undefined
      ? `a routing daemon (${learned.protocol}) writes routes here`
      : proxy !== undefined
        ? `${proxy.name} answers ARP for other addresses (proxy_arp)`
        : null;
  if (what === null) return;
  yield {
    subject: hostSubject(host),
    message: `${(what[0] ?? "").toUpperCase()}${what.slice(1)}, but since Docker 28 nobody gets to ${count(drops.length, "container address", "container addresses")} by another interface than the container's bridge: if neighbours used to reach containers so, that is why they no longer do.`,
    evidence: [
      ...(learned?.sources ?? proxy?.setting.sources ?? []).slice(0, 1),
      ...drops.slice(0, 2).map(({ source }) => source),
    ],
    severity: "info",
    sureness: "hint",
    fix: {
      text: "Only if they should: create the network anew with -o com.docker.network.bridge.gateway_mode_ipv4=routed, or with the uplink in trusted_host_interfaces.",
      commands: [],
      cutsTraffic: false,
    },
  };
}

/** How VPNs name their interfaces: OpenVPN, WireGuard, Tailscale, ZeroTier, Nebula, netbird. */
const isTunnel = (name: string): boolean => /^(tun|wg|tailscale|zt|nebula|wt|utun)\w*$/.test(name) || name === "vpn0";
