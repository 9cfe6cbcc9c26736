import { maybe, type Tri } from "../firewall/tri.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Bridge, Host, Interface, Namespace } from "../model/host.ts";
import { type Attachment, attachmentsOf } from "../model/queries/attachments.ts";
import { isDockerVeth } from "../model/queries/docker-names.ts";
import { indexOf } from "../model/queries/host-index.ts";
import { interfacesOf } from "../model/queries/interfaces-of-routes.ts";
import type { Reason } from "../reasons/reason.ts";
import { bridgeCalls, callsKey } from "./bridge-calls.ts";
import { refTo } from "./stack-ref.ts";
import type { Member, Segment } from "./types.ts";

/** All link-layer networks of the host: its bridges, and what is behind each other interface that leads away from it. */
export function buildSegments(host: Host): readonly Segment[] {
  const interfaces = interfacesOf(host.own) ?? [];
  const attachments = host.sandboxes.flatMap((namespace) =>
    attachmentsOf(host, namespace).map((attachment) => ({ namespace, attachment })),
  );
  const byName = new Map(interfaces.map((each) => [each.name, each]));
  const byBridge = groupBy(attachments, ({ attachment }) => attachment.network.bridge);
  const bridges = host.bridges.map((bridge) => bridgeSegment(host, bridge, byName, byBridge.get(bridge.name) ?? []));
  const onBridge = new Set([
    ...host.bridges.flatMap(({ name, ports }) => [name, ...ports]),
    ...bridges.flatMap(({ members }) => members.flatMap(({ port }) => port ?? [])),
  ]);
  const parents = new Set(
    attachments.flatMap(({ attachment }) => (attachment.network.parent === null ? [] : [attachment.network.parent])),
  );
  const byParent = groupBy(attachments, ({ attachment }) => attachment.network.parent);
  const uplinks = interfaces.filter(
    ({ name, flags, master, kind }) =>
      parents.has(name) || (!flags.includes("LOOPBACK") && !onBridge.has(name) && master === null && kind !== "bridge"),
  );
  const unseen = [...parents].filter((parent) => !uplinks.some(({ name }) => name === parent) && !onBridge.has(parent));
  return [
    ...bridges,
    ...uplinks.map(
      (uplink) =>
        leadsInside(host, uplink) ?? uplinkSegment(host, uplink.name, uplink, byParent.get(uplink.name) ?? []),
    ),
    ...unseen.map((parent) => uplinkSegment(host, parent, null, byParent.get(parent) ?? [])),
  ];
}

interface Placed {
  readonly namespace: Namespace;
  readonly attachment: Attachment;
}

const plain = { port: null, isolated: false, hairpin: false, pvid: null, role: "plain", attached: true } as const;

function bridgeSegment(
  host: Host,
  bridge: Bridge,
  byName: ReadonlyMap<string, Interface>,
  here: readonly Placed[],
): Segment {
  const attached = here
    .filter(({ attachment }) => !isElsewhere(host, bridge, attachment))
    .map(({ namespace, attachment }) => containerMember(host, bridge, namespace, attachment, byName));
  const containers = [...attached, ...membersByPort(host, bridge, attached, byName)];
  const paired = new Set(containers.flatMap(({ port }) => port ?? []));
  const others = bridge.ports.filter((port) => !paired.has(port) && byName.get(port)?.up !== false);
  const inner = others.filter((port) => leadsToNamespace(host, bridge, port, byName.get(port)));
  const outer = others.filter((port) => !inner.includes(port));
  // As many containers as there are ports of no known one: the ports are theirs.
  const portless = containers.filter(({ port }) => port === null).length;
  const own = byName.get(bridge.name);
  const calls = { 4: callsIptables(host, own, 4), 6: callsIptables(host, own, 6) };
  return {
    id: `bridge:${bridge.name}`,
    kind: "bridge",
    interface: bridge.name,
    members: [
      { ...plain, stack: refTo(host, host.own), interface: bridge.name, sources: bridge.sources },
      ...containers,
    ],
    outside: outer[0] ?? null,
    unseen: inner.length > portless ? someOf(inner, (port) => !mayBeContainers(host, port)) : null,
    hasOtherDoors: outer.length > 1,
    callsIptables: { 4: calls[4].value, 6: calls[6].value },
    vlanFiltering: bridge.vlanFiltering ?? false,
    assumes: [...calls[4].assumes, ...calls[6].assumes],
    sources: bridge.sources,
  };
}

/** A few of the ports, for a person: those that no captured container fits, if there are any. */
function someOf(ports: readonly string[], isNobodys: (port: string) => boolean): string {
  const nobodys = ports.filter(isNobodys);
  const named = nobodys.length > 0 ? nobodys : ports;
  return named.length > 3 ? `${named.slice(0, 3).join(", ")}, …` : named.join(" or ");
}

const mayBeContainers = (host: Host, port: string): boolean =>
  (indexOf(host).pairings.get(port)?.kind ?? "unknown") !== "unknown";

/**
 * Whether a port without a known container is the end of a veth into some namespace of this host: it has a container, or a
 * name of Docker's, or `ip a` gives it a peer in another namespace (`@if7`), or it stands on a network's bridge and nothing says
 * otherwise. All others lead to machines that the snapshot does not show: a VM, a physical network.
 */
function leadsToNamespace(host: Host, bridge: Bridge, port: string, seen: Interface | undefined): boolean {
  if (mayBeContainers(host, port) || isDockerVeth(port)) return true;
  const isVeth = seen?.kind === "veth" || (port.startsWith("veth") && (seen?.kind ?? null) === null);
  if (seen?.peer?.kind === "index") return isVeth || (bridge.owner !== "foreign" && seen.kind === null);
  return seen === undefined && isVeth && bridge.owner !== "foreign";
}

/** The containers that are known by their port alone: both ends were captured, whatever the engine says of their networks. */
function membersByPort(
  host: Host,
  bridge: Bridge,
  attached: readonly Member[],
  byName: ReadonlyMap<string, Interface>,
): readonly Member[] {
  const taken = new Set(attached.flatMap(({ port, stack, interface: name }) => [port, `${stack.name} ${name}`]));
  return bridge.ports.flatMap((port) => {
    const end = insideEnd(host, port);
    if (end === null || taken.has(port) || taken.has(`${end.stack.name} ${end.interface}`)) return [];
    const seen = byName.get(port);
    return [
      {
        ...end,
        ...settingsOf(seen),
        port,
        attached: isAttached(seen, bridge),
        role: "plain" as const,
        sources: seen?.sources ?? bridge.sources,
      },
    ];
  });
}

/** The interface in a container's namespace that a veth of the host leads to; null where it is not known. */
function insideEnd(host: Host, veth: string): Pick<Member, "stack" | "interface"> | null {
  const pairing = indexOf(host).pairings.get(veth);
  if (pairing?.kind !== "paired" || pairing.inside === null) return null;
  const { containers, namespaces } = indexOf(host);
  const namespace = namespaces.get(containers.get(pairing.container)?.namespace ?? "");
  return namespace === undefined ? null : { stack: refTo(host, namespace), interface: pairing.inside };
}

/** The link of a veth that stands on no bridge, and whose other end a container has: just those two. Null for other interfaces. */
function leadsInside(host: Host, { name, sources }: Interface): Segment | null {
  const end = insideEnd(host, name);
  if (end === null && !isDockerVeth(name)) return null;
  return {
    ...uplinkSegment(host, name, null, []),
    members: [
      { ...plain, stack: refTo(host, host.own), interface: name, sources },
      ...(end === null ? [] : [{ ...plain, ...end, sources }]),
    ],
    outside: null,
    unseen: end === null ? name : null,
    sources,
  };
}

const settingsOf = (port: Interface | undefined) => ({
  isolated: port?.port?.isolated ?? false,
  hairpin: port?.port?.hairpin ?? false,
  pvid: port?.port?.vlans?.find((vlan) => vlan.pvid)?.from ?? null,
});

/** Whether a port of another bridge shows that the name of the network's bridge, which nothing told, was guessed wrong. */
function isElsewhere(host: Host, bridge: Bridge, { network, endpoint, container }: Attachment): boolean {
  if (network.inspected) return false;
  const port = pairedPort(host, container.name, endpoint.networkId);
  return port !== null && host.bridges.some(({ name, ports }) => name !== bridge.name && ports.includes(port));
}

const pairedPort = (host: Host, container: string, networkId: string): string | null =>
  indexOf(host)
    .pairingsOf.get(container)
    ?.find((one) => one.kind === "paired" && (one.networkId === networkId || one.networkId === null))?.interface ??
  null;

function containerMember(
  host: Host,
  bridge: Bridge,
  namespace: Namespace,
  { endpoint, interface: name, container }: Attachment,
  interfaces: ReadonlyMap<string, Interface>,
): Member {
  const port = pairedPort(host, container.name, endpoint.networkId);
  const end = port === null ? undefined : interfaces.get(port);
  const member = {
    stack: refTo(host, namespace),
    interface: name,
    role: "plain",
    sources: end?.sources ?? endpoint.sources,
  } as const;
  const settings = settingsOf(end);
  if (port === null) {
    return {
      ...member,
      ...settings,
      port: null,
      attached: attachedWithoutPort(host, bridge, container.name, interfaces),
    };
  }
  const insideUp = namespace.interfaces.known
    ? (namespace.interfaces.value.find((each) => each.name === name)?.up ?? true)
    : true;
  return { ...member, ...settings, port, attached: isAttached(end, bridge) && insideUp };
}

/** Whether the host's end is up and on the bridge, in a state that forwards. */
function isAttached(end: Interface | undefined, bridge: Bridge): boolean {
  if (end === undefined) return true;
  const onBridge = end.master === bridge.name || bridge.ports.includes(end.name);
  return end.up && onBridge && (end.port?.state ?? "forwarding") === "forwarding";
}

/** An endpoint whose port is not known is on its bridge, unless one of the veths that may be its own is not. */
function attachedWithoutPort(
  host: Host,
  bridge: Bridge,
  container: string,
  interfaces: ReadonlyMap<string, Interface>,
): Tri {
  const candidates = (indexOf(host).pairingsOf.get(container) ?? []).filter(({ kind }) => kind === "candidates");
  const doubtful = candidates.filter(
    ({ interface: name }) => !isAttached(interfaces.get(name), bridge) && !isOnAnotherBridge(interfaces.get(name)),
  );
  if (doubtful.length === 0) return true;
  return maybe({
    code: "port-doubtful",
    interfaces: doubtful.map(({ interface: name }) => name).join(", "),
    container,
  });
}

const isOnAnotherBridge = (end: Interface | undefined): boolean => end?.master != null;

/**
 * Whether switched packets pass iptables: the sysctl, or the bridge's own switch (net/bridge/br_netfilter_hooks.c). The engine
 * turns it on for a network without ICC (moby, libnetwork/drivers/bridge/setup_bridgenetfiltering.go).
 */
function callsIptables(
  host: Host,
  bridge: Interface | undefined,
  family: 4 | 6,
): { readonly value: Tri; readonly assumes: readonly Reason[] } {
  const name = family === 4 ? "iptables" : "ip6tables";
  const sure = (value: boolean) => ({ value, assumes: [] });
  const own = bridge?.details[`nf_call_${name}`];
  if (own !== undefined && own !== "0") return sure(true);
  const told = bridgeCalls(host, family);
  if (told !== null) return sure(told.value);
  const setting = callsKey(family);
  const withoutIcc = host.networks.find(({ options }) => options["com.docker.network.bridge.enable_icc"] === "false");
  if (withoutIcc !== undefined)
    return { value: true, assumes: [{ code: "bridge-calls-assumed", setting, network: withoutIcc.name }] };
  return { value: maybe({ code: "bridge-calls-unknown", setting, bridge: name, lacks: "sysctl" }), assumes: [] };
}

/** What is behind an interface: machines outside, and the macvlan and ipvlan children that share it. */
function uplinkSegment(host: Host, name: string, uplink: Interface | null, placed: readonly Placed[]): Segment {
  const children = placed.map(
    ({ namespace, attachment }): Member => ({
      ...plain,
      stack: refTo(host, namespace),
      interface: attachment.interface,
      role: "child",
      sources: attachment.endpoint.sources,
    }),
  );
  const own: Member = {
    ...plain,
    stack: refTo(host, host.own),
    interface: name,
    role: children.length > 0 ? "parent" : "plain",
    sources: uplink?.sources ?? [],
  };
  return {
    id: `uplink:${name}`,
    kind: "uplink",
    interface: name,
    members: [own, ...children],
    outside: name,
    unseen: null,
    hasOtherDoors: false,
    callsIptables: { 4: false, 6: false },
    vlanFiltering: false,
    assumes: [],
    sources: uplink?.sources ?? [],
  };
}
