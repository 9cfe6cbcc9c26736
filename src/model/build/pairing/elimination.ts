import { groupBy } from "../../../lib/group-by.ts";
import { mergeSources } from "../../../lib/source.ts";
import type { Interface } from "../../host.ts";
import { isDockerVeth } from "../../queries/docker-names.ts";
import { type Choices, choicesOf, type Unit } from "./choices.ts";
import type { FoundPairing, PairingSlot } from "./slots.ts";

/** Each pair can settle others. A host that needs more rounds than these has been made up to take long. */
const mostRounds = 20;

/**
 * Pairs what only one container is left for, until nothing changes. All veths with one netnsid belong to one sandbox, which
 * has as many places, on the same bridges. Only veths with a name of Docker's
 * can belong to a container by that alone. Returns the places left for every other veth.
 */
export function pairByElimination(
  veths: readonly Interface[],
  bridgeOf: (veth: Interface) => string | null,
  slots: readonly PairingSlot[],
  found: Map<string, FoundPairing>,
): ReadonlyMap<string, readonly PairingSlot[]> {
  pairByNumber(veths, bridgeOf, slots, found);
  const named = veths.filter(({ name }) => isDockerVeth(name));
  for (let round = 0; round < mostRounds; round++) {
    const before = found.size;
    const choices = choicesOf(named, bridgeOf, slots, found);
    for (const [unit, place] of soleChoices(choices)) settle(unit, place, choices.of, bridgeOf, found);
    if (found.size === before) return choices.of;
    pairByNumber(veths, bridgeOf, slots, found);
  }
  return choicesOf(named, bridgeOf, slots, found).of;
}

/** A veth whose netnsid is that of a paired one belongs to the same container, whatever its name and bridge are. */
function pairByNumber(
  veths: readonly Interface[],
  bridgeOf: (veth: Interface) => string | null,
  slots: readonly PairingSlot[],
  found: Map<string, FoundPairing>,
): void {
  const owners = new Map<number, FoundPairing | null>();
  for (const { name, netnsId } of veths) {
    const owner = found.get(name);
    if (netnsId === null || owner === undefined) continue;
    // Two namespaces of one number: captures of different moments. Then the number tells nothing.
    const before = owners.get(netnsId);
    owners.set(netnsId, before === undefined || before?.namespace === owner.namespace ? owner : null);
  }
  const slotsOf = groupBy(slots, ({ namespace }) => namespace);
  const taken = new Set([...found.values()].map(({ slot }) => slot));
  for (const veth of veths) {
    const owner = veth.netnsId === null || found.has(veth.name) ? null : (owners.get(veth.netnsId) ?? null);
    if (owner === null) continue;
    const bridge = bridgeOf(veth);
    const free = (slotsOf.get(owner.namespace) ?? []).filter(
      (slot) => !taken.has(slot) && (bridge === null || slot.bridge === bridge),
    );
    const slot = free.length === 1 ? (free[0] ?? null) : null;
    taken.add(slot);
    found.set(veth.name, {
      slot,
      container: owner.container,
      namespace: owner.namespace,
      inside: slot?.interface ?? null,
      method: "namespace-id",
      certainty: owner.certainty,
      reason: `its link-netnsid ${veth.netnsId} is that of another veth of ${owner.container}`,
      sources: mergeSources(veth.sources, owner.sources),
    });
  }
}

/** The units for which one sandbox is left that no other unit could need, and a place of it. */
function soleChoices({ units, of, needed, scarce }: Choices): [Unit, PairingSlot][] {
  const placesOf = ({ veths }: Unit) => new Set(veths.flatMap(({ name }) => of.get(name) ?? []));
  const sole = units.flatMap((unit): [Unit, PairingSlot][] => {
    const place = onlySandbox(unit, of);
    return place === null ? [] : [[unit, place]];
  });
  const claims = groupBy(
    sole.flatMap(([unit]) => [...placesOf(unit)]),
    (slot) => slot,
  );
  // Two units and one free place: one of them is something else's, and which is not known.
  const isContested = (slot: PairingSlot) => claims.get(slot)?.length !== 1 || (scarce && (needed.get(slot) ?? 0) > 1);
  return sole.filter(([unit]) => ![...placesOf(unit)].some(isContested));
}

/** A place of the only sandbox that has places for these veths; null when there are several. */
function onlySandbox({ veths }: Unit, of: Choices["of"]): PairingSlot | null {
  let only: PairingSlot | null = null;
  for (const { name } of veths) {
    for (const place of of.get(name) ?? []) {
      only ??= place;
      if (place.namespace !== only.namespace) return null;
    }
  }
  return only;
}

function settle(
  { netnsId, veths }: Unit,
  { container, namespace, ...place }: PairingSlot,
  of: Choices["of"],
  bridgeOf: (veth: Interface) => string | null,
  found: Map<string, FoundPairing>,
): void {
  const exact = new Map(veths.flatMap(({ name }) => (of.get(name)?.length === 1 ? [[name, of.get(name)?.[0]]] : [])));
  for (const veth of veths) {
    const places = of.get(veth.name) ?? [];
    if (places.length === 0) continue;
    const rest = places.filter((slot) => ![...exact.values()].includes(slot));
    const slot = exact.get(veth.name) ?? (rest.length === 1 ? rest[0] : undefined) ?? null;
    const numbered = netnsId !== null;
    found.set(veth.name, {
      slot,
      container,
      namespace,
      inside: slot?.interface ?? null,
      method: numbered ? "namespace-id" : "elimination",
      certainty: numbered && bridgeOf(veth) !== null ? "certain" : "strong",
      reason: numbered
        ? `of the containers that are left only ${container} is on just the bridges of the veths with link-netnsid ${netnsId}`
        : `${container} is the only container left for this port`,
      sources: mergeSources(veth.sources, slot?.sources ?? place.sources),
    });
  }
}
