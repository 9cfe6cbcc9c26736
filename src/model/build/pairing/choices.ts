import { groupBy } from "../../../lib/group-by.ts";
import { byCodePoint } from "../../../lib/order.ts";
import type { Interface } from "../../host.ts";
import type { FoundPairing, PairingSlot } from "./slots.ts";

/** Veths of one namespace (one `link-netnsid`), or one veth alone where no such number was captured. */
export interface Unit {
  readonly netnsId: number | null;
  readonly veths: readonly Interface[];
}

/** What is left for the veths that are not paired yet. */
export interface Choices {
  readonly units: readonly Unit[];
  /** The places that each veth can have. Veths of one situation share one list: there may be thousands of both. */
  readonly of: ReadonlyMap<string, readonly PairingSlot[]>;
  /** How many units could have a place. */
  readonly needed: ReadonlyMap<PairingSlot, number>;
  /** Whether there are more veths than places: some of them belong to nobody that was captured. */
  readonly scarce: boolean;
}

/** A veth that is off its bridge fits many sandboxes. Beyond this number of such situations nothing is compared any more. */
const mostLoose = 100;

/**
 * Finds the places left for each veth: those of sandboxes on just the bridges of the veths with its netnsid; for a veth
 * without netnsid every free place on its bridge.
 */
export function choicesOf(
  veths: readonly Interface[],
  bridgeOf: (veth: Interface) => string | null,
  slots: readonly PairingSlot[],
  found: ReadonlyMap<string, FoundPairing>,
): Choices {
  const open = veths.filter(({ name }) => !found.has(name));
  const units = [...groupBy(open, ({ netnsId, name }) => netnsId ?? name).values()].map(
    (members): Unit => ({ netnsId: members[0]?.netnsId ?? null, veths: members }),
  );
  const taken = new Set([...found.values()].map(({ slot }) => slot));
  const settled = new Set(
    veths.flatMap(({ name, netnsId }) => (netnsId === null ? [] : (found.get(name)?.namespace ?? []))),
  );
  const free = slots.filter((slot) => !taken.has(slot) && !settled.has(slot.namespace));
  const situations = groupBy(units, (unit) => situationOf(unit, bridgeOf));
  const find = finder(free, slots);
  const of = new Map<string, readonly PairingSlot[]>();
  const needed = new Map<PairingSlot, number>();
  let loose = 0;
  for (const [situation, members] of situations) {
    const bridges = members[0]?.veths.map(bridgeOf) ?? [];
    if (bridges.includes(null) && ++loose > mostLoose) continue;
    const places = find(situation, members[0]?.netnsId ?? null, bridges);
    for (const slot of places) needed.set(slot, (needed.get(slot) ?? 0) + members.length);
    const onBridge = new Map(
      [...new Set(bridges)].map((bridge) => [
        bridge,
        places.filter((slot) => bridge === null || slot.bridge === bridge),
      ]),
    );
    for (const veth of members.flatMap((unit) => unit.veths)) of.set(veth.name, onBridge.get(bridgeOf(veth)) ?? []);
  }
  return { units, of, needed, scarce: open.length > free.length };
}

/** What decides which places a unit can have: whether its veths are of one namespace, and their bridges (/ for none). */
function situationOf({ netnsId, veths }: Unit, bridgeOf: (veth: Interface) => string | null): string {
  return `${netnsId === null ? "veth" : "namespace"} ${signatureOf(veths.map((veth) => bridgeOf(veth) ?? "/"))}`;
}

const signatureOf = (bridges: readonly string[]): string => [...bridges].sort(byCodePoint).join(" ");

/** Finds the free places of a situation. */
function finder(free: readonly PairingSlot[], all: readonly PairingSlot[]) {
  const sandboxes = [...groupBy(free, ({ namespace }) => namespace).values()];
  const sizes = groupBy(all, ({ namespace }) => namespace);
  // A sandbox with a place that is taken already by a veth without number has fewer veths left than it has places.
  const untouched = sandboxes.filter(
    ([slot, ...others]) => sizes.get(slot?.namespace ?? "")?.length === others.length + 1,
  );
  const bySignature = groupBy(untouched, (own) => `namespace ${signatureOf(own.map(({ bridge }) => bridge))}`);
  const byBridge = groupBy(free, ({ bridge }) => bridge);
  return (situation: string, netnsId: number | null, bridges: readonly (string | null)[]): readonly PairingSlot[] => {
    const [bridge] = bridges;
    if (netnsId === null) return bridge == null ? free : (byBridge.get(bridge) ?? []);
    if (!bridges.includes(null)) return (bySignature.get(situation) ?? []).flat();
    return untouched.filter((own) => fits(bridges, own)).flat();
  };
}

/** Whether veths with these bridges, some off theirs (null), can be the ends of just these endpoints. */
function fits(bridges: readonly (string | null)[], slots: readonly PairingSlot[]): boolean {
  if (bridges.length !== slots.length) return false;
  const left = slots.map(({ bridge }) => bridge);
  for (const bridge of bridges) {
    if (bridge === null) continue;
    const at = left.indexOf(bridge);
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return true;
}
