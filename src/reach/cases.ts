import { type Address, formatAddress, sameAddress } from "../lib/address.ts";
import type { Host, ListeningSocket } from "../model/host.ts";
import type { Answer, BehindProxy, Receiver, Reply, Verdict } from "./answer.ts";
import { type Asked, firstFlight } from "./first-flight.ts";
import { type End, type Flight, type Landing, withDoubts, withStep } from "./flight.ts";
import type { Walk } from "./hand-over.ts";
import { hearsOfError, hearsOfOwnDrop } from "./hears.ts";
import { describeEnd } from "./hooks.ts";
import { rejectionError } from "./icmp-errors.ts";
import { onlyPort, portProtocol, whoListens } from "./listeners.ts";
import type { Origin } from "./origin.ts";
import { hostReceiver, type ProxyTarget } from "./proxy.ts";
import type { Target } from "./question.ts";
import { tellByIcmp, tellByReset, tellNobodyListens } from "./refusal.ts";
import { answers, merged } from "./reply.ts";
import { residentStack } from "./residents.ts";
import { lookupRoute, selectSource } from "./routing.ts";
import type { Segment, Stack } from "./stack.ts";
import { receiveFromOutside, send } from "./walk.ts";

/** One way in which the question may come out. */
export interface Case {
  readonly verdict: Verdict;
  readonly deliveredTo: Receiver | null;
  readonly sourceSeen: string | null;
  readonly rejectedWith: string | null;
  readonly reason: Answer["reason"];
  readonly failure: Answer["failure"];
  /** The namespace that took it in, where nobody listens; also when its refusal gets lost. */
  readonly refusedBy: string | null;
  readonly behindProxy: BehindProxy | null;
  readonly why: readonly string[];
  readonly flight: Flight;
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
export function casesOf(
  host: Host,
  walk: Walk,
  origin: Origin,
  target: Target,
  end: End,
  asked: Asked,
): readonly Case[] {
  const { flight, landing } = end;
  switch (landing.kind) {
    case "unknown":
      return [{ ...nothing, verdict: "unknown", why: [landing.why], flight }];
    case "dropped":
      return [
        {
          ...nothing,
          verdict: "dropped",
          failure: landing.atSender && hearsOfOwnDrop(flight) ? "refusal" : "silence",
          why: [landing.why],
          flight,
        },
      ];
    case "unroutable":
      return unroutable(walk, origin, flight, landing);
    case "rejected":
      return rejected(walk, origin, flight, landing);
    case "outside": {
      const segment = walk.world.segments.get(landing.segment);
      return segment === undefined ? [] : outside(host, walk, origin, target, flight, segment, asked);
    }
    case "local": {
      const stack = walk.world.stacks.get(landing.stack);
      return stack === undefined ? [] : takenIn(host, walk, origin, target, flight, stack, landing.incoming, asked);
    }
  }
}

/** Machines outside got it, unless its destination is in here: then it went astray, and only a router outside could send it back. */
function outside(
  host: Host,
  walk: Walk,
  origin: Origin,
  target: Target,
  flight: Flight,
  segment: Segment,
  asked: Asked,
): readonly Case[] {
  const { destination, destinationPort } = flight.header;
  const address = formatAddress(destination);
  const owner = residentStack(walk.world, destination);
  if (owner === null) {
    const deliveredTo: Receiver = {
      kind: "outside",
      name: address,
      names: [],
      address,
      port: onlyPort(destinationPort),
    };
    return delivered(origin, flight, deliveredTo, (answer) => receiveFromOutside(walk, segment, answer));
  }
  const why = `${address} is ${owner.id}'s, but the packet leaves by ${segment.interface}`;
  const astray: Case = {
    ...nothing,
    verdict: "unroutable",
    reason: "misrouted",
    failure: "silence",
    why: [why],
    flight,
  };
  if (flight.steps.some(({ kind }) => kind === "return")) return [astray];
  const returned = withStep(flight, {
    kind: "return",
    namespace: "outside",
    text: "a router outside may send it back",
    sources: [],
  });
  const cases = receiveFromOutside(walk, segment, returned).flatMap((end) =>
    casesOf(host, walk, origin, target, end, asked),
  );
  if (cases.every(({ verdict }) => verdict !== "delivered" && verdict !== "refused" && verdict !== "unknown"))
    return [astray];
  return [
    {
      ...nothing,
      verdict: "unknown",
      why: [`${why}: whether a router outside sends it back is in no capture`],
      flight,
    },
  ];
}

/** A namespace took the packet in: now somebody has to listen. */
function takenIn(
  host: Host,
  walk: Walk,
  origin: Origin,
  target: Target,
  flight: Flight,
  stack: Stack,
  incoming: string,
  asked: Asked,
): readonly Case[] {
  const deliveredTo = receiverIn(stack, flight);
  const back = (answer: Flight) => send(walk, stack, answer);
  // A socket of one address answers from it; others may leave it to the route.
  const taken = (socket: ListeningSocket | null): Flight =>
    (socket !== null && socket.address !== null) || otherAnswerSource(stack, flight) === null
      ? flight
      : withDoubts(
          flight,
          [],
          [
            `the server on ${describeEnd(flight.header.destination, flight.header.destinationPort)}/udp answers from the address it was asked at`,
          ],
        );
  const port = onlyPort(flight.header.destinationPort);
  const protocol = portProtocol(flight.header.protocol);
  if (protocol === null || port === null || asked.state === "established")
    return delivered(origin, flight, deliveredTo, back);
  const who = `${describeEnd(flight.header.destination, flight.header.destinationPort)}/${protocol} of ${stack.id}`;
  if (stack.id === "host") {
    const receiver = hostReceiver(host, stack, flight.header.protocol, flight.header.destination, port, incoming);
    if (receiver.kind === "proxy")
      return proxied(host, walk, origin, target, flight, receiver.target, deliveredTo, asked);
    if (receiver.kind === "unknown-proxy") {
      const why = `${who}: ${receiver.why}`;
      return [{ ...nothing, verdict: "unknown", why: [why], flight }];
    }
    if (receiver.kind === "nobody") return refused(walk, origin, flight, deliveredTo, who, stack);
    const assumes = receiver.kind === "socket" ? [] : [`something listens on ${who}: ${receiver.why}`];
    const socket = receiver.kind === "socket" ? receiver.socket : null;
    return delivered(origin, withDoubts(taken(socket), [], assumes), deliveredTo, back);
  }
  const found = whoListens(stack, protocol, flight.header.destination, port, incoming);
  switch (found.kind) {
    case "nobody":
      return refused(walk, origin, flight, deliveredTo, who, stack);
    case "not-known":
      return delivered(
        origin,
        withDoubts(flight, [], [`something listens on ${who}: ${found.why}`]),
        deliveredTo,
        back,
      );
    case "socket":
      return delivered(origin, taken(found.socket), deliveredTo, back);
  }
}

function receiverIn(stack: Stack, { header }: Flight): Receiver {
  const isHost = stack.id === "host";
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
  flight: Flight,
  deliveredTo: Receiver,
  back: (answer: Flight) => readonly End[],
): readonly Case[] {
  const sourceSeen = formatAddress(flight.header.source);
  return answers(origin, flight, back).map(({ reply, end }) =>
    reply.verdict === "delivered" || reply.verdict === "unknown"
      ? {
          ...nothing,
          verdict: reply.verdict === "unknown" ? "unknown" : "delivered",
          deliveredTo,
          sourceSeen,
          why: reply.because,
          flight: merged(flight, end.flight),
          reply,
        }
      : {
          ...nothing,
          verdict: "dropped",
          failure: "silence",
          why: [`the answer does not come back: ${reply.because.join("; ")}`],
          flight: merged(flight, end.flight),
          reply,
        },
  );
}

/** Nobody listens: the kernel answers with a reset or an ICMP error, which has to come back, too. */
function refused(
  walk: Walk,
  origin: Origin,
  flight: Flight,
  deliveredTo: Receiver,
  who: string,
  stack: Stack,
): readonly Case[] {
  const why = `nobody listens on ${who}`;
  const ended = withStep(flight, { kind: "end", namespace: deliveredTo.name, text: why, sources: [] });
  return tellNobodyListens(walk, origin, stack, ended).map(({ reply, end }) => {
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
      flight: merged(flight, end.flight),
      reply,
    };
  });
}

/** There is no way on; where that is told by ICMP, it has to come back to be heard. */
function unroutable(
  walk: Walk,
  origin: Origin,
  flight: Flight,
  { reason, loud, why, error }: Extract<Landing, { kind: "unroutable" }>,
): readonly Case[] {
  const failed = { ...nothing, verdict: "unroutable", reason, why: [why], flight } as const;
  const stack = error === undefined ? undefined : walk.world.stacks.get(error.stack);
  if (error === undefined || stack === undefined) return [{ ...failed, failure: loud ? "refusal" : "silence" }];
  return tellByIcmp(walk, origin, stack, flight, error).map(({ reply, end }) => ({
    ...failed,
    failure: failureTold(reply, hearsOfError(flight, error)),
    flight: merged(flight, end.flight),
    reply,
  }));
}

/** What a sender notices of a packet that tells it of a failure: nothing where it does not get back, or its socket does not hear of it. */
function failureTold({ verdict }: Reply, isHeard: boolean): Case["failure"] {
  if (verdict === "unknown") return isHeard ? null : "silence";
  return verdict === "delivered" && isHeard ? "refusal" : "silence";
}

/** A firewall's refusal is a packet of its own, from the namespace that refused. */
function rejected(
  walk: Walk,
  origin: Origin,
  flight: Flight,
  landing: Extract<Landing, { kind: "rejected" }>,
): readonly Case[] {
  const stack = walk.world.stacks.get(landing.stack);
  const why = flight.steps.at(-1)?.text ?? landing.with;
  if (stack === undefined) return [];
  const error = rejectionError(landing.with, flight.family);
  const isToldAnyway = landing.atSender && hearsOfOwnDrop(flight);
  const told =
    error === null
      ? tellByReset(walk, origin, stack, flight, landing.port)
      : tellByIcmp(walk, origin, stack, flight, error);
  return told.map(({ reply, end }) => ({
    ...nothing,
    verdict: reply.verdict === "unknown" ? "unknown" : "rejected",
    rejectedWith: landing.with,
    failure: isToldAnyway ? "refusal" : failureTold(reply, error === null || hearsOfError(flight, error)),
    why: reply.verdict === "delivered" ? [why] : [why, ...reply.because],
    flight: merged(flight, end.flight),
    reply,
  }));
}

/**
 * docker-proxy takes the connection and makes one of its own to the container, which therefore sees the host as its client. A
 * TCP client is connected to the proxy in any case; over UDP it hears nothing when the proxy gets no answer.
 */
function proxied(
  host: Host,
  walk: Walk,
  origin: Origin,
  target: Target,
  flight: Flight,
  proxy: ProxyTarget,
  deliveredTo: Receiver,
  asked: Asked,
): readonly Case[] {
  const stack = walk.world.stacks.get("host");
  if (stack === undefined) return [];
  const { port, address } = proxy;
  const text = `docker-proxy takes it and connects to ${describeEnd(address, { from: port.containerPort, to: port.containerPort })} (${port.container})`;
  const first = withStep(withDoubts(flight, [], proxy.assumes), {
    kind: "proxy",
    namespace: "host",
    text,
    sources: port.sources,
  });
  const { from, before } = host.engine.release;
  const other = from !== null && from >= 28 ? null : otherAnswerSource(stack, flight);
  if (other !== null && (before === null || before > 28)) {
    const at = other === "unsent" ? "no address, since it has no route back" : formatAddress(other);
    const why = `before Docker 28 docker-proxy answers UDP from ${at}, and which version this is was not captured`;
    return [{ ...nothing, verdict: "unknown", why: [why], flight: first }];
  }
  if (other === "unsent") {
    const why = [`the answer does not come back: host has no route to ${formatAddress(flight.header.source)} for it`];
    return [{ ...nothing, verdict: "dropped", failure: "silence", why, flight: first }];
  }
  // Until 27 docker-proxy left it to the route which address it answers from (cmd/docker-proxy/udp_proxy_linux.go).
  const back = (answer: Flight) =>
    send(walk, stack, other === null ? answer : { ...answer, header: { ...answer.header, source: other } });
  return answers(origin, first, back).flatMap(({ reply, end }): readonly Case[] => {
    const way = merged(first, end.flight);
    if (reply.verdict === "unknown")
      return [{ ...nothing, verdict: "unknown", why: reply.because, flight: way, reply }];
    if (reply.verdict !== "delivered") {
      return [
        {
          ...nothing,
          verdict: "dropped",
          failure: "silence",
          why: [`the answer does not come back: ${reply.because.join("; ")}`],
          flight: way,
          reply,
        },
      ];
    }
    const inner: Origin = { kind: "stack", stack, source: null };
    const innerTarget: Target = { address, protocol: target.protocol, port: port.containerPort, assumes: [] };
    const fresh = firstFlight(inner, innerTarget, asked);
    const second = send(walk, stack, {
      ...fresh,
      // dockerd starts it as root.
      owner: { uid: 0, gid: 0 },
      steps: way.steps,
      because: way.because,
      assumes: [...new Set([...way.assumes, ...fresh.assumes])],
    });
    return second
      .flatMap((last) => casesOf(host, walk, inner, innerTarget, last, asked))
      .map((one) => takenInVain(one, target, deliveredTo));
  });
}

/** A case of the proxy's own connection as one of its client's: where it fails the proxy has taken the client's in vain. */
function takenInVain(one: Case, target: Target, proxy: Receiver): Case {
  const { verdict, refusedBy, flight, reply } = one;
  if (verdict === "delivered" || verdict === "unknown") return one;
  const why = [`docker-proxy takes the connection but cannot pass it on: ${one.why.join("; ")}`];
  const vain = { ...nothing, behindProxy: { verdict, refusedBy }, why, flight, reply };
  if (target.protocol === 6) return { ...vain, verdict: "delivered", deliveredTo: proxy };
  return { ...vain, verdict: "dropped", failure: "silence" };
}

/**
 * The address that a UDP answer gets when its server leaves that to the route back, where it is another than the one that was
 * asked; `unsent` where that route has no way on. Null otherwise.
 */
function otherAnswerSource(stack: Stack, { header }: Flight): Address | "unsent" | null {
  if (header.protocol !== 17) return null;
  const [route] = lookupRoute(stack, { destination: header.source, source: null, incoming: null, mark: 0 }).results;
  if (route === undefined || (route.kind === "none" && !stack.routesKnown[header.source.family])) return null;
  if (route.kind === "open") return null;
  if (!("device" in route)) return "unsent";
  const source = selectSource(stack, header.source, route);
  return source === null || sameAddress(source, header.destination) ? null : source;
}
