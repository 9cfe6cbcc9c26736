import type { Reply } from "./answer.ts";
import { sendIcmpError, sendReset } from "./error-replies.ts";
import { rejectionError } from "./icmp-errors.ts";
import { type Inquiry, nothing, type Outcome } from "./outcome.ts";
import type { Disposition, PacketState } from "./packet-state.ts";
import { merged } from "./reply.ts";
import { isOwnDropReported, isReportedToSocket } from "./socket-errors.ts";

/** There is no way on; where that is told by ICMP, it has to come back to be heard. */
export function unroutable(
  { context, origin }: Inquiry,
  packet: PacketState,
  { reason, loud, why, error }: Extract<Disposition, { kind: "unroutable" }>,
): readonly Outcome[] {
  const failed = { ...nothing, verdict: "unroutable", reason, why: [why], packet } as const;
  if (error === undefined) return [{ ...failed, failure: loud ? "refusal" : "silence" }];
  return sendIcmpError(context, origin, error.stack, packet, error).map(({ reply, end }) => ({
    ...failed,
    failure: failureTold(reply, isReportedToSocket(packet, error)),
    packet: merged(packet, end.packet),
    reply,
  }));
}

/** What a sender notices of a packet that tells it of a failure: nothing where it does not get back, or its socket does not hear of it. */
function failureTold({ verdict }: Reply, isHeard: boolean): Outcome["failure"] {
  if (verdict === "unknown") return isHeard ? null : "silence";
  return verdict === "delivered" && isHeard ? "refusal" : "silence";
}

/** A firewall's refusal is a packet of its own, from the namespace that refused. */
export function rejected(
  { context, origin }: Inquiry,
  packet: PacketState,
  disposition: Extract<Disposition, { kind: "rejected" }>,
): readonly Outcome[] {
  const { stack, why } = disposition;
  const error = rejectionError(disposition.with, packet.family);
  const isToldAnyway = disposition.atSender && isOwnDropReported(packet);
  const told =
    error === null
      ? sendReset(context, origin, stack, packet, disposition.port)
      : sendIcmpError(context, origin, stack, packet, error);
  return told.map(({ reply, end }) => ({
    ...nothing,
    verdict: reply.verdict === "unknown" ? "unknown" : "rejected",
    rejectedWith: disposition.with,
    failure: isToldAnyway ? "refusal" : failureTold(reply, error === null || isReportedToSocket(packet, error)),
    why: reply.verdict === "delivered" ? [why] : [why, ...reply.because],
    packet: merged(packet, end.packet),
    reply,
  }));
}
