import type { Tuple } from "../firewall/packet.ts";
import { type Address, formatAddress, sameAddress } from "../lib/address.ts";
import type { Reply } from "./answer.ts";
import { invert } from "./conntrack.ts";
import { ack, synAck } from "./first-flight.ts";
import { type End, type Flight, withDoubts } from "./flight.ts";
import { describeEnd } from "./hooks.ts";
import type { Origin } from "./origin.ts";

export interface Return {
  readonly reply: Reply;
  readonly end: End;
}

/** Sends the answer to a packet and says what becomes of it. */
export function answers(
  origin: Origin,
  flight: Flight,
  back: (answer: Flight) => readonly End[],
  isError = false,
): readonly Return[] {
  const answer: Flight = {
    ...flight,
    header: invert(flight.header),
    icmp: flight.icmp === null ? null : { type: flight.family === 4 ? 0 : 129, code: 0 },
    tcpFlags: flight.header.protocol === 6 ? (flight.established ? ack : synAck) : null,
    // Only a ping is answered with the type of service that it came with (net/ipv4/icmp.c, icmp_reply; net/ipv6/icmp.c).
    tos: flight.icmp === null ? 0 : flight.tos,
    owner: null,
    mark: 0,
    tracked: null,
    steps: [],
    hops: 0,
  };
  return back(answer).map((end) => ({ end, reply: toReply(origin, flight, end, isError) }));
}

/** The steps of the way there stay the way; the walk back adds only its doubts and assumptions to it. */
export function merged(there: Flight, back: Flight): Flight {
  return withDoubts(there, back.because, back.assumes);
}

function toReply(origin: Origin, flight: Flight, { flight: answer, landing }: End, isError: boolean): Reply {
  const { steps } = answer;
  const failed = (verdict: Reply["verdict"], why: string): Reply => ({ verdict, because: [why], steps });
  switch (landing.kind) {
    case "unknown":
      return failed("unknown", landing.why);
    case "dropped":
      return failed("dropped", landing.why);
    case "rejected":
      return failed("rejected", `rejected with ${landing.with}`);
    case "unroutable":
      return failed("unroutable", landing.why);
    case "outside":
    case "local": {
      const home =
        origin.kind === "outside"
          ? landing.kind === "outside" && landing.segment === origin.segment.id
          : landing.kind === "local" && landing.stack === origin.stack.id;
      // Machines outside may have further ways to one another, which the snapshot does not show.
      const elsewhere = !home && origin.kind === "outside" && landing.kind === "outside";
      if (!home && !elsewhere) {
        const at = landing.kind === "outside" ? landing.interface : landing.stack;
        return failed("dropped", `the answer ends up at ${at}, not where the packet came from`);
      }
      const expected = flight.sent;
      if (!isError && expected !== null && !isAnswerTo(expected, answer.header)) {
        return failed(
          "dropped",
          `the answer comes from ${describeEnd(answer.header.source, answer.header.sourcePort)}, but the sender waits for one from ${describeEnd(expected.destination, expected.destinationPort)}`,
        );
      }
      if (elsewhere) {
        const { interface: came } = origin.segment;
        const to = formatAddress(answer.header.destination);
        const why = `the answer leaves by ${landing.interface}, but the packet came in by ${came}: whether it reaches ${to} from there is in no capture`;
        return failed("unknown", why);
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
