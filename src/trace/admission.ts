import { isLocal, passesReversePath } from "../dataplane/routing.ts";
import { interfaceSetting } from "../dataplane/settings.ts";
import type { Stack } from "../dataplane/types.ts";
import { formatAddress } from "../lib/address.ts";
import { isLoopback } from "../lib/address-class.ts";
import type { Reason } from "../reasons/reason.ts";
import type { PacketState, UnroutableReason } from "./packet-state.ts";

/** Why a packet cannot come in, if so, and what had to be assumed to tell. */
export interface Admission {
  readonly refused: { readonly reason: UnroutableReason; readonly why: Reason } | null;
  readonly assumes: readonly Reason[];
}

/**
 * Sources and destinations that cannot come in by this interface: loopback addresses without route_localnet, one's own
 * addresses without accept_local, and what the reverse-path filter keeps out (fib_validate_source). IPv4 only; IPv6 drops ::1.
 */
export function admit(stack: Stack, packet: PacketState, incoming: string): Admission {
  const { source, destination } = packet.header;
  const refuse = (reason: UnroutableReason, why: Reason, assumes: readonly Reason[] = []): Admission => ({
    refused: { reason, why },
    assumes,
  });
  const assumes: Reason[] = [];
  if (isLoopback(source) || isLoopback(destination)) {
    if (packet.family === 6) return refuse("martian", { code: "loopback-dropped", interface: incoming, setting: null });
    const localnet = interfaceSetting(stack, incoming, "route_localnet", stack.routesLocalnet(incoming) ? 1 : 0);
    if (localnet.value === 0)
      return refuse(
        "martian",
        { code: "loopback-dropped", interface: incoming, setting: localnet.key },
        localnet.assumes,
      );
    assumes.push(...localnet.assumes);
  }
  if (packet.family === 6) return { refused: null, assumes };
  if (isLocal(stack, source)) {
    const accepts = interfaceSetting(stack, incoming, "accept_local", 0);
    const why = {
      code: "own-source",
      address: formatAddress(source),
      namespace: stack.name,
      interface: incoming,
    } as const;
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
  const { key: setting, value } = filter;
  const why: Reason = { code: "reverse-path", interface: incoming, setting, value, address: formatAddress(source) };
  return refuse("reverse-path", why, filter.assumes);
}
