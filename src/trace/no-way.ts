import type { RouteResult } from "../dataplane/routing.ts";
import type { Stack } from "../dataplane/types.ts";
import { formatAddress } from "../lib/address.ts";
import type { Reason } from "../reasons/reason.ts";
import { routeError } from "./icmp-errors.ts";
import { endPath, type PacketState, type PathEnd, type UnroutableReason } from "./packet-state.ts";

/**
 * The end of a packet for which there is no way on; null when there is one. A sender gets an error from its own kernel, but not
 * of a TCP connection whose packet was to be routed anew: it tries again. Forwarders tell the sender by ICMP.
 */
export function noWayOn(
  stack: Stack,
  packet: PacketState,
  route: RouteResult,
  kind: "local" | "rerouted" | "forwarded",
): PathEnd | null {
  const destination = formatAddress(packet.header.destination);
  const isTold = kind !== "rerouted" || packet.header.protocol !== 6;
  const fail = (
    reason: UnroutableReason,
    why: Reason,
    loud: boolean,
    sources: PathEnd["packet"]["steps"][number]["sources"] = [],
  ) => {
    const icmp = kind === "forwarded" && loud ? routeError(packet.family, reason) : null;
    const error = icmp === null ? undefined : { stack, ...icmp };
    return endPath(packet, stack.name, { kind: "unroutable", reason, why, loud: loud && isTold, error }, sources);
  };
  const refusal = (type: string, by: string): Reason => ({
    code: "route-refuses",
    namespace: stack.name,
    type,
    destination,
    by,
  });
  switch (route.kind) {
    case "none":
      if (!stack.routesKnown[packet.family]) {
        const why: Reason = {
          code: "routes-unknown",
          namespace: stack.name,
          family: packet.family,
          destination,
          lacks: packet.family === 4 ? "ip-route" : "ip6-route",
        };
        return endPath(packet, stack.name, { kind: "unknown", why });
      }
      return fail("no-route", { code: "no-route", namespace: stack.name, destination }, true);
    case "open":
      return endPath(packet, stack.name, { kind: "unknown", why: route.why });
    case "unreachable":
      return fail("unreachable", refusal(route.kind, route.by), true, route.sources);
    case "prohibit":
      return fail("prohibited", refusal(route.kind, route.by), true, route.sources);
    case "blackhole":
      return fail("blackhole", refusal(route.kind, route.by), kind !== "forwarded", route.sources);
    default: {
      const device = stack.interfaces.get(route.kind === "local" ? "lo" : route.device);
      if (device !== undefined && !device.up)
        return fail(
          "link-down",
          { code: "interface-down", interface: device.name, namespace: stack.name },
          true,
          device.sources,
        );
      return null;
    }
  }
}
