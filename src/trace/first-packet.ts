import type { Origin } from "./origin.ts";
import type { PacketState } from "./packet-state.ts";
import type { Target } from "./question.ts";

/** The kernel's default range of clients' ports (net.ipv4.ip_local_port_range). */
const ephemeral = { from: 32768, to: 60999 };

const syn = 0x02;
/** A segment in the middle of a TCP connection, and the answer to its first one. */
export const ack = 0x10;
export const synAck = 0x12;

/** How a question is asked, beside from where and to what. */
export interface QuestionOptions {
  /** `established`: a packet in the middle of a connection that was there before. Default `new`. */
  readonly state?: "new" | "established";
  /** The client's port, where a rule asks for it; otherwise any of the kernel's ephemeral ones. */
  readonly sourcePort?: number;
}

/** The packet as its sender makes it. A sender in a namespace has no address yet: the route gives it one. */
export function firstPacket(origin: Origin, target: Target, asked: QuestionOptions): PacketState {
  const { address, protocol, port } = target;
  const established = asked.state === "established";
  const source =
    origin.kind === "outside"
      ? origin.source(address.family)
      : (origin.source ?? { family: address.family, value: 0n });
  const hasPorts = port !== null;
  const sourcePort = asked.sourcePort === undefined ? ephemeral : { from: asked.sourcePort, to: asked.sourcePort };
  return {
    family: address.family,
    header: {
      protocol,
      source,
      destination: address,
      sourcePort: hasPorts ? sourcePort : null,
      destinationPort: port === null ? null : { from: port, to: port },
    },
    sent: null,
    icmp: hasPorts ? null : { type: address.family === 4 ? 8 : 128, code: 0 },
    tcpFlags: protocol === 6 ? (established ? ack : syn) : null,
    // Who sends it knows better.
    ttl: { from: 0, to: 255 },
    tos: 0,
    owner: null,
    mark: 0,
    reroutedBy: null,
    entries: new Map(),
    changedSets: new Map(),
    tracked: null,
    established,
    icmpError: null,
    steps: [],
    because: [],
    assumes: [...target.assumes, ...(origin.kind === "outside" ? origin.assumes : [])],
    hops: 0,
  };
}
