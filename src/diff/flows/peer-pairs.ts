import { stackOf } from "../../dataplane/stack-ref.ts";
import type { Stack } from "../../dataplane/types.ts";
import { formatAddress } from "../../lib/address.ts";
import { byNaturalName } from "../../lib/order.ts";
import type { Container } from "../../model/host.ts";
import { hostWord } from "../../model/namespace-id.ts";
import type { Origin } from "../../trace/origin.ts";
import type { Matching } from "../match/match.ts";
import { outsideSources } from "./outside.ts";
import type { Both, HostSide } from "./side.ts";

/** What exists on one side only, as pairs. */
export const oneSided = <T>(removed: readonly T[], added: readonly T[]): Both<T>[] => [
  ...removed.map((one) => ({ before: one, after: null })),
  ...added.map((one) => ({ before: null, after: one })),
];

/** Who may open a connection: all containers of one network namespace, the host, or machines behind an interface. */
export interface PeerPair {
  /** The same for whoever is the same in both snapshots, and for nobody else. */
  readonly key: string;
  readonly kind: "container" | "host" | "outside";
  readonly name: Both<string>;
  readonly origin: Both<Origin>;
  /** The family that it can ask in; null for both. */
  readonly family: 4 | 6 | null;
}

/** All who may open a connection, on either side: containers that exist on one side only have no origin on the other. */
export function peerPairs(before: HostSide, after: HostSide, matching: Matching): readonly PeerPair[] {
  return [...insiders(before, after, matching), ...strangers(before, after)];
}

/** The host's key. */
export const hostKey = hostWord;

/** The host's own namespace and the containers', each once, named after its owner. */
function insiders(before: HostSide, after: HostSide, { containers }: Matching): readonly PeerPair[] {
  const pairs: Both<Container>[] = [...containers.pairs, ...oneSided(containers.removed, containers.added)];
  const found = new Map<string, PeerPair>();
  found.set(hostKey, {
    key: hostKey,
    kind: "host",
    name: { before: before.dataplane.own.name, after: after.dataplane.own.name },
    origin: { before: fromStack(before.dataplane.own), after: fromStack(after.dataplane.own) },
    family: null,
  });
  for (const { before: one, after: other } of pairs.toSorted((a, b) => byNaturalName(nameOf(a), nameOf(b)))) {
    const spaces = { before: one?.namespace ?? null, after: other?.namespace ?? null };
    if (spaces.before === null && spaces.after === null) continue;
    if (isHostOrNone(before, spaces.before) && isHostOrNone(after, spaces.after)) continue;
    const key = `container ${JSON.stringify([spaces.before, spaces.after])}`;
    if (found.has(key)) continue;
    found.set(key, {
      key,
      kind: "container",
      name: {
        before: spaces.before === null ? null : (one?.name ?? null),
        after: spaces.after === null ? null : (other?.name ?? null),
      },
      origin: { before: originIn(before, spaces.before), after: originIn(after, spaces.after) },
      family: null,
    });
  }
  return [...found.values()];
}

const isHostOrNone = ({ host }: HostSide, namespace: string | null): boolean =>
  namespace === null || namespace === host.own.name;

const nameOf = ({ before, after }: Both<Container>): string => before?.name ?? after?.name ?? "";

function originIn({ dataplane }: HostSide, namespace: string | null): Origin | null {
  const stack = stackOf(dataplane, { namespace });
  return stack === null ? null : fromStack(stack);
}

const fromStack = (stack: Stack): Origin => ({ kind: "stack", stack, source: null });

/** Machines behind each interface that leads out: anyone, a neighbour, and those that some rule or route names. */
function strangers(before: HostSide, after: HostSide): readonly PeerPair[] {
  return outsideSources(before, after).map(({ interface: name, who, alike, addresses, segments }) => {
    const origin = (side: "before" | "after"): Origin | null => {
      const segment = segments[side];
      return segment === null
        ? null
        : {
            kind: "outside",
            segment,
            source: (family) => addresses[side][family] ?? { family, value: 0n },
            assumes: [],
          };
    };
    const others = alike === 0 ? "" : ` and ${alike} more alike`;
    const text = who === null ? name : `${who}@${name}${others}`;
    const families = ([4, 6] as const).filter(
      (family) => addresses.before[family] !== null || addresses.after[family] !== null,
    );
    return {
      key: `outside ${text}`,
      kind: "outside",
      name: { before: segments.before === null ? null : text, after: segments.after === null ? null : text },
      origin: { before: origin("before"), after: origin("after") },
      family: families.length === 1 ? (families[0] ?? null) : null,
    };
  });
}

/** The party's own words for a question: `web`, `host`, `203.0.113.50@eth0`. */
export function askedAs(origin: Origin, family: 4 | 6): string {
  return origin.kind === "stack"
    ? origin.stack.name
    : `${formatAddress(origin.source(family))}@${origin.segment.interface}`;
}
