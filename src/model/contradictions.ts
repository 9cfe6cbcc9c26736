import { contains, parseAddress, parsePrefix } from "../lib/address.ts";
import type { Container, Contradiction, Interface, Namespace, Network } from "./host.ts";

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
  for (const { id, containers: members, interfaces } of sandboxes) {
    if (!interfaces.known) continue;
    const endpoints = containers
      .filter(({ name }) => members.includes(name))
      .flatMap((container) => container.endpoints);
    for (const inside of interfaces.value) {
      const sources = inside.sources;
      if (inside.peer?.kind === "index" && host.length > 0 && !indexes.has(inside.peer.index)) {
        contradictions.push({
          subject: id,
          message: `the host's end of its ${inside.name} (interface ${inside.peer.index}) is in no capture`,
          sources,
        });
      }
      for (const { address, sources: at } of inside.addresses) {
        const network = networks.find(
          ({ inspected, subnets }) => inspected && subnets.some(({ subnet }) => lies(address, subnet)),
        );
        if (
          network === undefined ||
          endpoints.some(({ ipv4, ipv6 }) => ipv4?.address === address || ipv6?.address === address)
        )
          continue;
        contradictions.push({
          subject: id,
          message: `it has ${address}, an address of ${network.name}, but the engine lists no such endpoint there`,
          sources: [...at, ...network.sources],
        });
      }
    }
    const inside = new Set(interfaces.value.flatMap(({ addresses }) => addresses.map(({ address }) => address)));
    for (const { ipv4, ipv6, sources } of endpoints) {
      for (const end of [ipv4, ipv6]) {
        if (end === null || inside.has(end.address)) continue;
        contradictions.push({
          subject: id,
          message: `the engine gave it ${end.address}, but none of its interfaces has that address`,
          sources,
        });
      }
    }
  }
}

function lies(address: string, subnet: string): boolean {
  const [a, p] = [parseAddress(address), parsePrefix(subnet)];
  return a !== null && p !== null && contains(p, a);
}
