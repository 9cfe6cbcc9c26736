import { bitsOf } from "../../lib/address.ts";
import type { Packet, PortRange } from "../packet.ts";
import { type Maybe, maybe } from "../tri.ts";
import { type IndexSlot, keyOf, type Level, type SetIndex } from "./set-index.ts";

type Side = "source" | "destination";
type Found = "match" | "nomatch" | "none";

/**
 * Looks a packet up as the kernel does (`mtype_test_cidrs` in net/netfilter/ipset/ip_set_hash_gen.h): of the prefix lengths
 * that occur the longest first, and the first entry found decides, also when it is marked `nomatch`.
 */
export function lookUp(index: SetIndex, packet: Packet, sides: readonly Side[]): Found | Maybe {
  for (const level of index.levels) {
    const values = valuesOf(index, level, packet, sides);
    const slot = level.slots.get(keyOf(values));
    if (slot === undefined) continue;
    const found = compareRest(index, slot, packet, sides);
    if (found !== "none") return found;
    // hash:net,iface stops at the first network that has any interface (`multi` in mtype_test_cidrs).
    if (slot.interfaces !== null) break;
  }
  return index.unread === null ? "none" : maybe({ code: "set-entry", entry: index.unread, set: index.name });
}

/** The packet's addresses, masked as this level's, and its mark where the type asks for it. */
function valuesOf(index: SetIndex, level: Level, packet: Packet, sides: readonly Side[]): (bigint | number)[] {
  const values: (bigint | number)[] = [];
  let network = 0;
  for (const [i, field] of index.fields.entries()) {
    if (field === "mark") values.push((packet.mark & index.markMask) >>> 0);
    if (field !== "ip" && field !== "net") continue;
    const { value } = sides[i] === "source" ? packet.source : packet.destination;
    const hostBits = BigInt(bitsOf(packet.family) - (level.lengths[network++] ?? 0));
    values.push(((index.addressMask === null ? value : value & index.addressMask) >> hostBits) << hostBits);
  }
  return values;
}

/** Compares ports, MAC addresses and interfaces with the entries that share the addresses. */
function compareRest(index: SetIndex, slot: IndexSlot, packet: Packet, sides: readonly Side[]): Found | Maybe {
  const sideOf = (name: string): Side | undefined => sides[index.fields.findIndex((field) => field.endsWith(name))];
  if (slot.ports !== null) return comparePort(index, slot.ports, packet, sideOf("port") ?? "destination");
  if (index.fields.includes("mac")) return compareMac(index, slot, packet, sideOf("mac") ?? "source");
  if (slot.interfaces !== null) return compareInterface(index, slot, packet, sideOf("iface") ?? "source");
  return slot.nomatch === true ? "nomatch" : "match";
}

/** `ip_set_get_ip4_port` in net/netfilter/ipset/ip_set_getport.c: ICMP's type and code, 0 for protocols without ports. */
function portOf(packet: Packet, side: Side): PortRange | Maybe {
  if ([6, 17, 132, 136].includes(packet.protocol)) {
    const port = side === "source" ? packet.sourcePort : packet.destinationPort;
    return port ?? maybe({ code: "ports-unknown" });
  }
  if (packet.protocol !== (packet.family === 4 ? 1 : 58)) return { from: 0, to: 0 };
  if (packet.icmp === null) return maybe({ code: "icmp-type-unknown" });
  const value = (packet.icmp.type << 8) | packet.icmp.code;
  return { from: value, to: value };
}

function comparePort(index: SetIndex, ports: ReadonlyMap<number, boolean>, packet: Packet, side: Side): Found | Maybe {
  const anyProtocol = index.type === "bitmap:port";
  if (anyProtocol && packet.protocol !== 6 && packet.protocol !== 17) return "none";
  const port = portOf(packet, side);
  if ("because" in port) return port;
  const base = (anyProtocol ? 0 : packet.protocol) * 65_536;
  if (port.from === port.to) {
    const nomatch = ports.get(base + port.from);
    return nomatch === undefined ? "none" : nomatch ? "nomatch" : "match";
  }
  let found = 0;
  for (const key of ports.keys()) if (key >= base + port.from && key <= base + port.to) found++;
  if (found === 0) return "none";
  if (found === port.to - port.from + 1 && index.levels.length === 1 && !index.hasNomatch) return "match";
  return maybe({ code: "port-in-set", side, from: port.from, to: port.to, set: index.name });
}

/** `hash_ipmac4_kadt`, `hash_mac4_kadt` and `bitmap_ipmac_kadt`: an entry without a MAC address takes any. */
function compareMac(index: SetIndex, slot: IndexSlot, packet: Packet, side: Side): Found | Maybe {
  if (packet.mac === null || side === "destination") {
    return maybe({ code: "set-asks-mac", side, set: index.name });
  }
  if (slot.macs === null || slot.macs.has(packet.mac)) return "match";
  return "none";
}

/** `hash_netiface4_kadt`: no interface at this hook means no match. */
function compareInterface(index: SetIndex, slot: IndexSlot, packet: Packet, side: Side): Found | Maybe {
  const name = side === "source" ? packet.incoming : packet.outgoing;
  if (name === null || name === "") return "none";
  for (const { part, nomatch } of slot.interfaces ?? []) {
    if (part.isBridgePort) return maybe({ code: "set-bridge-port", set: index.name });
    if (part.isPrefix ? name.startsWith(part.name) : name === part.name) return nomatch ? "nomatch" : "match";
  }
  return "none";
}
