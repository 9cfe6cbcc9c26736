import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import type { Dataplane } from "../../dataplane/types.ts";
import { type Address, sameAddress } from "../../lib/address.ts";
import { type Target, targetAt } from "../../trace/question.ts";

/** A port of a machine far away: see `representativeOutside`. */
export const farPort = (dataplane: Dataplane, family: 4 | 6, port: number, protocol: "tcp" | "udp" = "tcp"): Target =>
  targetAt(representativeOutside(dataplane, family), { protocol, port });

/** The host's own addresses on an interface, link-local ones left out. */
export function addressesOn(dataplane: Dataplane, name: string, family: 4 | 6): readonly Address[] {
  const addresses = dataplane.own.interfaces.get(name)?.addresses ?? [];
  return addresses
    .filter(({ address, scope }) => address.family === family && scope !== "link" && scope !== "host")
    .map(({ address }) => address);
}

/** Another address of an interface's subnet, for a machine on its link; null where there is none to have. */
export function neighbourOn(dataplane: Dataplane, name: string, family: 4 | 6): Address | null {
  const addresses = dataplane.own.interfaces.get(name)?.addresses ?? [];
  const own = addresses.find(({ address, scope }) => address.family === family && scope !== "link" && scope !== "host");
  if (own === undefined || own.prefix.length > (family === 4 ? 29 : 125)) return null;
  const first = own.prefix.address.value;
  const room = family === 4 ? (1n << BigInt(32 - own.prefix.length)) - 2n : 250n;
  for (let at = room < 250n ? room : 250n; at > 0n; at--) {
    const found = { family, value: first + at };
    if (!addresses.some(({ address }) => sameAddress(address, found))) return found;
  }
  return null;
}
