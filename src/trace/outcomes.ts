import { onlyPort, whoListens } from "../dataplane/listeners.ts";
import { residentStack } from "../dataplane/local-addresses.ts";
import { lookupRoute, selectSource } from "../dataplane/routing.ts";
import type { Segment, Stack } from "../dataplane/types.ts";
import { type Address, formatAddress, sameAddress } from "../lib/address.ts";
import { transportOf } from "../lib/protocol.ts";
import type { ListeningSocket } from "../model/host.ts";
import { onceEach, type Reason, saidBy, say } from "../reasons/reason.ts";
import type { Answer, BehindProxy, Receiver, Reply, Verdict } from "./answer.ts";
import { hostReceiver, type ProxyTarget } from "./docker-proxy.ts";
import { sendIcmpError, sendPortUnreachable, sendReset } from "./error-replies.ts";
import { firstPacket, type QuestionOptions } from "./first-packet.ts";
import { describeEnd } from "./hooks.ts";
import { rejectionError } from "./icmp-errors.ts";
import type { Origin } from "./origin.ts";
import { type Disposition, type PacketState, type PathEnd, withDoubts, withStep } from "./packet-state.ts";
import type { Target } from "./question.ts";
import { answers, merged } from "./reply.ts";
import { isOwnDropReported, isReportedToSocket } from "./socket-errors.ts";
import type { TraceContext } from "./transfer.ts";
import { receiveFromOutside, send } from "./walk.ts";

/** One way in which the question may come out. */
export interface Outcome {
  readonly verdict: Exclude<Verdict, "ambiguous">;
  readonly deliveredTo: Receiver | null;
  readonly sourceSeen: string | null;
  readonly rejectedWith: string | null;
  readonly reason: Answer["reason"];
  readonly failure: Answer["failure"];
  /** The namespace that took it in, where nobody listens; also when its refusal gets lost. */
  readonly refusedBy: string | null;
  readonly behindProxy: BehindProxy | null;
  readonly why: readonly Reason[];
  readonly packet: PacketState;
  readonly reply: Reply | null;
}

const nothing = {
  deliveredTo: null,
  sourceSeen: null,
  rejectedWith: null,
  reason: null,
  failure: null,
  refusedBy: null,
  behindProxy: null,
  why: [],
  reply: null,
} as const;

/** What becomes of a packet after its way: who takes it, and whether the answer comes back. */
export function outcomesOf(
  context: TraceContext,
  origin: Origin,
  target: Target,
  end: PathEnd,
  asked: QuestionOptions,
): readonly Outcome[] {
  const { packet, disposition } = end;
  switch (disposition.kind) {
    case "unknown":
      return [{ ...nothing, verdict: "unknown", why: [disposition.why], packet }];
    case "dropped":
      return [
        {
          ...nothing,
          verdict: "dropped",
          failure: disposition.atSender && isOwnDropReported(packet) ? "refusal" : "silence",
          why: [disposition.why],
          packet,
        },
      ];
    case "unroutable":
      return unroutable(context, origin, packet, disposition);
    case "rejected":
      return rejected(context, origin, packet, disposition);
    case "outside": {
      const segment = context.dataplane.segments.get(disposition.segment);
      return segment === undefined ? [] : outside(context, origin, target, packet, segment, asked);
    }
    case "local": {
      const stack = context.dataplane.stacks.get(disposition.stack);
      return stack === undefined ? [] : takenIn(context, origin, target, packet, stack, disposition.incoming, asked);
    }
  }
}

/** Machines outside got it, unless its destination is in here: then it went astray, and only a router outside could send it back. */
function outside(
  context: TraceContext,
  origin: Origin,
  target: Target,
  packet: PacketState,
  segment: Segment,
  asked: QuestionOptions,
): readonly Outcome[] {
  const { destination, destinationPort } = packet.header;
  const address = formatAddress(destination);
  const owner = residentStack(context.dataplane, destination);
  if (owner === null) {
    const deliveredTo: Receiver = {
      kind: "outside",
      name: address,
      names: [],
      address,
      port: onlyPort(destinationPort),
    };
    return delivered(origin, packet, deliveredTo, (answer) => receiveFromOutside(context, segment, answer));
  }
  const facts = { address, owner: owner.id, interface: segment.interface };
  const astray: Outcome = {
    ...nothing,
    verdict: "unroutable",
    reason: "misrouted",
    failure: "silence",
    why: [{ code: "misrouted", ...facts }],
    packet,
  };
  if (packet.steps.some(({ kind }) => kind === "return")) return [astray];
  const returned = withStep(packet, {
    kind: "return",
    namespace: "outside",
    text: "a router outside may send it back",
    sources: [],
  });
  const cases = receiveFromOutside(context, segment, returned).flatMap((end) =>
    outcomesOf(context, origin, target, end, asked),
  );
  if (cases.every(({ verdict }) => verdict !== "delivered" && verdict !== "refused" && verdict !== "unknown"))
    return [astray];
  return [
    {
      ...nothing,
      verdict: "unknown",
      why: [{ code: "maybe-sent-back", ...facts }],
      packet,
    },
  ];
}

/** A namespace took the packet in: now somebody has to listen. */
function takenIn(
  context: TraceContext,
  origin: Origin,
  target: Target,
  packet: PacketState,
  stack: Stack,
  incoming: string,
  asked: QuestionOptions,
): readonly Outcome[] {
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
  const who = `${describeEnd(packet.header.destination, packet.header.destinationPort)}/${protocol} of ${stack.id}`;
  if (stack.isHost) {
    const receiver = hostReceiver(
      context.dataplane.host,
      stack,
      packet.header.protocol,
      packet.header.destination,
      port,
      incoming,
    );
    if (receiver.kind === "proxy") return proxied(context, origin, target, packet, receiver.target, deliveredTo, asked);
    if (receiver.kind === "unknown-proxy") {
      return [
        { ...nothing, verdict: "unknown", why: [{ code: "proxy-unknown", socket: who, why: receiver.why }], packet },
      ];
    }
    if (receiver.kind === "nobody")
      return refused(context, origin, packet, deliveredTo, { who, isPublished: receiver.isPublished }, stack);
    const assumes = receiver.kind === "socket" ? [] : [listenerAssumed(who, receiver.why)];
    const socket = receiver.kind === "socket" ? receiver.socket : null;
    return delivered(origin, withDoubts(taken(socket), [], assumes), deliveredTo, back);
  }
  const found = whoListens(stack, protocol, packet.header.destination, port, incoming);
  switch (found.kind) {
    case "nobody":
      return refused(context, origin, packet, deliveredTo, { who, isPublished: false }, stack);
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
    name: stack.id,
    names: isHost ? ["host", ...stack.names] : stack.names,
    address: formatAddress(header.destination),
    port: onlyPort(header.destinationPort),
  };
}

/** Somebody got it; whether he can answer decides whether it is of any use. */
function delivered(
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
  context: TraceContext,
  origin: Origin,
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
      refusedBy: stack.id,
      why: heard ? [why] : [why, ...reply.because],
      packet: merged(packet, end.packet),
      reply,
    };
  });
}

/** There is no way on; where that is told by ICMP, it has to come back to be heard. */
function unroutable(
  context: TraceContext,
  origin: Origin,
  packet: PacketState,
  { reason, loud, why, error }: Extract<Disposition, { kind: "unroutable" }>,
): readonly Outcome[] {
  const failed = { ...nothing, verdict: "unroutable", reason, why: [why], packet } as const;
  const stack = error === undefined ? undefined : context.dataplane.stacks.get(error.stack);
  if (error === undefined || stack === undefined) return [{ ...failed, failure: loud ? "refusal" : "silence" }];
  return sendIcmpError(context, origin, stack, packet, error).map(({ reply, end }) => ({
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
function rejected(
  context: TraceContext,
  origin: Origin,
  packet: PacketState,
  disposition: Extract<Disposition, { kind: "rejected" }>,
): readonly Outcome[] {
  const stack = context.dataplane.stacks.get(disposition.stack);
  const { why } = disposition;
  if (stack === undefined) return [];
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

/**
 * docker-proxy takes the connection and makes one of its own to the container, which therefore sees the host as its client. A
 * TCP client is connected to the proxy in any case; over UDP it hears nothing when the proxy gets no answer.
 */
function proxied(
  context: TraceContext,
  origin: Origin,
  target: Target,
  packet: PacketState,
  proxy: ProxyTarget,
  deliveredTo: Receiver,
  asked: QuestionOptions,
): readonly Outcome[] {
  const stack = context.dataplane.own;
  const { port, address } = proxy;
  const text = `docker-proxy takes it and connects to ${describeEnd(address, { from: port.containerPort, to: port.containerPort })} (${port.container})`;
  const first = withStep(withDoubts(packet, [], proxy.assumes), {
    kind: "proxy",
    namespace: "host",
    text,
    sources: port.sources,
  });
  const { from, before } = context.dataplane.host.engine.release;
  const other = from !== null && from >= 28 ? null : otherAnswerSource(stack, packet);
  if (other !== null && (before === null || before > 28)) {
    const at = other === "unsent" ? "no address, since it has no route back" : formatAddress(other);
    return [{ ...nothing, verdict: "unknown", why: [{ code: "proxy-version-unknown", from: at }], packet: first }];
  }
  if (other === "unsent") {
    const why: Reason = { code: "answer-no-route", address: formatAddress(packet.header.source) };
    return [{ ...nothing, verdict: "dropped", failure: "silence", why: [why], packet: first }];
  }
  // Until 27 docker-proxy left it to the route which address it answers from (cmd/docker-proxy/udp_proxy_linux.go).
  const back = (answer: PacketState) =>
    send(context, stack, other === null ? answer : { ...answer, header: { ...answer.header, source: other } });
  return answers(origin, first, back).flatMap(({ reply, end }): readonly Outcome[] => {
    const way = merged(first, end.packet);
    if (reply.verdict === "unknown")
      return [{ ...nothing, verdict: "unknown", why: reply.because, packet: way, reply }];
    if (reply.verdict !== "delivered") {
      return [
        {
          ...nothing,
          verdict: "dropped",
          failure: "silence",
          why: [{ code: "answer-lost", ...saidBy(reply.because) }],
          packet: way,
          reply,
        },
      ];
    }
    const inner: Origin = { kind: "stack", stack, source: null };
    const innerTarget: Target = { address, protocol: target.protocol, port: port.containerPort, assumes: [] };
    const fresh = firstPacket(inner, innerTarget, asked);
    const second = send(context, stack, {
      ...fresh,
      // dockerd starts it as root.
      owner: { uid: 0, gid: 0 },
      steps: way.steps,
      because: way.because,
      assumes: onceEach([...way.assumes, ...fresh.assumes]),
    });
    return second
      .flatMap((last) => outcomesOf(context, inner, innerTarget, last, asked))
      .map((one) => takenInVain(one, target, deliveredTo));
  });
}

/** A case of the proxy's own connection as one of its client's: where it fails the proxy has taken the client's in vain. */
function takenInVain(one: Outcome, target: Target, proxy: Receiver): Outcome {
  const { verdict, refusedBy, packet, reply } = one;
  if (verdict === "delivered" || verdict === "unknown") return one;
  const why: readonly Reason[] = [{ code: "proxy-cannot-pass", ...saidBy(one.why) }];
  const vain = { ...nothing, behindProxy: { verdict, refusedBy }, why, packet, reply };
  if (target.protocol === 6) return { ...vain, verdict: "delivered", deliveredTo: proxy };
  return { ...vain, verdict: "dropped", failure: "silence" };
}

/**
 * The address that a UDP answer gets when its server leaves that to the route back, where it is another than the one that was
 * asked; `unsent` where that route has no way on. Null otherwise.
 */
function otherAnswerSource(stack: Stack, { header }: PacketState): Address | "unsent" | null {
  if (header.protocol !== 17) return null;
  const [route] = lookupRoute(stack, { destination: header.source, source: null, incoming: null, mark: 0 }).results;
  if (route === undefined || (route.kind === "none" && !stack.routesKnown[header.source.family])) return null;
  if (route.kind === "open") return null;
  if (!("device" in route)) return "unsent";
  const source = selectSource(stack, header.source, route);
  return source === null || sameAddress(source, header.destination) ? null : source;
}
