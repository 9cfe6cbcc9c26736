import type { IcmpError } from "./icmp-errors.ts";
import type { PacketState } from "./packet-state.ts";

/*
 * What the sender's socket notices of a failure. Not every error that gets back is told to the program: these are the rules for
 * one that asks for nothing special (no IP_RECVERR), as resolvers and most clients are; ping asks for all errors.
 */

const [icmp, icmp6, tcp, udp] = [1, 58, 6, 17];

/** The codes of "destination unreachable" that are no fatal errors (net/ipv4/icmp.c, icmp_err_convert; net/ipv6/icmp.c, icmpv6_err_convert). */
const passing = { 4: new Set([0, 1, 4, 5, 11, 12]), 6: new Set([0, 2, 3]) };

/**
 * Whether the sender is told when the rules of its own namespace drop the packet on the way out. A datagram's `sendto` fails with
 * "operation not permitted"; TCP takes its segment for lost and tries again (net/ipv4/tcp_output.c, tcp_connect).
 */
export const isOwnDropReported = ({ header }: PacketState): boolean => header.protocol !== tcp;

/**
 * Whether an ICMP error that gets back to the sender is told to its program: for a datagram only the fatal ones
 * (net/ipv4/udp.c, __udp4_lib_err; net/ipv6/udp.c), for TCP all while it connects and none later (net/ipv4/tcp_ipv4.c,
 * tcp_v4_err), for a ping all.
 */
export function isReportedToSocket({ header, family, established }: PacketState, { type, code }: IcmpError): boolean {
  const isUnreachable = type === (family === 4 ? 3 : 1);
  const isFatal = isUnreachable && !passing[family].has(code);
  switch (header.protocol) {
    case icmp:
    case icmp6:
      return true;
    case tcp:
      return !established;
    case udp:
      return isFatal;
    default:
      // SCTP ends an association only where the protocol is not there (net/sctp/input.c, sctp_v4_err).
      return family === 4 && isUnreachable && code === 2;
  }
}
