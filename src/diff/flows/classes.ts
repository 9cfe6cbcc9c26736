import { residentStack } from "../../dataplane/local-addresses.ts";
import { stackOf } from "../../dataplane/stack-ref.ts";
import type { Stack } from "../../dataplane/types.ts";
import { isLoopback } from "../../lib/address-class.ts";
import { groupBy } from "../../lib/group-by.ts";
import { indexOf } from "../../model/queries/host-index.ts";
import {
  type FlowClasses,
  type FlowDestination,
  type FlowSource,
  findFlowClasses,
} from "../../reach/flow-classes/flow-classes.ts";
import { askedAs, type PeerPair } from "./peer-pairs.ts";
import type { HostSide } from "./side.ts";
import type { Destination } from "./targets.ts";

/** Attempts that come out alike: all of these parties to all of these destinations. */
export interface Block {
  readonly from: readonly PeerPair[];
  readonly to: readonly Destination[];
  /** The same for blocks that come out alike. */
  readonly key: string;
}

/** More blocks than these are not made. */
export const mostBlocks = 100_000;

/**
 * Sorts all attempts into blocks. What tells two attempts apart on either side puts them into different ones. `isWhole` is
 * false where there would be more than `most`.
 */
export function blocksOf(
  before: HostSide,
  after: HostSide,
  parties: readonly PeerPair[],
  destinations: readonly Destination[],
  most = mostBlocks,
): { readonly blocks: readonly Block[]; readonly isWhole: boolean } {
  const blocks: Block[] = [];
  for (const block of allBlocks(before, after, parties, destinations)) {
    if (blocks.length === most) return { blocks, isWhole: false };
    blocks.push(block);
  }
  return { blocks, isWhole: true };
}

function allBlocks(
  before: HostSide,
  after: HostSide,
  parties: readonly PeerPair[],
  destinations: readonly Destination[],
): Generator<Block> {
  const ports = new Set(
    destinations.flatMap(({ port, place }) => [
      port.port,
      ...(place.kind === "host" ? [place.publishes.before?.port ?? 0, place.publishes.after?.port ?? 0] : []),
    ]),
  );
  const sides = (["before", "after"] as const).map((side) => {
    const { host, dataplane } = side === "before" ? before : after;
    return reader({ host, dataplane }, side, findFlowClasses(dataplane, ports));
  });
  const both = (read: (side: Reader) => string): string => sides.map(read).join("\n");
  const askers = groupBy(parties, (party) => both(({ asker }) => asker(party)));
  const asked = groupBy(destinations, (destination) => both((one) => one.asked(destination)));
  return (function* () {
    const block = (from: readonly PeerPair[], to: readonly Destination[]): Block[] => {
      const [party, destination] = [from[0], to[0]];
      if (party === undefined || destination === undefined || !mayAsk(party, destination)) return [];
      return [{ from, to, key: both(({ attempt }) => attempt(party, destination)) }];
    };
    const groups = [...asked.values()].map((to) => ({ to, ownersOf: ownDestinations(to, sides) }));
    for (const from of askers.values())
      for (const { to, ownersOf } of groups) {
        // Whoever asks for something of his own meets other rules than those who ask him for it.
        const own = new Map(from.map((party) => [party, ownersOf(party)] as const));
        yield* block(
          from.filter((party) => own.get(party)?.size === 0),
          to,
        );
        for (const [party, selves] of own) {
          if (selves.size === 0) continue;
          for (const self of selves) yield* block([party], [self]);
          yield* block(
            [party],
            to.filter((one) => !selves.has(one)),
          );
        }
      }
  })();
}

/**
 * Machines outside are not asked how they reach one another, who has only one family asks in that one, and the host's
 * loopback is for the host: everybody else has one of his own.
 */
function mayAsk({ kind, family }: PeerPair, { place, address }: Destination): boolean {
  if (kind === "outside" && place.kind === "outside") return false;
  const asked = address.before ?? address.after;
  if (asked !== null && kind !== "host" && isLoopback(asked)) return false;
  return family === null || family === asked?.family;
}

interface Reader {
  readonly asker: (party: PeerPair) => string;
  readonly asked: (destination: Destination) => string;
  readonly attempt: (party: PeerPair, destination: Destination) => string;
  /** The namespace that a party is; null for machines outside. */
  readonly stack: (party: PeerPair) => Stack | null;
  /** The namespaces that a destination is in or leads to. */
  readonly owners: (destination: Destination) => readonly Stack[];
}

/** Reads parties and destinations as one side has them. */
function reader({ host, dataplane }: HostSide, side: "before" | "after", alike: FlowClasses): Reader {
  const askers = new Map<PeerPair, FlowSource | null>();
  const targets = new Map<Destination, FlowDestination | null>();
  const askerOf = (party: PeerPair): FlowSource | null =>
    remember(askers, party, () => {
      const origin = party.origin[side];
      if (origin === null) return null;
      if (origin.kind === "stack") return { kind: "stack", stack: origin.stack };
      return { kind: "outside", text: `${party.key} ${askedAs(origin, 4)} ${askedAs(origin, 6)}` };
    });
  const askedOf = (destination: Destination): FlowDestination | null =>
    remember(targets, destination, () => {
      const { place, port, address: both } = destination;
      const address = both[side];
      if (address === null) return null;
      const publication = place.kind === "host" ? place.publishes[side] : null;
      const inner = publication === null ? undefined : indexOf(host).containers.get(publication.container);
      const published = inner === undefined ? null : stackOf(dataplane, inner);
      const stack =
        place.kind === "outside" ? null : place.kind === "host" ? dataplane.own : residentStack(dataplane, address);
      return {
        address,
        port,
        stack,
        publishes: publication === null || published === null ? null : { stack: published, port: publication.port },
      };
    });
  return {
    asker: (party) => {
      const one = askerOf(party);
      return `${party.kind} ${party.family} ${one === null ? "absent" : alike.sourceClass(one)}`;
    },
    asked: (destination) => {
      const one = askedOf(destination);
      return `${destination.place.kind} ${one === null ? "absent" : alike.destinationClass(one)}`;
    },
    attempt: (party, destination) => {
      const [one, other] = [askerOf(party), askedOf(destination)];
      return `${party.kind} ${party.family} ${destination.place.kind} ${one === null || other === null ? "absent" : alike.flowClass(one, other)}`;
    },
    stack: (party) => {
      const one = askerOf(party);
      return one?.kind === "stack" ? one.stack : null;
    },
    owners: (destination) => {
      const one = askedOf(destination);
      return [one?.stack, one?.publishes?.stack].filter((stack) => stack != null);
    },
  };
}

/** Finds what of a group of destinations is a party's own, on either side. */
function ownDestinations(
  to: readonly Destination[],
  sides: readonly Reader[],
): (party: PeerPair) => ReadonlySet<Destination> {
  const byOwner = sides.map(({ owners }) =>
    groupBy(
      to.flatMap((destination) => owners(destination).map((owner) => ({ owner, destination }))),
      ({ owner }) => owner,
    ),
  );
  return (party) =>
    new Set(
      sides.flatMap(({ stack }, i) => {
        const own = stack(party);
        return own === null ? [] : (byOwner[i]?.get(own)?.map(({ destination }) => destination) ?? []);
      }),
    );
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
