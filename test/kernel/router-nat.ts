import type { Nat } from "../../src/firewall/actions.ts";
import type { AddressRange } from "../../src/firewall/fields.ts";
import type { PortRange, Tuple } from "../../src/firewall/packet.ts";
import { type Address, bitsOf, parseAddress, sameAddress } from "../../src/lib/address.ts";
import { type Entry, invert } from "./router-conntrack.ts";
import { bare, routerAddresses } from "./topology.ts";

/** Where the packet is when its NAT is decided. */
export interface NatPlace {
  readonly family: 4 | 6;
  readonly isLocalOut: boolean;
  readonly incoming: string | null;
  readonly outgoing: string | null;
}

const portsFit = (ports: PortRange | null, range: PortRange): boolean =>
  ports !== null && ports.from >= range.from && ports.to <= range.to;

/** The router's first address on an interface. */
export function interfaceAddress(name: string | null, family: 4 | 6): Address | null {
  const text = (routerAddresses[name ?? ""] ?? []).map(bare).find((one) => one.includes(":") === (family === 6));
  return text === undefined ? null : parseAddress(text);
}

/**
 * What MASQUERADE takes. The loopback has no address that would do: `inet_select_addr` then takes the first of all
 * interfaces, `ipv6_dev_get_saddr` the destination itself, which is local.
 */
function masqueradeAddress(outgoing: string | null, tuple: Tuple, family: 4 | 6): Address | null {
  if (outgoing !== "lo") return interfaceAddress(outgoing, family);
  return family === 6 ? tuple.destination : interfaceAddress("lan0", 4);
}

function addressesOf(range: AddressRange, family: 4 | 6): Address[] {
  const found: Address[] = [];
  for (let value = range.from; value <= range.to && found.length < 8; value++) found.push({ family, value });
  return found;
}

/**
 * The port after NAT (`get_unique_tuple` in net/netfilter/nf_nat_core.c): kept when it is in the range already, else one
 * of the range; without a range kept unless somebody else has it, or `--random` wants another.
 */
function newPorts(
  old: PortRange | null,
  range: PortRange | null,
  random: boolean,
  isSource: boolean,
): PortRange | null {
  if (old === null) return null;
  if (range !== null) return portsFit(old, range) && !random ? old : range;
  return random && isSource ? { from: 1, to: 65_535 } : old;
}

/** A tuple that the packet may get on one side. */
interface Choice {
  readonly address: Address;
  readonly ports: PortRange | null;
}

/** The side that a rewrite changes, and what it may become: several choices when the kernel picks by a hash. Null: unknown. */
export function natChoices(
  nat: Nat,
  tuple: Tuple,
  place: NatPlace,
): { readonly side: "source" | "destination"; readonly choices: readonly Choice[] } | null {
  const { family } = place;
  switch (nat.kind) {
    case "source":
    case "destination": {
      const isSource = nat.kind === "source";
      const old = isSource ? tuple.source : tuple.destination;
      const ports = newPorts(isSource ? tuple.sourcePort : tuple.destinationPort, nat.ports, nat.random, isSource);
      const addresses = nat.addresses === null ? [old] : addressesOf(nat.addresses, family);
      return { side: nat.kind, choices: addresses.map((address) => ({ address, ports })) };
    }
    case "masquerade": {
      const address = masqueradeAddress(place.outgoing, tuple, family);
      if (address === null) return null;
      return { side: "source", choices: [{ address, ports: newPorts(tuple.sourcePort, nat.ports, nat.random, true) }] };
    }
    case "redirect": {
      const loopback = parseAddress(family === 4 ? "127.0.0.1" : "::1");
      const address = place.isLocalOut ? loopback : interfaceAddress(place.incoming, family);
      if (address === null) return null;
      return {
        side: "destination",
        choices: [{ address, ports: newPorts(tuple.destinationPort, nat.ports, false, false) }],
      };
    }
    case "netmap": {
      const old = nat.side === "source" ? tuple.source : tuple.destination;
      const hostBits = BigInt(bitsOf(family) - nat.prefix.length);
      const value = nat.prefix.value | (old.value & ((1n << hostBits) - 1n));
      const ports = nat.side === "source" ? tuple.sourcePort : tuple.destinationPort;
      return { side: nat.side, choices: [{ address: { family, value }, ports }] };
    }
  }
}

/** The entry after one side of it was decided; the status bit only when that changed anything (`nf_nat_setup_info`). */
export function decide(entry: Entry, side: "source" | "destination", choice: Choice | null): Entry {
  const decided = { ...entry.decided, [side]: true };
  if (choice === null) return { ...entry, decided };
  const expected = invert(entry.reply);
  const [oldAddress, oldPorts] =
    side === "source" ? [expected.source, expected.sourcePort] : [expected.destination, expected.destinationPort];
  const same =
    sameAddress(oldAddress, choice.address) &&
    oldPorts?.from === choice.ports?.from &&
    oldPorts?.to === choice.ports?.to;
  if (same) return { ...entry, decided };
  const changed: Tuple =
    side === "source"
      ? { ...expected, source: choice.address, sourcePort: choice.ports }
      : { ...expected, destination: choice.address, destinationPort: choice.ports };
  return {
    ...entry,
    decided,
    reply: invert(changed),
    ...(side === "source" ? { sourceNat: true } : { destinationNat: true }),
  };
}
