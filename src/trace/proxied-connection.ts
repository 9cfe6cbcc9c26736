import { formatAddress } from "../lib/address.ts";
import { onceEach, type Reason, saidBy } from "../reasons/reason.ts";
import type { Receiver } from "./answer.ts";
import type { ProxyTarget } from "./docker-proxy.ts";
import { firstPacket } from "./first-packet.ts";
import type { Origin } from "./origin.ts";
import { type Inquiry, nothing, type Outcome } from "./outcome.ts";
import { type PacketState, withDoubts, withStep } from "./packet-state.ts";
import type { Target } from "./question.ts";
import { answers, merged } from "./reply.ts";
import { describeEnd } from "./rewrite.ts";
import { otherAnswerSource } from "./udp-answer.ts";
import { send } from "./walk.ts";

/**
 * docker-proxy takes the connection and makes one of its own to the container, which therefore sees the host as its client. A
 * TCP client is connected to the proxy in any case; over UDP it hears nothing when the proxy gets no answer.
 */
export function proxied(
  inquiry: Inquiry,
  packet: PacketState,
  proxy: ProxyTarget,
  deliveredTo: Receiver,
): readonly Outcome[] {
  const { context, origin, target, asked } = inquiry;
  const { own: stack, host } = context.dataplane;
  const { port, address } = proxy;
  const text = `docker-proxy takes it and connects to ${describeEnd(address, { from: port.containerPort, to: port.containerPort })} (${port.container})`;
  const first = withStep(withDoubts(packet, [], proxy.assumes), {
    kind: "proxy",
    namespace: stack.name,
    text,
    sources: port.sources,
  });
  const { from, before } = host.engine.release;
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
      .flatMap((last) => inquiry.outcomesOf({ ...inquiry, origin: inner, target: innerTarget }, last))
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
