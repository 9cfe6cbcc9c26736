import type { UnroutableReason } from "./packet-state.ts";

/** Type and code of an ICMP error. */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
}

/** Type and code of what REJECT sends (net/ipv4/netfilter/ipt_REJECT.c, net/ipv6/netfilter/ip6t_REJECT.c). */
const rejections: Readonly<Record<string, readonly [type: number, code: number]>> = {
  "icmp-net-unreachable": [3, 0],
  "icmp-host-unreachable": [3, 1],
  "icmp-proto-unreachable": [3, 2],
  "icmp-port-unreachable": [3, 3],
  "icmp-net-prohibited": [3, 9],
  "icmp-host-prohibited": [3, 10],
  "icmp-admin-prohibited": [3, 13],
  "icmp6-no-route": [1, 0],
  "icmp6-adm-prohibited": [1, 1],
  "icmp6-addr-unreachable": [1, 3],
  "icmp6-port-unreachable": [1, 4],
  "icmp6-policy-fail": [1, 5],
  "icmp6-reject-route": [1, 6],
};

/** Nobody listens there; also what REJECT says of its own accord. */
export const portUnreachable = (family: 4 | 6): IcmpError =>
  family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 };

/** The ICMP error of a `--reject-with`; null for a TCP reset. */
export function rejectionError(how: string, family: 4 | 6): IcmpError | null {
  if (how === "tcp-reset") return null;
  const known = rejections[how];
  return known === undefined ? portUnreachable(family) : { type: known[0], code: known[1] };
}

/** The packet ran out of hops. */
export const timeExceeded = (family: 4 | 6): IcmpError => ({ type: family === 4 ? 11 : 3, code: 0 });

/** What a forwarder says where its routes have no way on (net/ipv4/route.c, ip_error; net/ipv6/route.c, ip6_pkt_drop). */
export function routeError(family: 4 | 6, reason: UnroutableReason): IcmpError | null {
  const codes: Partial<Record<UnroutableReason, readonly [four: number, six: number]>> = {
    "no-route": [0, 0],
    unreachable: [1, 0],
    prohibited: [13, 1],
  };
  const found = codes[reason];
  return found === undefined ? null : family === 4 ? { type: 3, code: found[0] } : { type: 1, code: found[1] };
}
