import { formatAddress } from "../../lib/address.ts";
import type { NeighbourEntry } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList } from "../compare-list.ts";
import type { NamespaceOnSide, Sides } from "../match/sides.ts";

/** Neighbours that somebody entered by hand: permanent ones, and addresses answered for. What the kernel learned comes and goes. */
export function compareNeighbours({ places }: Sides): Change[] {
  return places.flatMap((place) => compareList(place, entered(place.before), entered(place.after), comparer));
}

const isProxy = ({ flags }: NeighbourEntry): boolean => flags.includes("proxy");

const entered = ({ namespace: { neighbours } }: NamespaceOnSide): NeighbourEntry[] =>
  neighbours.known ? neighbours.value.filter((entry) => entry.state === "PERMANENT" || isProxy(entry)) : [];

const comparer: Comparer<NeighbourEntry> = {
  kind: "neighbour",
  listedBy: ["ip-neigh"],
  keyOf: (entry, { interfaceLabel: iface }) =>
    JSON.stringify([formatAddress(entry.address), iface(entry.device), isProxy(entry)]),
  nameOf: (entry, { interfaceName }) =>
    `${formatAddress(entry.address)} dev ${interfaceName(entry.device)}${isProxy(entry) ? " proxy" : ""}`,
  withinOf: (_, { name }) => name,
  properties: [{ name: "MAC address", of: ({ mac }) => mac, from: ["ip-neigh"], essential: true }],
};
