import { formatAddress } from "../../../lib/address.ts";
import { groupBy } from "../../../lib/group-by.ts";
import { mergeSources } from "../../../lib/source.ts";
import type { Interface, Namespace } from "../../host.ts";
import type { FoundPairing, PairingSlot } from "./slots.ts";

/**
 * `eth0@ifM` inside and `vethX@ifN` outside, M and N naming each other's index. Two namespaces that claim one veth cannot
 * both be right (their captures are of different moments): then neither is taken.
 */
export function pairBothEnds(
  interfaces: readonly Interface[],
  sandboxes: readonly Namespace[],
  slots: readonly PairingSlot[],
  found: Map<string, FoundPairing>,
): void {
  const byIndex = new Map(interfaces.map((each) => [each.index, each]));
  const slotsOf = groupBy(slots, ({ namespace }) => namespace);
  const claims = sandboxes.flatMap((sandbox) => claimsOf(sandbox, slotsOf.get(sandbox.name) ?? [], byIndex));
  for (const [name, [only, ...others]] of groupBy(claims, ({ veth }) => veth))
    if (only !== undefined && others.length === 0) found.set(name, only.found);
}

interface Claim {
  readonly veth: string;
  readonly found: FoundPairing;
}

function claimsOf(
  { name: namespace, containers, interfaces }: Namespace,
  slots: readonly PairingSlot[],
  byIndex: ReadonlyMap<number, Interface>,
): Claim[] {
  const ends = (interfaces.known ? interfaces.value : []).flatMap((end) => {
    const outer = end.peer?.kind === "index" ? byIndex.get(end.peer.index) : undefined;
    if (outer === undefined || !mayBeEnds(end, outer)) return [];
    return [{ end, outer, slot: slots.find((slot) => isEndOf(end, slot)) ?? null }];
  });
  // All links to the host have one number inside. A container of the container's own has another, and may well have an
  // interface with the index of one of the host's.
  const hostNumbers = new Set(ends.filter(({ slot }) => slot !== null).map(({ end }) => end.netnsId));
  return ends.flatMap(({ end, outer, slot }) => {
    const leadsToHost = hostNumbers.size === 0 || hostNumbers.has(end.netnsId);
    if (slot === null && (!outer.name.startsWith("veth") || end.master !== null || !leadsToHost)) return [];
    const both = outer.peer !== null;
    const container = slot?.container ?? containers[0] ?? namespace;
    const inside = `${end.name} of ${container} names interface ${outer.index}`;
    return [
      {
        veth: outer.name,
        found: {
          slot,
          container,
          namespace,
          inside: end.name,
          method: "both-ends",
          certainty: both ? "certain" : "strong",
          reason: both ? `${outer.name} names interface ${end.index}, and ${inside}` : inside,
          sources: mergeSources(outer.sources, end.sources),
        },
      },
    ];
  });
}

/** Whether two interfaces can be the ends of one veth: neither says that it is something else or has another end. */
function mayBeEnds(end: Interface, outer: Interface): boolean {
  const isVeth = ({ kind }: Interface) => kind === null || kind === "veth";
  if (!isVeth(end) || !isVeth(outer) || outer.peer?.kind === "name") return false;
  return outer.peer === null || outer.peer.index === end.index;
}

const isEndOf = (end: Interface, { mac, addresses }: PairingSlot): boolean =>
  (mac !== null && mac === end.mac) || end.addresses.some(({ address }) => addresses.includes(formatAddress(address)));
