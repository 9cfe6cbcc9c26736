import type { NumberRange } from "../firewall/packet.ts";
import type { Stack } from "./types.ts";

/**
 * What the TTL of a packet from a machine may be that no capture shows. Kernels begin with 64, 128 or 255, few with 32; no way
 * through the Internet takes 30 hops, and nobody asks about traceroute's.
 */
export const ttlFromOutside: NumberRange = { from: 33, to: 255 };

/**
 * The TTL or hop limit with which a namespace sends by an interface (net/ipv4/route.c, ip4_dst_hoplimit; net/ipv6/output_core.c,
 * ip6_dst_hoplimit); a range where the settings were not captured.
 */
export function defaultTtl(stack: Stack, family: 4 | 6, device: string): NumberRange {
  const key = family === 4 ? "net.ipv4.ip_default_ttl" : `net.ipv6.conf.${device.replaceAll(".", "/")}.hop_limit`;
  const value = Number(stack.sysctl(key) ?? Number.NaN);
  return Number.isInteger(value) && value > 0 && value < 256 ? { from: value, to: value } : ttlFromOutside;
}
