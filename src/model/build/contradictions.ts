import { type Address, bitsOf, formatAddress, prefixOf } from "../../lib/address.ts";
import type { Container, Contradiction, Endpoint, Interface, Namespace, Network } from "../host.ts";

/**
 * What the inside of the containers contradicts outside: a host end that is in no capture, an address that the engine
 * does not list on the network whose subnet it lies in, an address of the engine's that the container does not have.
 */
export function recordLinkContradictions(
  host: readonly Interface[],
  sandboxes: readonly Namespace[],
  containers: readonly Container[],
  networks: readonly Network[],
  contradictions: Contradiction[],
): void {
  const indexes = new Set(host.map(({ index }) => index));
  const endpointsOf = new Map(containers.map(({ name, endpoints }) => [name, endpoints]));
  const networkAt = findNetwork(networks);
  const bridged = new Set(networks.filter(({ bridge }) => bridge !== null).map(({ id }) => id));
  for (const { containers: members, name: namespace, interfaces, addressesKnown } of sandboxes) {
    if (!interfaces.known) continue;
    const endpoints = members.flatMap((name) => endpointsOf.get(name) ?? []);
    const subject = members[0] ?? namespace;
    const found = [
      ...(host.length === 0 ? [] : lostEnds(interfaces.value, endpoints, indexes, bridged)),
      ...unlistedAddresses(interfaces.value, endpoints, networkAt),
      ...(addressesKnown ? missingAddresses(interfaces.value, endpoints) : []),
    ];
    for (const each of found) contradictions.push({ subject, ...each });
  }
}

type Found = Omit<Contradiction, "subject">;

/** Only a bridge network's link has its other end on the host for certain: an overlay's is in a namespace of its own. */
function lostEnds(
  inside: readonly Interface[],
  endpoints: readonly Endpoint[],
  indexes: ReadonlySet<number>,
  bridged: ReadonlySet<string>,
): Found[] {
  const elsewhere = new Set(
    endpoints.filter(({ networkId }) => !bridged.has(networkId)).map((endpoint) => endpoint.interface),
  );
  return inside.flatMap(({ name, peer, master, sources }) => {
    // What is on a bridge inside leads to a container of the container's own.
    if (peer?.kind !== "index" || master !== null || elsewhere.has(name) || indexes.has(peer.index)) return [];
    return [{ message: `the host's end of its ${name} (interface ${peer.index}) is in no capture`, sources }];
  });
}

function unlistedAddresses(
  inside: readonly Interface[],
  endpoints: readonly Endpoint[],
  networkAt: (address: Address) => Network | undefined,
): Found[] {
  const listed = addressesOf(endpoints);
  return inside.flatMap(({ addresses }) =>
    addresses.flatMap(({ address, sources }) => {
      const text = formatAddress(address);
      const network = listed.has(text) ? undefined : networkAt(address);
      if (network === undefined) return [];
      const message = `it has ${text}, an address of ${network.name}, but the engine lists no such endpoint there`;
      return [{ message, sources: [...sources, ...network.sources] }];
    }),
  );
}

function missingAddresses(inside: readonly Interface[], endpoints: readonly Endpoint[]): Found[] {
  const present = new Set(inside.flatMap(({ addresses }) => addresses.map(({ address }) => formatAddress(address))));
  return [...addressesOf(endpoints)].flatMap(([address, sources]) => {
    if (present.has(address)) return [];
    return [{ message: `the engine gave it ${address}, but none of its interfaces has that address`, sources }];
  });
}

function addressesOf(endpoints: readonly Endpoint[]): ReadonlyMap<string, Endpoint["sources"]> {
  return new Map(
    endpoints.flatMap(({ ipv4, ipv6, sources }) =>
      [ipv4, ipv6].flatMap((end) => (end === null ? [] : [[formatAddress(end.address), sources] as const])),
    ),
  );
}

/** Finds the inspected network whose subnet an address lies in: of several the one with the longest prefix. */
function findNetwork(networks: readonly Network[]): (address: Address) => Network | undefined {
  const byPrefix = new Map<string, Network>();
  const lengths = new Set<number>();
  const key = ({ family, value }: Address, length: number) => `${family} ${value} ${length}`;
  for (const network of networks) {
    for (const { subnet } of network.inspected ? network.subnets : []) {
      lengths.add(subnet.length);
      byPrefix.set(key(subnet.address, subnet.length), network);
    }
  }
  const longestFirst = [...lengths].sort((a, b) => b - a);
  return (address) => {
    const length = longestFirst
      .filter((bits) => bits <= bitsOf(address.family))
      .find((bits) => byPrefix.has(key(prefixOf(address, bits).address, bits)));
    return length === undefined ? undefined : byPrefix.get(key(prefixOf(address, length).address, length));
  };
}
