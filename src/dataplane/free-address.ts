import { type Address, bitsOf, lastAddress, type Prefix } from "../lib/address.ts";
import { isLinkLocal } from "../lib/address-class.ts";
import { residentStack } from "./local-addresses.ts";
import type { Dataplane, StackInterface } from "./types.ts";

/** As many addresses of a subnet are looked at: all of a /24. */
const mostTried = 256n;

/**
 * Addresses of a subnet for machines that the snapshot does not show: from the end, where people seldom put anything, but never
 * the last one, which is IPv4's broadcast address. None on links of two (RFC 3021, RFC 6164).
 */
export function* freeAddressesIn(
  subnet: Prefix,
  isTaken: (address: Address) => boolean,
): Generator<Address, undefined> {
  if (bitsOf(subnet.address.family) - subnet.length < 2) return;
  const { family, value: last } = lastAddress(subnet);
  for (let value = last - 1n; value > subnet.address.value && value >= last - mostTried; value--) {
    const address = { family, value };
    if (!isTaken(address)) yield address;
  }
}

/** The subnets behind an interface of the host: whoever has an address of them is on its link. */
export const subnetsBehind = ({ addresses }: StackInterface): readonly Prefix[] =>
  addresses
    .filter(
      ({ address, scope }) => scope !== "link" && scope !== "host" && !(address.family === 6 && isLinkLocal(address)),
    )
    .map(({ prefix }) => prefix);

/** Addresses that nobody in the snapshot has, for machines on the link of an interface of the host. */
export function* freeAddressesOn(dataplane: Dataplane, name: string, family: 4 | 6): Generator<Address, undefined> {
  const found = dataplane.own.interfaces.get(name);
  for (const subnet of found === undefined ? [] : subnetsBehind(found))
    if (subnet.address.family === family)
      yield* freeAddressesIn(subnet, (address) => residentStack(dataplane, address) !== null);
}

/** One of them; null where there is none. */
export function freeAddressOn(dataplane: Dataplane, name: string, family: 4 | 6): Address | null {
  const [first] = freeAddressesOn(dataplane, name, family);
  return first ?? null;
}
