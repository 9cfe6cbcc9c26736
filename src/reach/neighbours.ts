import { type Address, sameAddress } from "../lib/address.ts";
import { isLocal } from "./routing.ts";
import type { Member, Segment, World } from "./stack.ts";

/**
 * The members of a segment that answer for an address: for IPv4 every namespace that has it on any of its interfaces
 * (arp_ignore = 0; net/ipv4/arp.c, arp_process), for IPv6 only the interface that has it (net/ipv6/ndisc.c). Nobody asks
 * himself, and macvlan's parent and children do not hear each other.
 */
export function owners(world: World, segment: Segment, from: Member | null, address: Address): readonly Member[] {
  return segment.members.filter((member) => {
    if (member === from || (from !== null && !hear(from, member))) return false;
    const stack = world.stacks.get(member.stack);
    if (stack === undefined || member.attached === false) return false;
    if (address.family === 4) return isLocal(stack, address) && from?.stack !== member.stack;
    return stack.interfaces.get(member.interface)?.addresses.some((own) => sameAddress(own.address, address)) ?? false;
  });
}

/** The member that has the address but cannot be heard from here: a macvlan child from its parent, or the reverse. */
export function unheardOwner(world: World, segment: Segment, from: Member, address: Address): Member | null {
  return owners(world, segment, null, address).find((member) => !hear(from, member)) ?? null;
}

function hear(a: Member, b: Member): boolean {
  return !((a.role === "parent" && b.role === "child") || (a.role === "child" && b.role === "parent"));
}
