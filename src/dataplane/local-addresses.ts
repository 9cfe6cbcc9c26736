import { type Address, addressKey, isSingle } from "../lib/address.ts";
import { isLoopback } from "../lib/address-class.ts";
import { groupBy } from "../lib/group-by.ts";
import { onceFor } from "../lib/once-for.ts";
import { isLocal } from "./routing.ts";
import type { Dataplane, Member, Segment, Stack } from "./types.ts";

/** Who has an address: lists by address, and those with whole ranges (`ip route add local 192.0.2.0/24 dev lo`), asked one by one. */
interface Residents<T> {
  readonly byAddress: ReadonlyMap<string, readonly T[]>;
  readonly withRanges: readonly T[];
}

function settle<T>(
  items: Iterable<T>,
  addressesOf: (item: T) => readonly Address[],
  hasRange: (item: T) => boolean,
): Residents<T> {
  const all = [...items];
  const pairs = all.flatMap((item) => [...new Set(addressesOf(item).map(addressKey))].map((key) => ({ key, item })));
  const groups = [...groupBy(pairs, ({ key }) => key)].map(
    ([key, found]) => [key, found.map(({ item }) => item)] as const,
  );
  return { byAddress: new Map(groups), withRanges: all.filter(hasRange) };
}

/** The addresses that a namespace takes for its own, apart from ranges. */
function localAddresses({ routes }: Stack, family: 4 | 6): readonly Address[] {
  return routes[family].filter(({ type, to }) => type === "local" && isSingle(to)).map(({ to }) => to.address);
}

/** Whether a namespace takes ranges for its own, beside the loopback's. */
function hasLocalRange({ routes }: Stack): boolean {
  const isRange = ({ type, to }: Stack["routes"][4][number]) => type === "local" && !isSingle(to);
  return [...routes[4], ...routes[6]].some((route) => isRange(route) && !isLoopback(route.to.address));
}

const stacksByAddress = onceFor(({ stacks }: Dataplane) =>
  settle(stacks.values(), (stack) => [...localAddresses(stack, 4), ...localAddresses(stack, 6)], hasLocalRange),
);

/** The namespace that an address belongs to; null for addresses of nobody in the snapshot. */
export function residentStack(dataplane: Dataplane, address: Address): Stack | null {
  const known = stacksByAddress(dataplane);
  return (
    known.byAddress.get(addressKey(address))?.[0] ?? known.withRanges.find((stack) => isLocal(stack, address)) ?? null
  );
}

/** For each segment of a dataplane: the same segment has other members' addresses in another. */
const membersByAddress = onceFor((dataplane: Dataplane) =>
  onceFor(({ members }: Segment) =>
    settle(
      members,
      (member) => answersFor(dataplane, member),
      (member) => {
        const stack = dataplane.stacks.get(member.stack.key);
        return stack !== undefined && hasLocalRange(stack);
      },
    ),
  ),
);

/**
 * The members of a segment that answer for an address: for IPv4 every namespace that has it on any of its interfaces
 * (arp_ignore = 0; net/ipv4/arp.c, arp_process), for IPv6 only the interface that has it (net/ipv6/ndisc.c).
 */
export function residentMembers(dataplane: Dataplane, segment: Segment, address: Address): readonly Member[] {
  const known = membersByAddress(dataplane)(segment);
  const found = known.byAddress.get(addressKey(address)) ?? [];
  if (address.family === 6 || known.withRanges.length === 0) return found;
  const more = known.withRanges.filter((member) => {
    const stack = dataplane.stacks.get(member.stack.key);
    return stack !== undefined && !found.includes(member) && isLocal(stack, address);
  });
  return [...found, ...more];
}

function answersFor(dataplane: Dataplane, member: Member): readonly Address[] {
  const stack = dataplane.stacks.get(member.stack.key);
  if (stack === undefined) return [];
  const own = stack.interfaces.get(member.interface)?.addresses ?? [];
  return [...localAddresses(stack, 4), ...own.map(({ address }) => address).filter(({ family }) => family === 6)];
}
