import { lookupRoute } from "../dataplane/routing.ts";
import { selectSource } from "../dataplane/source-address.ts";
import type { Stack } from "../dataplane/types.ts";
import { type Address, sameAddress } from "../lib/address.ts";
import type { PacketState } from "./packet-state.ts";

/**
 * The address that a UDP answer gets when its server leaves that to the route back, where it is another than the one that was
 * asked; `unsent` where that route has no way on. Null otherwise.
 */
export function otherAnswerSource(stack: Stack, { header }: PacketState): Address | "unsent" | null {
  if (header.protocol !== 17) return null;
  const [route] = lookupRoute(stack, { destination: header.source, source: null, incoming: null, mark: 0 }).results;
  if (route === undefined || (route.kind === "none" && !stack.routesKnown[header.source.family])) return null;
  if (route.kind === "open") return null;
  if (!("device" in route)) return "unsent";
  const source = selectSource(stack, header.source, route);
  return source === null || sameAddress(source, header.destination) ? null : source;
}
