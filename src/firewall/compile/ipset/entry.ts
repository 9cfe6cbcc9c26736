import { bitsOf, parseAddress, parsePrefix } from "../../../lib/address.ts";
import { parseMac } from "../../../lib/mac.ts";
import type { IpSetMember } from "../../../parsers/ipset-save.ts";
import { prefixesOfRange } from "../../address-range.ts";
import type { PortRange } from "../../packet.ts";
import { readIcmpType } from "../icmp-types.ts";
import { readNumber, readRange } from "../numbers.ts";
import { readProtocol } from "../protocols.ts";

/** What a part of a set's type stands for: `hash:ip,port,net` has an address, a port and a network. */
export type SetField = "ip" | "net" | "port" | "plain-port" | "mac" | "mark" | "iface";

/** One part of an entry. An address is a network of full length. */
export type EntryPart =
  | { readonly kind: "network"; readonly value: bigint; readonly length: number }
  /** The protocol is null in `bitmap:port`, which holds ports of TCP and UDP alike. */
  | { readonly kind: "port"; readonly protocol: number | null; readonly range: PortRange }
  | { readonly kind: "mac"; readonly mac: number }
  | { readonly kind: "mark"; readonly mark: number }
  | { readonly kind: "iface"; readonly name: string; readonly isBridgePort: boolean; readonly isPrefix: boolean };

/** The most addresses that one written range is taken apart into: `ipset save` prints none. */
const mostAddresses = 65_536n;

/**
 * Reads an entry (`ipset save` prints them by lib/parse.c and print.c of ipset) into all combinations that it stands for,
 * of which there are several only for ranges. Null when it cannot be read.
 */
export function readEntry(
  member: IpSetMember,
  fields: readonly SetField[],
  family: 4 | 6 | null,
): EntryPart[][] | null {
  const words = member.entry.split(",");
  let combinations: EntryPart[][] = [[]];
  // An entry of bitmap:ip,mac may lack the address of its card.
  const lacksMac = words.length === fields.length - 1 && fields.at(-1) === "mac";
  if (words.length !== fields.length && !lacksMac) return null;
  for (const [i, word] of words.entries()) {
    const parts = readPart(word, fields[i] ?? "ip", family, member);
    if (parts === null || BigInt(combinations.length) * BigInt(parts.length) > mostAddresses) return null;
    combinations = combinations.flatMap((before) => parts.map((part) => [...before, part]));
  }
  return combinations;
}

function readPart(word: string, field: SetField, family: 4 | 6 | null, member: IpSetMember): EntryPart[] | null {
  switch (field) {
    case "ip":
      return readAddresses(word, family);
    case "net":
      return readNetworks(word, family);
    case "port":
      return readPort(word);
    case "plain-port": {
      const range = readRange(word, "-", 65535);
      return range === null ? null : [{ kind: "port", protocol: null, range }];
    }
    case "mac": {
      const mac = parseMac(word);
      return mac === null ? null : [{ kind: "mac", mac }];
    }
    case "mark": {
      const mark = readNumber(word, 0xffffffff);
      return mark === null ? null : [{ kind: "mark", mark }];
    }
    case "iface": {
      const isBridgePort = word.startsWith("physdev:");
      const isPrefix = Object.hasOwn(member.options, "wildcard");
      return [{ kind: "iface", name: isBridgePort ? word.slice(8) : word, isBridgePort, isPrefix }];
    }
  }
}

/** `10.0.0.1`; a range or a network stands for every address in it. */
function readAddresses(word: string, family: 4 | 6 | null): EntryPart[] | null {
  const networks = readNetworks(word, family);
  if (networks === null) return null;
  const parts: EntryPart[] = [];
  for (const network of networks) {
    if (network.kind !== "network") return null;
    const bits = bitsOf(family ?? 4);
    const count = 1n << BigInt(bits - network.length);
    if (count > mostAddresses) return null;
    for (let i = 0n; i < count; i++) parts.push({ kind: "network", value: network.value + i, length: bits });
  }
  return parts;
}

/** `10.0.0.0/8`; a range is cut into networks. */
function readNetworks(word: string, family: 4 | 6 | null): EntryPart[] | null {
  const prefix = parsePrefix(word);
  if (prefix !== null) {
    if (prefix.address.family !== family) return null;
    return [{ kind: "network", value: prefix.address.value, length: prefix.length }];
  }
  const [first = "", second = "", ...rest] = word.split("-");
  const from = parseAddress(first);
  const to = parseAddress(second);
  if (from === null || from.family !== family || to?.family !== family || rest.length > 0) return null;
  if (from.value > to.value) return null;
  return prefixesOfRange({ from: from.value, to: to.value }, family).map(({ address, length }) => ({
    kind: "network",
    value: address.value,
    length,
  }));
}

/** `80`, `tcp:80`, `udp:1-2`, `icmp:echo-request`, `icmp:8/0`, `gre:0`: TCP unless another protocol is named. */
function readPort(word: string): EntryPart[] | null {
  const colon = word.indexOf(":");
  const protocol = colon < 0 ? 6 : readProtocol(word.slice(0, colon));
  const rest = word.slice(colon + 1);
  if (protocol === null || protocol === 0) return null;
  if (protocol === 1 || protocol === 58) {
    const icmp = readIcmpType(rest, protocol === 1 ? 4 : 6);
    if (icmp === null) return null;
    const value = (icmp.type << 8) | (icmp.codes?.from ?? 0);
    return [{ kind: "port", protocol, range: { from: value, to: value } }];
  }
  const range = readRange(rest, "-", 65535);
  return range === null ? null : [{ kind: "port", protocol, range }];
}
