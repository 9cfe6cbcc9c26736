import type { PortRange } from "../firewall/packet.ts";
import type { Hook, Nat } from "../firewall/program.ts";
import { type Address, formatAddress } from "../lib/address.ts";
import { type Entry, withNat } from "./conntrack.ts";
import type { Flight } from "./flight.ts";
import type { At } from "./hooks.ts";
import { addressOn } from "./routing.ts";
import type { Stack } from "./stack.ts";

/** A way in which NAT may have decided; `because` is empty when it is the only one. */
interface Decision {
  readonly entry: Entry;
  readonly because: readonly string[];
}

/**
 * What a NAT target makes of a connection (net/netfilter/nf_nat_core.c, nf_nat_setup_info). An address or port that the
 * kernel picks from a range stays open: the ends of an address range are both followed, a port range is kept as a range.
 */
export function decideNat(
  stack: Stack,
  entry: Entry,
  flight: Flight,
  nat: Nat,
  hook: Hook,
  at: At,
): readonly Decision[] {
  const side =
    nat.kind === "masquerade"
      ? "source"
      : nat.kind === "redirect"
        ? "destination"
        : nat.kind === "netmap"
          ? nat.side
          : nat.kind;
  const decided: Entry = { ...entry, decided: { ...entry.decided, [side]: true } };
  const { header, family } = flight;
  const current = side === "source" ? header.source : header.destination;
  const port = side === "source" ? header.sourcePort : header.destinationPort;
  const one = (address: Address, ports: PortRange | null, random = false): Decision => ({
    entry: withNat(decided, side, address, pickPort(port, ports, random)),
    because: [],
  });
  switch (nat.kind) {
    case "masquerade": {
      const next = at.route !== undefined && at.route.kind === "unicast" ? at.route.gateway : null;
      const source =
        at.outgoing === null ? null : addressOn(stack, at.outgoing, next ?? header.destination, header.destination);
      return source === null
        ? [{ entry: decided, because: ["MASQUERADE has no address to use"] }]
        : [one(source, nat.ports, nat.random)];
    }
    case "redirect": {
      const target = hook === "output" ? loopback(family) : incomingAddress(stack, at, family);
      return target === null
        ? [{ entry: decided, because: ["REDIRECT has no address to use"] }]
        : [one(target, nat.ports)];
    }
    case "netmap": {
      const hostBits = BigInt((family === 4 ? 32 : 128) - nat.prefix.length);
      const value = ((nat.prefix.value >> hostBits) << hostBits) | (current.value & ((1n << hostBits) - 1n));
      return [one({ family, value }, null)];
    }
    default: {
      const range = nat.addresses;
      if (range === null) return [one(current, nat.ports, nat.random)];
      if (range.from === range.to) return [one({ family, value: range.from }, nat.ports, nat.random)];
      const [from, to] = [
        { family, value: range.from },
        { family, value: range.to },
      ] as const;
      const because = [`the kernel picks one of ${formatAddress(from)}-${formatAddress(to)}`];
      return [from, to].map((address) => ({ ...one(address, nat.ports, nat.random), because }));
    }
  }
}

/** A port inside the range stays; else it is one of the range's. At random it is any of the range's, or any above 1023. */
function pickPort(port: PortRange | null, range: PortRange | null, random: boolean): PortRange | null {
  if (port === null) return null;
  if (random) return range ?? { from: 1024, to: 65535 };
  if (range === null || (port.from >= range.from && port.to <= range.to)) return port;
  return range;
}

const loopback = (family: 4 | 6): Address => (family === 4 ? { family, value: 0x7f000001n } : { family, value: 1n });

/** The first address of the interface it came in by (nf_nat_redirect.c). */
function incomingAddress(stack: Stack, at: At, family: 4 | 6): Address | null {
  const own = at.incoming === null ? undefined : stack.interfaces.get(at.incoming);
  return own?.addresses.find(({ address, scope }) => address.family === family && scope !== "link")?.address ?? null;
}
