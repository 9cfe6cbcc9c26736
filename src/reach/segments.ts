import { maybe, type Tri } from "../firewall/tri.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Bridge, Host, Interface, Namespace } from "../model/host.ts";
import { type Attachment, attachmentsOf } from "./endpoints.ts";
import { indexOf } from "./host-index.ts";
import type { Member, Segment } from "./stack.ts";

/** All link-layer networks of the host: its bridges, and what is behind each other interface that leads away from it. */
export function buildSegments(host: Host): readonly Segment[] {
  const [hostSpace, ...sandboxes] = host.namespaces;
  const interfaces = hostSpace?.interfaces.known === true ? hostSpace.interfaces.value : [];
  const attachments = sandboxes.flatMap((namespace) =>
    attachmentsOf(host, namespace).map((attachment) => ({ namespace, attachment })),
  );
  const byName = new Map(interfaces.map((each) => [each.name, each]));
  const byBridge = groupBy(attachments, ({ attachment }) => attachment.network.bridge);
  const bridges = host.bridges.map((bridge) => bridgeSegment(host, bridge, byName, byBridge.get(bridge.name) ?? []));
  const onBridge = new Set(
    bridges.flatMap(({ members, interface: name }) => [
      name,
      ...members.flatMap(({ port }) => (port === null ? [] : [port])),
    ]),
  );
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
    ...uplinks.map((uplink) => uplinkSegment(uplink.name, uplink, byParent.get(uplink.name) ?? [])),
    ...unseen.map((parent) => uplinkSegment(parent, null, byParent.get(parent) ?? [])),
  ];
}

/** The segments' ids by `stack interface` of their members. */
export function segmentsByMember(segments: readonly Segment[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, members } of segments) {
    for (const { stack, interface: name } of members)
      if (!found.has(`${stack} ${name}`)) found.set(`${stack} ${name}`, id);
  }
  return found;
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
  const containers = here.map(({ namespace, attachment }) =>
    containerMember(host, bridge, namespace, attachment, byName),
  );
  const paired = new Set(containers.flatMap(({ port }) => (port === null ? [] : [port])));
  // A port with nothing of Docker's behind it leads to machines that the snapshot does not show: a VM, a physical network.
  const foreign = bridge.ports.filter(
    (port) => !paired.has(port) && !mayBeContainers(host, port) && byName.get(port)?.up !== false,
  );
  const own = byName.get(bridge.name);
  const calls = { 4: callsIptables(host, own, 4), 6: callsIptables(host, own, 6) };
  return {
    id: `bridge:${bridge.name}`,
    kind: "bridge",
    interface: bridge.name,
    members: [{ ...plain, stack: "host", interface: bridge.name, sources: bridge.sources }, ...containers],
    outside: foreign[0] ?? null,
    hasOtherDoors: foreign.length > 1,
    callsIptables: { 4: calls[4].value, 6: calls[6].value },
    vlanFiltering: bridge.vlanFiltering ?? false,
    assumes: [...calls[4].assumes, ...calls[6].assumes],
    sources: bridge.sources,
  };
}

const mayBeContainers = (host: Host, port: string): boolean =>
  (indexOf(host).pairings.get(port)?.kind ?? "unknown") !== "unknown";

function containerMember(
  host: Host,
  bridge: Bridge,
  namespace: Namespace,
  { endpoint, interface: name, container }: Attachment,
  interfaces: ReadonlyMap<string, Interface>,
): Member {
  const pairing = indexOf(host)
    .pairingsOf.get(container.name)
    ?.find((one) => one.kind === "paired" && (one.networkId === endpoint.networkId || one.networkId === null));
  const end = pairing === undefined ? undefined : interfaces.get(pairing.interface);
  const pvid = end?.port?.vlans?.find((vlan) => vlan.pvid)?.from ?? null;
  const member = {
    stack: namespace.id,
    interface: name,
    role: "plain",
    sources: end?.sources ?? endpoint.sources,
  } as const;
  const settings = { isolated: end?.port?.isolated ?? false, hairpin: end?.port?.hairpin ?? false, pvid };
  if (pairing === undefined) {
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
  return { ...member, ...settings, port: pairing.interface, attached: isAttached(end, bridge) && insideUp };
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
  return maybe(`${doubtful.map(({ interface: name }) => name).join(", ")} is on no bridge, and may be ${container}'s`);
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
): { readonly value: Tri; readonly assumes: readonly string[] } {
  const name = family === 4 ? "iptables" : "ip6tables";
  const key = `net.bridge.bridge-nf-call-${name}`;
  const sure = (value: boolean) => ({ value, assumes: [] });
  const sysctls = host.namespaces[0]?.sysctls;
  const own = bridge?.details[`nf_call_${name}`];
  if (own !== undefined && own !== "0") return sure(true);
  // The key exists as soon as the module is loaded; a capture of the settings without it says that it is not.
  if (sysctls?.known === true) return sure((sysctls.value[key]?.value ?? "0") !== "0");
  const told = family === 4 ? host.engine.bridgeNfIptables : host.engine.bridgeNfIp6tables;
  if (told !== null) return sure(told);
  const why = `${key} was not captured`;
  const withoutIcc = host.networks.find(({ options }) => options["com.docker.network.bridge.enable_icc"] === "false");
  if (withoutIcc !== undefined)
    return { value: true, assumes: [`${why}: 1 is assumed, since ${withoutIcc.name} needs it`] };
  return { value: maybe(`${why}: whether switched packets pass ${name} is not known`), assumes: [] };
}

/** What is behind an interface: machines outside, and the macvlan and ipvlan children that share it. */
function uplinkSegment(name: string, uplink: Interface | null, placed: readonly Placed[]): Segment {
  const children = placed.map(
    ({ namespace, attachment }): Member => ({
      ...plain,
      stack: namespace.id,
      interface: attachment.interface,
      role: "child",
      sources: attachment.endpoint.sources,
    }),
  );
  const own: Member = {
    ...plain,
    stack: "host",
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
    hasOtherDoors: false,
    callsIptables: { 4: false, 6: false },
    vlanFiltering: false,
    assumes: [],
    sources: uplink?.sources ?? [],
  };
}
