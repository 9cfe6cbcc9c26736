import type { Address } from "../lib/address.ts";
import { residentMembers } from "./local-addresses.ts";
import type { Dataplane, Member, Segment } from "./types.ts";

/**
 * The members of a segment that answer this one for an address. Nobody asks himself, and macvlan's parent and children do not
 * hear each other.
 */
export function respondersTo(
  dataplane: Dataplane,
  segment: Segment,
  from: Member | null,
  address: Address,
): readonly Member[] {
  return residentMembers(dataplane, segment, address).filter((member) => {
    if (member === from || (from !== null && !canHear(from, member)) || member.attached === false) return false;
    return address.family === 6 || from?.stack.key !== member.stack.key;
  });
}

/** The member that has the address but cannot be heard from here: a macvlan child from its parent, or the reverse. */
export function unreachableOwner(
  dataplane: Dataplane,
  segment: Segment,
  from: Member,
  address: Address,
): Member | null {
  return respondersTo(dataplane, segment, null, address).find((member) => !canHear(from, member)) ?? null;
}

function canHear(a: Member, b: Member): boolean {
  return !((a.role === "parent" && b.role === "child") || (a.role === "child" && b.role === "parent"));
}
