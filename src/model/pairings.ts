import { byNaturalName } from "../lib/order.ts";
import { formatSource, mergeSources, type Source } from "../lib/source.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import type { Container, Interface, Namespace, Network, Pairing, PairingMethod } from "./host.ts";

/** A container on a bridge network: what a veth of that bridge may belong to. Veths of one container share its namespace. */
interface Slot {
  readonly container: string;
  readonly namespace: string;
  readonly networkId: string;
  readonly bridge: string;
  readonly macs: readonly string[];
  readonly addresses: readonly string[];
  readonly sources: readonly Source[];
}

interface Found {
  readonly slot: Slot | null;
  readonly container: string;
  readonly method: PairingMethod;
  readonly certainty: "certain" | "strong";
  readonly reason: string;
  readonly sources: readonly Source[];
}

/**
 * Finds the container behind each of the host's veths, by the methods of `PairingMethod` in falling order of certainty.
 * Never guesses: a veth that fits several containers keeps all of them as candidates.
 */
export function buildPairings(
  captured: Captured,
  host: Namespace,
  sandboxes: readonly Namespace[],
  containers: readonly Container[],
  networks: readonly Network[],
): readonly Pairing[] {
  const interfaces = host.interfaces.known ? host.interfaces.value : [];
  const bridges = new Set(networks.flatMap(({ bridge }) => (bridge === null ? [] : [bridge])));
  const slots = buildSlots(containers, networks);
  const veths = interfaces.filter((each) => isContainerSide(each, bridges));
  const found = new Map<string, Found>();

  pairBothEnds(interfaces, sandboxes, slots, found);
  pairByForwarding(captured, veths, slots, found);
  const left = pairByElimination(veths, slots, found);

  return veths
    .map((veth) => toPairing(veth, found.get(veth.name), left.get(veth.name) ?? []))
    .sort((a, b) => byNaturalName(a.interface, b.interface));
}

/**
 * Whether an interface is one end of a link into a container: a veth on a Docker bridge, or one with a name of Docker's
 * (libnetwork: "veth" and 7 hexadecimal digits). An uplink can be a veth too, in a nested host; it is on no such bridge.
 */
function isContainerSide({ name, kind, master, peer }: Interface, bridges: ReadonlySet<string>): boolean {
  if (peer?.kind === "name" || (kind !== null && kind !== "veth")) return false;
  const onDockerBridge = master !== null && bridges.has(master);
  return /^veth[0-9a-f]{7}$/.test(name) || (onDockerBridge && peer !== null);
}

function buildSlots(containers: readonly Container[], networks: readonly Network[]): readonly Slot[] {
  const bridgeOf = new Map(networks.map(({ id, bridge }) => [id, bridge]));
  return containers.flatMap(({ name, running, networkMode, namespace, endpoints }) =>
    running === false || networkMode === "container"
      ? []
      : endpoints.flatMap(({ networkId, mac, ipv4, ipv6, sources }) => {
          const bridge = bridgeOf.get(networkId) ?? null;
          if (bridge === null || namespace === null) return [];
          const addresses = [ipv4, ipv6].flatMap((end) => (end === null ? [] : [end.address]));
          return [
            { container: name, namespace, networkId, bridge, macs: mac === null ? [] : [mac], addresses, sources },
          ];
        }),
  );
}

/** `eth0@ifM` inside and `vethX@ifN` outside, M and N naming each other's index. */
function pairBothEnds(
  interfaces: readonly Interface[],
  sandboxes: readonly Namespace[],
  slots: readonly Slot[],
  found: Map<string, Found>,
): void {
  const byIndex = new Map(interfaces.map((each) => [each.index, each]));
  const claimed = new Map<string, Found[]>();
  for (const { id, interfaces: inside } of sandboxes) {
    for (const end of inside.known ? inside.value : []) {
      if (end.peer?.kind !== "index" || (end.kind !== null && end.kind !== "veth")) continue;
      const outer = byIndex.get(end.peer.index);
      if (outer === undefined || outer.peer?.kind === "name" || (outer.peer !== null && outer.peer.index !== end.index))
        continue;
      if (outer.kind !== null && outer.kind !== "veth") continue;
      const slot = slots.find(
        ({ namespace, macs, addresses }) =>
          namespace === id &&
          (macs.includes(end.mac ?? "") || end.addresses.some(({ address }) => addresses.includes(address))),
      );
      if (slot === undefined && !/^veth/.test(outer.name)) continue;
      const both = outer.peer !== null;
      claimed.set(outer.name, [
        ...(claimed.get(outer.name) ?? []),
        {
          slot: slot ?? null,
          container: slot?.container ?? id,
          method: "both-ends",
          certainty: both ? "certain" : "strong",
          reason: both
            ? `${outer.name} names interface ${end.index}, and ${end.name} of ${id} names interface ${outer.index}`
            : `${end.name} of ${id} names interface ${outer.index}`,
          sources: mergeSources(outer.sources, end.sources),
        },
      ]);
    }
  }
  // Two namespaces that claim one veth cannot both be right (captures of different moments): then neither is taken.
  for (const [name, [only, ...others]] of claimed) if (only !== undefined && others.length === 0) found.set(name, only);
}

/** The endpoint's MAC address stands in the bridge's forwarding database for that port; the neighbour table may supply the address. */
function pairByForwarding(
  captured: Captured,
  veths: readonly Interface[],
  slots: readonly Slot[],
  found: Map<string, Found>,
): void {
  const masters = new Map(veths.map(({ name, master }) => [name, master]));
  const neighbours = captured
    .all("ip-neigh", null)
    .flatMap((listing) => listing.data.map((entry) => ({ ...entry, source: sourceOf(listing, entry) })));
  const byMac = new Map<string, { slot: Slot; neighbour: Source | null }[]>();
  for (const slot of slots) {
    const known = slot.macs.map((mac) => ({ mac, neighbour: null as Source | null }));
    const learned = neighbours.flatMap(({ address, device, mac, source }) =>
      slot.macs.length === 0 && device === slot.bridge && mac !== null && slot.addresses.includes(address)
        ? [{ mac, neighbour: source }]
        : [],
    );
    for (const { mac, neighbour } of [...known, ...learned])
      byMac.set(mac, [...(byMac.get(mac) ?? []), { slot, neighbour }]);
  }
  const taken = new Set([...found.values()].map(({ slot }) => slot));
  for (const listing of captured.all("bridge-fdb", null)) {
    for (const entry of listing.data) {
      const master = masters.get(entry.device);
      // A permanent entry is the port's own address, not one learned behind it.
      if (master === undefined || master === null || found.has(entry.device) || entry.flags.includes("permanent"))
        continue;
      const matches = (byMac.get(entry.mac) ?? []).filter(({ slot }) => slot.bridge === master);
      const [only] = matches;
      if (only === undefined || matches.length > 1 || taken.has(only.slot)) continue;
      const source = sourceOf(listing, entry);
      taken.add(only.slot);
      found.set(entry.device, {
        slot: only.slot,
        container: only.slot.container,
        method: only.neighbour === null ? "forwarding-database" : "neighbour-table",
        certainty: "certain",
        reason: `${entry.mac}, the address of ${only.slot.container}${only.neighbour === null ? "" : ` (${formatSource(only.neighbour)})`}, was learned on this port`,
        sources: mergeSources([source], only.neighbour === null ? [] : [only.neighbour], only.slot.sources),
      });
    }
  }
}

/** Veths of one namespace (one `link-netnsid`), or one veth alone where no such number was captured. */
interface Group {
  readonly netnsId: number | null;
  readonly veths: readonly Interface[];
}

/** A container sandbox with all its places on bridges. */
interface Sandbox {
  readonly namespace: string;
  readonly slots: readonly Slot[];
}

/**
 * Pairs what only one sandbox is left for, until nothing changes: each pair can settle others. All veths with one netnsid
 * belong to one sandbox, which has as many places, on the same bridges. Returns the sandboxes left for every other veth.
 */
function pairByElimination(
  veths: readonly Interface[],
  slots: readonly Slot[],
  found: Map<string, Found>,
): Map<string, readonly Slot[]> {
  let left = new Map<string, readonly Slot[]>();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    const taken = new Set([...found.values()].map(({ slot }) => slot));
    const pinned = pinnedNamespaces(veths, found);
    const open = groupVeths(
      veths.filter(({ name, netnsId }) => !found.has(name) && (netnsId === null || !pinned.has(netnsId))),
    );
    const settled = new Set(pinned.values());
    const sandboxes = groupSlots(slots.filter(({ namespace }) => !settled.has(namespace)));

    left = new Map(restOfPinned(veths, slots, found, pinned, taken));
    for (const [group, candidates] of candidatesOf(open, sandboxes, taken)) {
      for (const veth of group.veths)
        left.set(
          veth.name,
          placesFor(
            veth,
            candidates.flatMap((sandbox) => sandbox.slots),
            taken,
          ),
        );
    }
    const claims = new Map<string, number>();
    const only = (places: readonly Slot[]) =>
      places[0] !== undefined && places.every(({ namespace }) => namespace === places[0]?.namespace)
        ? places[0]
        : undefined;
    const groupOf = new Map(open.flatMap((group) => group.veths.map((veth) => [veth.name, group] as const)));
    for (const group of open) {
      const place = only(group.veths.flatMap(({ name }) => left.get(name) ?? []));
      if (place !== undefined) claims.set(place.namespace, (claims.get(place.namespace) ?? 0) + 1);
    }
    for (const veth of veths) {
      const places = left.get(veth.name) ?? [];
      const place = only(places);
      if (place === undefined) continue;
      // Two namespaces and one free sandbox: one of them is something else's, and which is not known.
      if (groupOf.has(veth.name) && (claims.get(place.namespace) ?? 0) > 1) continue;
      found.set(veth.name, eliminated(veth, places, place));
    }
  }
  return left;
}

/** The sandbox of each netnsid, as far as one of its veths is paired. */
function pinnedNamespaces(veths: readonly Interface[], found: ReadonlyMap<string, Found>): Map<number, string> {
  const pinned = new Map<number, string>();
  for (const { name, netnsId } of veths) {
    const slot = found.get(name)?.slot;
    if (netnsId !== null && slot != null) pinned.set(netnsId, slot.namespace);
  }
  return pinned;
}

/** The free places of the sandboxes that are known, for their veths that are not paired yet. */
function restOfPinned(
  veths: readonly Interface[],
  slots: readonly Slot[],
  found: ReadonlyMap<string, Found>,
  pinned: ReadonlyMap<number, string>,
  taken: ReadonlySet<Slot | null>,
): [string, readonly Slot[]][] {
  const rest = veths.filter(({ name, netnsId }) => !found.has(name) && netnsId !== null && pinned.has(netnsId));
  if (rest.length === 0) return [];
  const byNamespace = new Map(groupSlots(slots).map((sandbox) => [sandbox.namespace, sandbox.slots]));
  return rest.map((veth) => [
    veth.name,
    placesFor(veth, byNamespace.get(pinned.get(veth.netnsId ?? -1) ?? "") ?? [], taken),
  ]);
}

const placesFor = ({ master }: Interface, slots: readonly Slot[], taken: ReadonlySet<Slot | null>): readonly Slot[] =>
  slots.filter((slot) => !taken.has(slot) && (master === null || slot.bridge === master));

function groupVeths(veths: readonly Interface[]): readonly Group[] {
  const groups = new Map<number | string, Interface[]>();
  for (const veth of veths) {
    const key = veth.netnsId ?? veth.name;
    groups.set(key, [...(groups.get(key) ?? []), veth]);
  }
  return [...groups.values()].map((members) => ({ netnsId: members[0]?.netnsId ?? null, veths: members }));
}

function groupSlots(slots: readonly Slot[]): readonly Sandbox[] {
  const sandboxes = new Map<string, Slot[]>();
  for (const slot of slots) sandboxes.set(slot.namespace, [...(sandboxes.get(slot.namespace) ?? []), slot]);
  return [...sandboxes].map(([namespace, own]) => ({ namespace, slots: own }));
}

/** The sandboxes that each group fits: those on just its bridges; for a veth without netnsid those with a free place on its bridge. */
function candidatesOf(
  groups: readonly Group[],
  sandboxes: readonly Sandbox[],
  taken: ReadonlySet<Slot | null>,
): readonly [Group, readonly Sandbox[]][] {
  const bySignature = new Map<string, Sandbox[]>();
  const byBridge = new Map<string, Sandbox[]>();
  for (const sandbox of sandboxes) {
    const bridges = sandbox.slots.map(({ bridge }) => bridge).sort();
    const signature = bridges.join(" ");
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), sandbox]);
    for (const { bridge } of sandbox.slots.filter((slot) => !taken.has(slot)))
      byBridge.set(bridge, [...(byBridge.get(bridge) ?? []), sandbox]);
  }
  return groups.map((group) => {
    const masters = group.veths.map(({ master }) => master);
    if (group.netnsId === null) return [group, masters[0] == null ? sandboxes : (byBridge.get(masters[0]) ?? [])];
    if (!masters.includes(null)) return [group, bySignature.get(masters.sort().join(" ")) ?? []];
    return [group, sandboxes.filter((sandbox) => fits(masters, sandbox.slots))];
  });
}

/** Whether veths with these masters, some off their bridge (null), can be the ends of just these endpoints. */
function fits(masters: readonly (string | null)[], slots: readonly Slot[]): boolean {
  if (masters.length !== slots.length) return false;
  const left = slots.map(({ bridge }) => bridge);
  for (const master of masters) {
    if (master === null) continue;
    const at = left.indexOf(master);
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return true;
}

function eliminated(veth: Interface, places: readonly Slot[], place: Slot): Found {
  const byNamespace = veth.netnsId !== null;
  return {
    slot: places.length === 1 ? place : null,
    container: place.container,
    method: byNamespace ? "namespace-id" : "elimination",
    certainty: byNamespace && veth.master !== null ? "certain" : "strong",
    reason: byNamespace
      ? `of the containers that are left only ${place.container} is on just the bridges of the veths with link-netnsid ${veth.netnsId}`
      : `${place.container} is the only container left for this port`,
    sources: mergeSources(veth.sources, place.sources),
  };
}

function toPairing(veth: Interface, found: Found | undefined, candidates: readonly Slot[]): Pairing {
  if (found !== undefined) {
    const { container, slot, method, certainty, reason, sources } = found;
    return {
      kind: "paired",
      interface: veth.name,
      container,
      networkId: slot?.networkId ?? null,
      method,
      certainty,
      reason,
      sources,
    };
  }
  const containers = [...new Set(candidates.map(({ container }) => container))].sort(byNaturalName);
  if (containers.length > mostCandidates) {
    return {
      kind: "unknown",
      interface: veth.name,
      reason: `${containers.length} containers fit equally well: the captures do not tell them apart`,
      sources: veth.sources,
    };
  }
  const sources = mergeSources(veth.sources, ...candidates.map((slot) => slot.sources));
  if (containers.length > 0) {
    return {
      kind: "candidates",
      interface: veth.name,
      containers,
      reason: "these containers fit equally well: the captures do not tell them apart",
      sources,
    };
  }
  return {
    kind: "unknown",
    interface: veth.name,
    reason: "no container that was captured fits it",
    sources: veth.sources,
  };
}

/** A longer list of candidates says no more than its length; listing it for each of thousands of veths would not end. */
const mostCandidates = 50;
