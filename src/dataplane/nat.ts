import type { Nat } from "../firewall/actions.ts";
import type { AddressRange } from "../firewall/fields.ts";
import type { PortRange, Tuple } from "../firewall/packet.ts";
import type { Hook } from "../firewall/rules.ts";
import { type Address, bitsOf, formatAddress } from "../lib/address.ts";
import type { Reason } from "../reasons/reason.ts";
import { type ConntrackEntry, withNat } from "./conntrack.ts";
import type { HookState } from "./hook-state.ts";
import { addressOn } from "./source-address.ts";
import type { Stack } from "./types.ts";

/** A way in which NAT may have decided; `because` is empty when it is the only one. */
interface Decision {
  readonly entry: ConntrackEntry;
  readonly because: readonly Reason[];
}

/**
 * What a NAT target makes of a connection (net/netfilter/nf_nat_core.c, nf_nat_setup_info). An address or port that the
 * kernel picks from a range stays open: each of a few addresses is followed, a port range is kept as a range.
 */
export function decideNat(
  stack: Stack,
  entry: ConntrackEntry,
  packet: { readonly family: 4 | 6; readonly header: Tuple },
  nat: Nat,
  hook: Hook,
  at: HookState,
): readonly Decision[] {
  const side =
    nat.kind === "masquerade"
      ? "source"
      : nat.kind === "redirect"
        ? "destination"
        : nat.kind === "netmap"
          ? nat.side
          : nat.kind;
  const decided: ConntrackEntry = { ...entry, decided: { ...entry.decided, [side]: true } };
  const { header, family } = packet;
  const current = side === "source" ? header.source : header.destination;
  const port = side === "source" ? header.sourcePort : header.destinationPort;
  const one = (address: Address, ports: PortRange | null, random = false): Decision => ({
    entry: withNat(decided, side, address, pickPort(side, port, ports, random)),
    because: [],
  });
  switch (nat.kind) {
    case "masquerade": {
      const next = at.route !== undefined && at.route.kind === "unicast" ? at.route.gateway : null;
      const source =
        at.outgoing === null ? null : addressOn(stack, at.outgoing, next ?? header.destination, header.destination);
      return source === null
        ? [{ entry: decided, because: [{ code: "nat-no-address", target: "MASQUERADE" }] }]
        : [one(source, nat.ports, nat.random)];
    }
    case "redirect": {
      const target = hook === "output" ? loopback(family) : incomingAddress(stack, at, family);
      return target === null
        ? [{ entry: decided, because: [{ code: "nat-no-address", target: "REDIRECT" }] }]
        : [one(target, nat.ports)];
    }
    case "netmap": {
      const hostBits = BigInt(bitsOf(family) - nat.prefix.length);
      const value = ((nat.prefix.value >> hostBits) << hostBits) | (current.value & ((1n << hostBits) - 1n));
      return [one({ family, value }, null)];
    }
    default: {
      const range = nat.addresses;
      if (range === null) return [one(current, nat.ports, nat.random)];
      if (range.from === range.to) return [one({ family, value: range.from }, nat.ports, nat.random)];
      const tried = addressesOf(range, family);
      const [from, to] = [range.from, range.to].map((value) => formatAddress({ family, value }));
      const code = range.to - range.from >= mostAddresses ? "nat-picks-of-many" : "nat-picks";
      const because: readonly Reason[] = [{ code, from: from ?? "", to: to ?? "" }];
      return tried.map((address) => ({ ...one(address, nat.ports, nat.random), because }));
    }
  }
}

/** The most addresses of a range that are followed one by one. */
const mostAddresses = 8n;

/** All addresses of a range, and of a long one the ends. */
function addressesOf({ from, to }: AddressRange, family: 4 | 6): readonly Address[] {
  if (to - from >= mostAddresses) return [from, to].map((value) => ({ family, value }));
  return Array.from({ length: Number(to - from) + 1 }, (_, i) => ({ family, value: from + BigInt(i) }));
}

/**
 * A port inside the range stays; else it is one of the range's. At random it is any of the range's, and a source port without
 * a range any of its kind (nf_nat_core.c, nf_nat_l4proto_unique_tuple).
 */
function pickPort(
  side: "source" | "destination",
  port: PortRange | null,
  range: PortRange | null,
  random: boolean,
): PortRange | null {
  if (port === null) return null;
  if (range === null) return random && side === "source" ? portsLike(port) : port;
  return !random && port.from >= range.from && port.to <= range.to ? port : range;
}

function portsLike({ from, to }: PortRange): PortRange {
  if (from >= 1024) return { from: 1024, to: 65535 };
  return to < 512 ? { from: 1, to: 511 } : { from: from < 512 ? 1 : 600, to: to < 1024 ? 1023 : 65535 };
}

const loopback = (family: 4 | 6): Address => (family === 4 ? { family, value: 0x7f000001n } : { family, value: 1n });

/** The first address of the interface it came in by (nf_nat_redirect.c). */
function incomingAddress(stack: Stack, at: HookState, family: 4 | 6): Address | null {
  const own = at.incoming === null ? undefined : stack.interfaces.get(at.incoming);
  return own?.addresses.find(({ address, scope }) => address.family === family && scope !== "link")?.address ?? null;
}
