import { onlyPort } from "../dataplane/listeners.ts";
import { residentStack } from "../dataplane/local-addresses.ts";
import type { Segment } from "../dataplane/types.ts";
import { formatAddress } from "../lib/address.ts";
import { outsideWord } from "../model/namespace-id.ts";
import type { Receiver } from "./answer.ts";
import { delivered, takenIn } from "./delivery.ts";
import { rejected, unroutable } from "./failures.ts";
import { type Inquiry, nothing, type Outcome } from "./outcome.ts";
import { type PacketState, type PathEnd, withStep } from "./packet-state.ts";
import { isOwnDropReported } from "./socket-errors.ts";
import { receiveFromOutside } from "./walk.ts";

/** What becomes of a packet after its way: who takes it, and whether the answer comes back. */
export function outcomesOf(inquiry: Inquiry, end: PathEnd): readonly Outcome[] {
  const { packet, disposition } = end;
  const { dataplane } = inquiry.context;
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
      return unroutable(inquiry, packet, disposition);
    case "rejected":
      return rejected(inquiry, packet, disposition);
    case "outside": {
      const segment = dataplane.segments.get(disposition.segment);
      return segment === undefined ? [] : outside(inquiry, packet, segment);
    }
    case "local":
      return takenIn(inquiry, packet, disposition.stack, disposition.incoming);
  }
}

/** Machines outside got it, unless its destination is in here: then it went astray, and only a router outside could send it back. */
function outside(inquiry: Inquiry, packet: PacketState, segment: Segment): readonly Outcome[] {
  const { context, origin } = inquiry;
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
  const facts = { address, owner: owner.name, interface: segment.interface };
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
    namespace: outsideWord,
    text: "a router outside may send it back",
    sources: [],
  });
  const cases = receiveFromOutside(context, segment, returned).flatMap((end) => outcomesOf(inquiry, end));
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
