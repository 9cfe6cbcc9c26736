import { type Address, formatAddress } from "../../lib/address.ts";
import { formatEndpoint, formatPort } from "../../lib/endpoint.ts";
import { transportNumbers } from "../../lib/protocol.ts";
import type { Answer } from "../../trace/answer.ts";
import { isOpen } from "../../trace/answer.ts";
import type { Origin } from "../../trace/origin.ts";
import type { Tracer } from "../../trace/trace.ts";
import type { HostPlace } from "./host-places.ts";
import { askedAs, hostKey, type PeerPair } from "./peer-pairs.ts";
import type { Destination } from "./targets.ts";

/** How an attempt comes out on one side. */
export interface FlowOutcome {
  /** `absent`: there is nobody to ask, or nobody to be asked. `closed`: it fails for certain. */
  readonly state: "open" | "closed" | "unknown" | "absent";
  /** Who answers, by a party's key, and at which port; null where nobody does. */
  readonly receiver: string | null;
  /** Whom the receiver takes for its client, in words that are the same for the same client on both sides. */
  readonly seen: string | null;
  /** Of a closed one: what the sender notices. */
  readonly failure: string | null;
  /** Null where nothing was asked. */
  readonly answer: Answer | null;
}

const absent: FlowOutcome = { state: "absent", receiver: null, seen: null, failure: null, answer: null };

/** Whose an address or a namespace is, by a party's key. */
export interface Directory {
  readonly byStack: ReadonlyMap<string, string>;
  readonly byAddress: ReadonlyMap<string, string>;
}

/** Who is who on one side, so that answers of both sides can be compared. */
export function directoryOf(
  parties: readonly PeerPair[],
  places: readonly HostPlace[],
  side: "before" | "after",
): Directory {
  const byStack = new Map<string, string>();
  const byAddress = new Map<string, string>();
  for (const { key, kind, origin } of parties) {
    const one = origin[side];
    if (one?.kind !== "stack") continue;
    byStack.set(one.stack.name, key);
    if (kind === "host") continue;
    for (const { addresses, isLoopback } of one.stack.interfaces.values())
      for (const { address } of addresses) if (!isLoopback) byAddress.set(formatAddress(address), key);
  }
  // The host is known by which of its addresses is seen: a gateway hides who is behind it.
  for (const { key, address } of places) {
    const own = address[side];
    if (own !== null) byAddress.set(formatAddress(own), `host ${key}`);
  }
  return { byStack, byAddress };
}

/** Asks on one side, and says how it comes out. */
export function attempt(
  tracer: Tracer,
  directory: Directory,
  party: PeerPair,
  origin: Origin | null,
  destination: Destination,
  address: Address | null,
): FlowOutcome {
  if (origin === null || address === null) return absent;
  const { protocol, port } = destination.port;
  const to = formatEndpoint(address, formatPort(destination.port));
  const question = { from: askedAs(origin, address.family), to };
  const target = { address, protocol: transportNumbers[protocol], port, assumes: [] };
  return outcomeOf(tracer.follow(question, origin, target), directory, party);
}

function outcomeOf(answer: Answer, { byStack, byAddress }: Directory, { key }: PeerPair): FlowOutcome {
  const { verdict, deliveredTo, sourceSeen, behindProxy, failure, rejectedWith } = answer;
  if (isOpen(verdict)) return { state: "unknown", receiver: null, seen: null, failure: null, answer };
  // docker-proxy takes a connection also when nobody behind it does.
  if (verdict === "delivered" && behindProxy === null && deliveredTo !== null) {
    const { kind, name, address, port } = deliveredTo;
    const who = kind === "outside" ? `outside ${address}` : (byStack.get(name) ?? `${kind} ${name}`);
    const seen = sourceSeen === null ? null : (byAddress.get(sourceSeen) ?? sourceSeen);
    // Which of its own addresses the host sees when it talks to itself follows from the order of its bridges.
    const isItself = seen === key || (key === hostKey && who === hostKey && seen?.startsWith("host ") === true);
    return { state: "open", receiver: `${who} ${port}`, seen: isItself ? "itself" : seen, failure: null, answer };
  }
  const how = verdict === "delivered" ? "nobody behind docker-proxy" : `${verdict} ${failure} ${rejectedWith ?? ""}`;
  return { state: "closed", receiver: null, seen: null, failure: how, answer };
}
