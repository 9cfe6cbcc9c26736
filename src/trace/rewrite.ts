import { translate } from "../dataplane/conntrack.ts";
import type { HookState } from "../dataplane/hook-state.ts";
import { decideNat } from "../dataplane/nat.ts";
import type { Stack } from "../dataplane/types.ts";
import type { Nat } from "../firewall/actions.ts";
import type { PortRange, Tuple } from "../firewall/packet.ts";
import type { Hook } from "../firewall/rules.ts";
import { type Address, formatAddress, sameAddress } from "../lib/address.ts";
import { formatEndpoint } from "../lib/endpoint.ts";
import { type PacketState, withDoubts, withStep } from "./packet-state.ts";
import { entryOf, putEntry } from "./tracking.ts";

/** The packet with what a NAT target decided for its connection: several where the kernel picks. */
export function applyDecision(
  stack: Stack,
  packet: PacketState,
  nat: Nat,
  hook: Hook,
  at: HookState,
): readonly PacketState[] {
  const entry = entryOf(stack, packet);
  if (entry === undefined || packet.tracked?.kind !== "entry") return [packet];
  const { index } = packet.tracked;
  return decideNat(stack, entry, packet, nat, hook, at).map(({ entry: decided, because }) =>
    withDoubts(putEntry(stack, packet, index, decided), because),
  );
}

/** The packet as NAT of its connection writes one side of it, with a line of the way where that changes anything. */
export function rewrite(stack: Stack, packet: PacketState, side: "source" | "destination", hook: Hook): PacketState {
  const entry = entryOf(stack, packet);
  if (entry === undefined || packet.tracked?.kind !== "entry") return packet;
  const { direction } = packet.tracked;
  const header = translate(entry, direction, side, packet.header);
  const ends = (tuple: Tuple): readonly [Address, PortRange | null] =>
    side === "source" ? [tuple.source, tuple.sourcePort] : [tuple.destination, tuple.destinationPort];
  const [before, after] = [ends(packet.header), ends(header)];
  if (sameAddress(before[0], after[0]) && before[1]?.from === after[1]?.from && before[1]?.to === after[1]?.to)
    return packet;
  const text = `${side} ${describeEnd(...before)} becomes ${describeEnd(...after)}${direction === "reply" ? ", as NAT on the way there asks for" : ""}`;
  // In OUTPUT another destination is another way (nf_nat_ipv4_local_fn in nf_nat_proto.c).
  const reroutedBy = hook === "output" && !sameAddress(before[0], after[0]) ? packet.mark : packet.reroutedBy;
  return withStep({ ...packet, header, reroutedBy }, { kind: "rewrite", namespace: stack.name, text, sources: [] });
}

/** `172.18.0.2:80`, `[fd00::2]:80`; a port of which only the range is known is left out. */
export function describeEnd(address: Address, port: PortRange | null): string {
  if (port === null || port.from !== port.to) return formatAddress(address);
  return formatEndpoint(address, port.from);
}
