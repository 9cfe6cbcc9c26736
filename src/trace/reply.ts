import { invert } from "../dataplane/conntrack.ts";
import type { Tuple } from "../firewall/packet.ts";
import { type Address, formatAddress, sameAddress } from "../lib/address.ts";
import type { Reason } from "../reasons/reason.ts";
import type { Reply } from "./answer.ts";
import { ack, synAck } from "./first-packet.ts";
import type { Origin } from "./origin.ts";
import { type PacketState, type PathEnd, withDoubts } from "./packet-state.ts";
import { describeEnd } from "./rewrite.ts";

export interface Return {
  readonly reply: Reply;
  readonly end: PathEnd;
}

/** Sends the answer to a packet and says what becomes of it. */
export function answers(
  origin: Origin,
  packet: PacketState,
  back: (answer: PacketState) => readonly PathEnd[],
  isError = false,
): readonly Return[] {
  const answer: PacketState = {
    ...packet,
    header: invert(packet.header),
    icmp: packet.icmp === null ? null : { type: packet.family === 4 ? 0 : 129, code: 0 },
    tcpFlags: packet.header.protocol === 6 ? (packet.established ? ack : synAck) : null,
    // Only a ping is answered with the type of service that it came with (net/ipv4/icmp.c, icmp_reply; net/ipv6/icmp.c).
    tos: packet.icmp === null ? 0 : packet.tos,
    owner: null,
    mark: 0,
    tracked: null,
    steps: [],
    hops: 0,
  };
  return back(answer).map((end) => ({ end, reply: toReply(origin, packet, end, isError) }));
}

/** The steps of the way there stay the way; the way back adds only its doubts and assumptions to it. */
export function merged(there: PacketState, back: PacketState): PacketState {
  return withDoubts(there, back.because, back.assumes);
}

function toReply(
  origin: Origin,
  packet: PacketState,
  { packet: answer, disposition }: PathEnd,
  isError: boolean,
): Reply {
  const { steps } = answer;
  const failed = (verdict: Reply["verdict"], why: Reason): Reply => ({ verdict, because: [why], steps });
  switch (disposition.kind) {
    case "unknown":
      return failed("unknown", disposition.why);
    case "dropped":
      return failed("dropped", disposition.why);
    case "rejected":
      return failed("rejected", { code: "answer-rejected", with: disposition.with });
    case "unroutable":
      return failed("unroutable", disposition.why);
    case "outside":
    case "local": {
      const home =
        origin.kind === "outside"
          ? disposition.kind === "outside" && disposition.segment === origin.segment.id
          : disposition.kind === "local" && disposition.stack.key === origin.stack.key;
      // Machines outside may have further ways to one another, which the snapshot does not show.
      const elsewhere = !home && origin.kind === "outside" && disposition.kind === "outside";
      if (!home && !elsewhere) {
        const at = disposition.kind === "outside" ? disposition.interface : disposition.stack.name;
        return failed("dropped", { code: "answer-astray", at });
      }
      const expected = packet.sent;
      if (!isError && expected !== null && !isAnswerTo(expected, answer.header)) {
        return failed("dropped", {
          code: "answer-from-other",
          from: describeEnd(answer.header.source, answer.header.sourcePort),
          expected: describeEnd(expected.destination, expected.destinationPort),
        });
      }
      if (elsewhere) {
        const { interface: came } = origin.segment;
        return failed("unknown", {
          code: "answer-other-uplink",
          interface: disposition.interface,
          came,
          address: formatAddress(answer.header.destination),
        });
      }
      return { verdict: "delivered", because: [], steps };
    }
  }
}

function isAnswerTo(sent: Tuple, answer: Tuple): boolean {
  const samePort = (a: Tuple["sourcePort"], b: Tuple["sourcePort"]) => a?.from === b?.from && a?.to === b?.to;
  const same = (a: Address, b: Address) => sameAddress(a, b);
  return (
    same(sent.destination, answer.source) &&
    same(sent.source, answer.destination) &&
    samePort(sent.destinationPort, answer.sourcePort) &&
    samePort(sent.sourcePort, answer.destinationPort)
  );
}
