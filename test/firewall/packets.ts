import type { Environment } from "../../src/firewall/outcome.ts";
import type { Connection, Packet, Tuple } from "../../src/firewall/packet.ts";
import { type Address, parseAddress } from "../../src/lib/address.ts";

/** An address that is known to be one. */
export function address(text: string): Address {
  const found = parseAddress(text);
  if (found === null) throw new Error(`no address: ${text}`);
  return found;
}

const exactly = (port: number) => ({ from: port, to: port });

export interface PacketChanges extends Partial<Omit<Packet, "connection" | "source" | "destination">> {
  readonly source?: string;
  readonly destination?: string;
  readonly connection?: Partial<Connection>;
}

/**
 * A TCP packet from 192.0.2.1:40000 to 198.51.100.2:80 that is forwarded from eth0 to eth1, the first of its connection,
 * with the given changes. Its connection's tuples follow its addresses and ports.
 */
export function packet(changes: PacketChanges = {}): Packet {
  const { source = "192.0.2.1", destination = "198.51.100.2", connection = {}, ...rest } = changes;
  const protocol = rest.protocol ?? 6;
  const hasPorts = [6, 17, 33, 132, 136].includes(protocol);
  const tuple: Tuple = {
    source: address(source),
    destination: address(destination),
    protocol,
    sourcePort: rest.sourcePort !== undefined ? rest.sourcePort : hasPorts ? exactly(40_000) : null,
    destinationPort: rest.destinationPort !== undefined ? rest.destinationPort : hasPorts ? exactly(80) : null,
  };
  const reply: Tuple = {
    source: tuple.destination,
    destination: tuple.source,
    protocol,
    sourcePort: tuple.destinationPort,
    destinationPort: tuple.sourcePort,
  };
  return {
    family: tuple.source.family,
    icmp: null,
    tcpFlags: protocol === 6 ? 2 : null,
    length: 60,
    ttl: exactly(64),
    tos: 0,
    mark: 0,
    incoming: "eth0",
    outgoing: "eth1",
    incomingPort: null,
    outgoingPort: null,
    bridged: false,
    castType: "unicast",
    mac: 0x02_00_00_00_00_01,
    owner: null,
    ...tuple,
    ...rest,
    connection: {
      state: "new",
      direction: "original",
      original: tuple,
      reply,
      sourceNat: false,
      destinationNat: false,
      seenReply: false,
      mark: 0,
      ...connection,
    },
  };
}

/** A UDP packet. */
export const udp = (changes: PacketChanges = {}): Packet => packet({ protocol: 17, ...changes });

/** A ping. */
export const ping = (changes: PacketChanges = {}): Packet =>
  packet({ protocol: 1, icmp: { type: 8, code: 0 }, ...changes });

/** An IPv6 TCP packet. */
export const packet6 = (changes: PacketChanges = {}): Packet =>
  packet({ source: "2001:db8::1", destination: "2001:db8:1::2", ...changes });

/** A namespace without sets, whose only local address is 203.0.113.1. */
export const environment: Environment = {
  addressHasType: ({ value }, types, interfaceName) => {
    const isLocal = value === address("203.0.113.1").value && (interfaceName === null || interfaceName === "eth0");
    return types.includes(isLocal ? "local" : "unicast");
  },
  ipset: () => null,
  changedSets: [],
};
