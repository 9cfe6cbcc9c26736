import type { Address } from "../lib/address.ts";
import { residentMembers } from "./residents.ts";
import type { Member, Segment, World } from "./stack.ts";

/**
 * The members of a segment that answer this one for an address. Nobody asks himself, and macvlan's parent and children do not
 * hear each other.
 */
export function owners(world: World, segment: Segment, from: Member | null, address: Address): readonly Member[] {
  return residentMembers(world, segment, address).filter((member) => {
    if (member === from || (from !== null && !hear(from, member)) || member.attached === false) return false;
    return address.family === 6 || from?.stack !== member.stack;
  });
}

/** The member that has the address but cannot be heard from here: a macvlan child from its parent, or the reverse. */
export function unheardOwner(world: World, segment: Segment, from: Member, address: Address): Member | null {
  return owners(world, segment, null, address).find((member) => !hear(from, member)) ?? null;
}

function hear(a: Member, b: Member): boolean {
  return !((a.role === "parent" && b.role === "child") || (a.role === "child" && b.role === "parent"));
}
