import { formatAddress, isDefault } from "../lib/address.ts";
import type { Interface, InterfaceAddress, Namespace, Pairing } from "../model/host.ts";
import type { AddressLabel, NodeOf, PairingLabel } from "../results/topology.ts";

/** What each interface of the host is in the picture. */
export type InterfaceRole = "bridge" | "port" | "veth" | "interface";

/** Facts about the host's interfaces that decide where each of them stands. */
export interface InterfaceContext {
  readonly bridges: ReadonlySet<string>;
  /** Port name to the bridge it is enslaved to. */
  readonly portOf: ReadonlyMap<string, string>;
  readonly pairings: ReadonlyMap<string, Pairing>;
  /** Whether the interfaces come with all their addresses. */
  readonly addressesKnown: boolean;
  readonly defaultRoutes: ReadonlyMap<string, NodeOf<"interface">["defaultRoutes"]>;
  readonly byName: ReadonlyMap<string, Interface>;
  readonly byIndex: ReadonlyMap<number, Interface>;
}

/** Sorts an interface into the picture: a bridge, a port of one, a veth that is on none, or an interface of the host's own. */
export function placeOf(iface: Interface, context: InterfaceContext): InterfaceRole {
  if (context.bridges.has(iface.name)) return "bridge";
  if (context.portOf.has(iface.name)) return "port";
  if (context.pairings.get(iface.name)?.kind === "paired") return "veth";
  // A host that is itself a container has a veth for its uplink; what carries addresses or the default route is one.
  if (isUplink(iface, context)) return "interface";
  const isVeth = iface.kind === "veth" || context.pairings.has(iface.name) || peerOf(iface, context) !== null;
  return isVeth ? "veth" : "interface";
}

/** The name of a veth's other end when both ends are on the host: each then names the other after its `@`. */
function peerOf(iface: Interface, { byName, byIndex }: InterfaceContext): string | null {
  if (iface.peer === null) return null;
  const { peer } = iface;
  const other =
    peer.kind === "name"
      ? byName.get(peer.name)
      : // `@if7` without a netnsid is an index in this very namespace.
        iface.netnsId === null && iface.netnsName === null
        ? byIndex.get(peer.index)
        : undefined;
  if (other === undefined || other.peer === null) return null;
  const back = other.peer.kind === "name" ? other.peer.name === iface.name : other.peer.index === iface.index;
  return back ? other.name : null;
}

/** Kinds that lead to another machine's wire when they carry a global address; tunnels, dummies and the like do not. */
const outward = new Set(["veth", "vlan", "bond", "team", "macvlan", "ipvlan"]);

/** Without `ip -d` only the name tells bridges and tunnels from what is plugged into a wire. */
const namedVirtual =
  /^(br-|docker|virbr|lxcbr|lxdbr|cni|cbr|kube|podman|vmbr|vmnet|tun|tap|wg|dummy|flannel|cali|tailscale|zt)/;

function isUplink(iface: Interface, { defaultRoutes }: InterfaceContext): boolean {
  if (isLoopback(iface)) return false;
  if (defaultRoutes.has(iface.name)) return true;
  const outside = iface.addresses.some(({ scope }) => scope === "global");
  const virtual = iface.flags.includes("POINTOPOINT") || iface.flags.includes("NOARP") || namedVirtual.test(iface.name);
  const physical = iface.kind === null && !virtual;
  return outside && (physical || (iface.kind !== null && outward.has(iface.kind)));
}

const isLoopback = (iface: Interface): boolean => iface.name === "lo" || iface.flags.includes("LOOPBACK");

/** The node of an interface that is neither a bridge nor a veth. */
export function interfaceNode(iface: Interface, context: InterfaceContext): NodeOf<"interface"> {
  return {
    type: "interface",
    id: `interface:${iface.name}`,
    ...stateOf(iface.name, iface),
    role: isLoopback(iface) ? "loopback" : isUplink(iface, context) ? "uplink" : "other",
    master: iface.master,
    addresses: iface.addresses.map(addressLabel),
    defaultRoutes: context.defaultRoutes.get(iface.name) ?? [],
    details: iface.details,
    sources: iface.sources,
  };
}

/** What nodes say of an interface's state; everything is null for one that only another capture names. */
export function stateOf(name: string, iface: Interface | undefined) {
  return {
    name,
    kind: iface?.kind ?? null,
    up: iface?.up ?? null,
    carrier: iface?.carrier ?? null,
    state: iface?.operState ?? null,
    mac: iface?.mac ?? null,
    mtu: iface?.mtu ?? null,
  };
}

/** What nodes say of a veth, on a bridge or on none. */
export function vethStateOf(name: string, context: InterfaceContext) {
  const iface = context.byName.get(name);
  const pairing = context.pairings.get(name);
  return {
    ...stateOf(name, iface),
    netnsId: iface?.netnsId ?? null,
    peer: iface === undefined ? null : peerOf(iface, context),
    pairing: pairing === undefined ? null : pairingLabel(pairing),
  };
}

function pairingLabel(pairing: Pairing): PairingLabel {
  const { reason } = pairing;
  switch (pairing.kind) {
    case "paired": {
      const { container, inside, networkId, method, certainty } = pairing;
      return { kind: "paired", container, interface: inside, networkId, method, certainty, reason };
    }
    case "candidates":
      return { kind: "candidates", containers: pairing.containers, reason };
    case "unknown":
      return { kind: "unknown", reason };
  }
}

/** An address as nodes show it. */
export function addressLabel({ address, prefixLength, scope }: InterfaceAddress): AddressLabel {
  return { family: address.family, address: formatAddress(address), prefixLength, scope };
}

/** The default routes of a namespace by the interface that they leave through, from the main table. */
export function defaultRoutesOf(namespace: Namespace | undefined): Map<string, NodeOf<"interface">["defaultRoutes"]> {
  const found = new Map<string, { family: 4 | 6; via: string | null; metric: number }[]>();
  for (const routes of [namespace?.routes, namespace?.routes6]) {
    if (routes?.known !== true) continue;
    for (const route of routes.value) {
      if (!isDefault(route.to) || route.type !== "unicast" || route.table !== "main") continue;
      for (const { device, via } of route.nexthops) {
        if (device === null) continue;
        const list = found.get(device) ?? [];
        list.push({ family: route.family, via: via && formatAddress(via), metric: route.metric });
        found.set(device, list);
      }
    }
  }
  return found;
}
