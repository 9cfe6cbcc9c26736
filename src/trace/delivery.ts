import { onlyPort, whoListens } from "../dataplane/listeners.ts";
import type { Stack } from "../dataplane/types.ts";
import { formatAddress } from "../lib/address.ts";
import { transportOf } from "../lib/protocol.ts";
import type { ListeningSocket } from "../model/host.ts";
import { type Reason, saidBy, say } from "../reasons/reason.ts";
import type { Receiver } from "./answer.ts";
import { hostReceiver } from "./docker-proxy.ts";
import { sendPortUnreachable } from "./error-replies.ts";
import type { Origin } from "./origin.ts";
import { type Inquiry, nothing, type Outcome } from "./outcome.ts";
import { type PacketState, type PathEnd, withDoubts, withStep } from "./packet-state.ts";
import { proxied } from "./proxied-connection.ts";
import { answers, merged } from "./reply.ts";
import { describeEnd } from "./rewrite.ts";
import { otherAnswerSource } from "./udp-answer.ts";
import { send } from "./walk.ts";

/** A namespace took the packet in: now somebody has to listen. */
export function takenIn(inquiry: Inquiry, packet: PacketState, stack: Stack, incoming: string): readonly Outcome[] {
  const { context, origin, asked } = inquiry;
  const deliveredTo = receiverIn(stack, packet);
  const back = (answer: PacketState) => send(context, stack, answer);
  // A socket of one address answers from it; others may leave it to the route.
  const taken = (socket: ListeningSocket | null): PacketState =>
    (socket !== null && socket.address !== null) || otherAnswerSource(stack, packet) === null
      ? packet
      : withDoubts(
          packet,
          [],
          [
            {
              code: "udp-answer-assumed",
              socket: `${describeEnd(packet.header.destination, packet.header.destinationPort)}/udp`,
            },
          ],
        );
  const port = onlyPort(packet.header.destinationPort);
  const protocol = transportOf(packet.header.protocol);
  if (protocol === null || port === null || asked.state === "established")
    return delivered(origin, packet, deliveredTo, back);
  const who = `${describeEnd(packet.header.destination, packet.header.destinationPort)}/${protocol} of ${stack.name}`;
  if (stack.isHost) {
    const receiver = hostReceiver(
      context.dataplane.host,
      stack,
      packet.header.protocol,
      packet.header.destination,
      port,
      incoming,
    );
    if (receiver.kind === "proxy") return proxied(inquiry, packet, receiver.target, deliveredTo);
    if (receiver.kind === "unknown-proxy") {
      return [
        { ...nothing, verdict: "unknown", why: [{ code: "proxy-unknown", socket: who, why: receiver.why }], packet },
      ];
    }
    if (receiver.kind === "nobody")
      return refused(inquiry, packet, deliveredTo, { who, isPublished: receiver.isPublished }, stack);
    const assumes = receiver.kind === "socket" ? [] : [listenerAssumed(who, receiver.why)];
    const socket = receiver.kind === "socket" ? receiver.socket : null;
    return delivered(origin, withDoubts(taken(socket), [], assumes), deliveredTo, back);
  }
  const found = whoListens(stack, protocol, packet.header.destination, port, incoming);
  switch (found.kind) {
    case "nobody":
      return refused(inquiry, packet, deliveredTo, { who, isPublished: false }, stack);
    case "not-known":
      return delivered(origin, withDoubts(packet, [], [listenerAssumed(who, found.why)]), deliveredTo, back);
    case "socket":
      return delivered(origin, taken(found.socket), deliveredTo, back);
  }
}

const listenerAssumed = (socket: string, why: string): Reason => ({ code: "listener-assumed", socket, why });

function receiverIn(stack: Stack, { header }: PacketState): Receiver {
  const isHost = stack.isHost;
  return {
    kind: isHost ? "host" : "container",
    name: stack.name,
    names: isHost ? [stack.name, ...stack.names] : stack.names,
    address: formatAddress(header.destination),
    port: onlyPort(header.destinationPort),
  };
}

/** Somebody got it; whether he can answer decides whether it is of any use. */
export function delivered(
  origin: Origin,
  packet: PacketState,
  deliveredTo: Receiver,
  back: (answer: PacketState) => readonly PathEnd[],
): readonly Outcome[] {
  const sourceSeen = formatAddress(packet.header.source);
  return answers(origin, packet, back).map(({ reply, end }) =>
    reply.verdict === "delivered" || reply.verdict === "unknown"
      ? {
          ...nothing,
          verdict: reply.verdict === "unknown" ? "unknown" : "delivered",
          deliveredTo,
          sourceSeen,
          why: reply.because,
          packet: merged(packet, end.packet),
          reply,
        }
      : {
          ...nothing,
          verdict: "dropped",
          failure: "silence",
          why: [{ code: "answer-lost", ...saidBy(reply.because) }],
          packet: merged(packet, end.packet),
          reply,
        },
  );
}

/** Nobody listens: the kernel answers with a reset or an ICMP error, which has to come back, too. */
function refused(
  { context, origin }: Inquiry,
  packet: PacketState,
  deliveredTo: Receiver,
  { who, isPublished }: { readonly who: string; readonly isPublished: boolean },
  stack: Stack,
): readonly Outcome[] {
  const why: Reason = { code: "nobody-listens", socket: who, isPublished };
  const ended = withStep(packet, { kind: "end", namespace: deliveredTo.name, text: say(why), sources: [] });
  return sendPortUnreachable(context, origin, stack, ended).map(({ reply, end }) => {
    const heard = reply.verdict === "delivered";
    const verdict = reply.verdict === "unknown" ? "unknown" : heard ? "refused" : "dropped";
    const failure = reply.verdict === "unknown" ? null : heard ? "refusal" : "silence";
    return {
      ...nothing,
      verdict,
      failure,
      deliveredTo: heard ? deliveredTo : null,
      refusedBy: stack.name,
      why: heard ? [why] : [why, ...reply.because],
      packet: merged(packet, end.packet),
      reply,
    };
  });
}
