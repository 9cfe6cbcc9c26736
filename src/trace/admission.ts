import { isLocal, passesReversePath } from "../dataplane/routing.ts";
import { interfaceSetting } from "../dataplane/settings.ts";
import type { Stack } from "../dataplane/types.ts";
import { type Address, formatAddress } from "../lib/address.ts";
import type { PacketState, UnroutableReason } from "./packet-state.ts";

/** Why a packet cannot come in, if so, and what had to be assumed to tell. */
export interface Admission {
  readonly refused: { readonly reason: UnroutableReason; readonly why: string } | null;
  readonly assumes: readonly string[];
}

/**
 * Sources and destinations that cannot come in by this interface: loopback addresses without route_localnet, one's own
 * addresses without accept_local, and what the reverse-path filter keeps out (fib_validate_source). IPv4 only; IPv6 drops ::1.
 */
export function admit(stack: Stack, packet: PacketState, incoming: string): Admission {
  const { source, destination } = packet.header;
  const isLoopback = ({ family, value }: Address) => (family === 4 ? value >> 24n === 127n : value === 1n);
  const refuse = (reason: UnroutableReason, why: string, assumes: readonly string[] = []): Admission => ({
    refused: { reason, why },
    assumes,
  });
  const assumes: string[] = [];
  if (isLoopback(source) || isLoopback(destination)) {
    if (packet.family === 6) return refuse("martian", `loopback addresses are dropped on ${incoming}`);
    const localnet = interfaceSetting(stack, incoming, "route_localnet", stack.routesLocalnet(incoming) ? 1 : 0);
    if (localnet.value === 0)
      return refuse("martian", `loopback addresses are dropped on ${incoming} (${localnet.key} = 0)`, localnet.assumes);
    assumes.push(...localnet.assumes);
  }
  if (packet.family === 6) return { refused: null, assumes };
  if (isLocal(stack, source)) {
    const accepts = interfaceSetting(stack, incoming, "accept_local", 0);
    const why = `${formatAddress(source)} is an address of ${stack.id} itself: a packet from it cannot come in by ${incoming}`;
    return accepts.value === 0
      ? refuse("martian", why, accepts.assumes)
      : { refused: null, assumes: [...assumes, ...accepts.assumes] };
  }
  const filter = interfaceSetting(stack, incoming, "rp_filter", 0);
  const mark = interfaceSetting(stack, incoming, "src_valid_mark", 0).value > 0 ? packet.mark : 0;
  const passes = (mode: "strict" | "loose") => passesReversePath(stack, packet.header, incoming, mode, mark);
  // A filter that would let it in whatever its setting is needs no assumption.
  if (passes("strict")) return { refused: null, assumes };
  if (filter.value === 0 || (filter.value === 2 && passes("loose")))
    return { refused: null, assumes: [...assumes, ...filter.assumes] };
  const why = `the reverse-path filter of ${incoming} (${filter.key} = ${filter.value}) drops it: the way back to ${formatAddress(source)} is another`;
  return refuse("reverse-path", why, filter.assumes);
}
