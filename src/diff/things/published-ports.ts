import { formatAddress } from "../../lib/address.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import type { PublishedPort } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList } from "../compare-list.ts";
import { areAlike, lackOf, type NamespaceOnSide, type Sides } from "../match/sides.ts";

/**
 * Published ports, each binding of a host's address and port. The rules tell of them only where the engine was not asked on
 * either side: what both tell is not always the same.
 */
export function comparePublishedPorts({ places: [host] }: Sides): Change[] {
  const [before, after] = [host.before, host.after].map((inside) => (isEngineAsked(inside) ? "engine" : "rules"));
  // Rules name addresses: whose they are, the networks tell.
  if (before !== after || (before === "rules" && !areAlike(host, "docker-network-inspect"))) return [];
  const told = ({ side }: NamespaceOnSide) => side.host.publishedPorts.filter(({ knownFrom }) => knownFrom === before);
  return compareList(host, told(host.before), told(host.after), comparer);
}

const engines = ["docker-inspect", "docker-ps"] as const;

/** Whether the engine itself tells what is published. */
export const isEngineAsked = ({ side }: NamespaceOnSide): boolean =>
  engines.some((kind) => lackOf(side, kind, null) !== null);

const targetOf = ({ container, containerPort }: PublishedPort): string => `${container}:${containerPort}`;

const bindingOf = ({ hostAddress, hostPort, protocol }: PublishedPort): string =>
  `${formatEndpoint(hostAddress, hostPort)}/${protocol}`;

const comparer: Comparer<PublishedPort> = {
  kind: "published-port",
  listedBy: [...engines, "iptables-save", "iptables-nft-save", "iptables-legacy-save", "ip6tables-save"],
  keyOf: bindingOf,
  // The engine takes another free port with each start where the user named none.
  successorOf: ({ container, containerPort, protocol, hostAddress }, { side }) =>
    JSON.stringify([side.labels.container(container), containerPort, protocol, formatAddress(hostAddress)]),
  nameOf: (port) => `${bindingOf(port)} → ${targetOf(port)}`,
  properties: [
    { name: "host port", of: ({ hostPort }) => String(hostPort), from: [] },
    {
      name: "leads to",
      of: targetOf,
      keyOf: ({ container, containerPort }, { side }) => `${side.labels.container(container)}:${containerPort}`,
      from: [],
    },
  ],
};
