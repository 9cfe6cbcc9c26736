import { groupBy } from "../../../lib/group-by.ts";
import { formatSource, mergeSources, type Source } from "../../../lib/source.ts";
import type { Interface } from "../../host.ts";
import type { Captured } from "../captured.ts";
import { sourceOf } from "../captured.ts";
import type { FoundPairing, PairingSlot } from "./slots.ts";

/** A slot's MAC address and where it was read, if not with the slot itself. */
interface Known {
  readonly slot: PairingSlot;
  readonly neighbour: Source | null;
}

/** A slot whose MAC address was learned on a port. */
interface Learned extends Known {
  readonly mac: string;
  readonly port: string;
  readonly source: Source;
}

/**
 * The endpoint's MAC address stands in the bridge's forwarding database for a port; the neighbour table may supply the
 * address. An address that moved between ports, or a port with several endpoints behind it, tells nothing.
 */
export function pairByForwarding(
  captured: Captured,
  veths: readonly Interface[],
  bridgeOf: (veth: Interface) => string | null,
  slots: readonly PairingSlot[],
  found: Map<string, FoundPairing>,
): void {
  const bridgeOfPort = new Map(veths.map((veth) => [veth.name, bridgeOf(veth)]));
  const byMac = macsOf(captured, slots);
  const taken = new Set([...found.values()].map(({ slot }) => slot));
  const learned = captured.all("bridge-fdb", null).flatMap((listing) =>
    listing.data.flatMap((entry): Learned[] => {
      const bridge = bridgeOfPort.get(entry.device) ?? null;
      // A permanent entry is the port's own address, not one learned behind it.
      if (bridge === null || entry.flags.includes("permanent")) return [];
      const here = byMac.get(`${bridge} ${entry.mac}`) ?? [];
      const [only] = here;
      if (only === undefined || here.some(({ slot }) => slot !== only.slot)) return [];
      return [{ ...only, mac: entry.mac, port: entry.device, source: sourceOf(listing, entry) }];
    }),
  );
  const portsOf = groupBy(learned, ({ slot }) => slot);
  for (const [port, entries] of groupBy(learned, (entry) => entry.port)) {
    const [first] = entries;
    if (first === undefined || found.has(port) || taken.has(first.slot)) continue;
    const moved = portsOf.get(first.slot)?.some((entry) => entry.port !== port) === true;
    if (moved || entries.some(({ slot }) => slot !== first.slot)) continue;
    found.set(port, toFound(first));
  }
}

function toFound({ slot, neighbour, mac, source }: Learned): FoundPairing {
  const told = neighbour === null ? "" : ` (${formatSource(neighbour)})`;
  return {
    slot,
    container: slot.container,
    namespace: slot.namespace,
    inside: slot.interface,
    method: neighbour === null ? "forwarding-database" : "neighbour-table",
    certainty: "certain",
    reason: `${mac}, the address of ${slot.container}${told}, was learned on this port`,
    sources: mergeSources([source], neighbour === null ? [] : [neighbour], slot.sources),
  };
}

/** The slots by their bridge and MAC address: the engine's, else the one that the host's neighbour table has for them. */
function macsOf(captured: Captured, slots: readonly PairingSlot[]): Map<string, Known[]> {
  const withoutMac = slots.filter(({ mac }) => mac === null);
  const byAddress = groupBy(
    withoutMac.flatMap((slot) => slot.addresses.map((address) => ({ slot, at: `${slot.bridge} ${address}` }))),
    ({ at }) => at,
  );
  const told = slots.flatMap((slot) => (slot.mac === null ? [] : [{ slot, mac: slot.mac, neighbour: null }]));
  const learned = captured.all("ip-neigh", null).flatMap((listing) =>
    listing.data.flatMap((entry) => {
      const { mac } = entry;
      if (mac === null) return [];
      const here = byAddress.get(`${entry.device} ${entry.address}`) ?? [];
      return here.map(({ slot }) => ({ slot, mac, neighbour: sourceOf(listing, entry) }));
    }),
  );
  return groupBy([...told, ...learned], ({ slot, mac }) => `${slot.bridge} ${mac}`);
}
