import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import type { Dataplane } from "../../dataplane/types.ts";
import type { Address } from "../../lib/address.ts";
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
