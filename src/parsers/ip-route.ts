import {
  isNexthopInfo,
  isNexthopLine,
  printNexthop,
  printNexthopInfo,
  readNexthop,
  readNexthopInfo,
} from "./iproute/nexthop.ts";
import { finishRoute, isMultipath, printRouteLine, type RouteDraft, readRoute } from "./iproute/route-line.ts";
import { joinLines, partsOf, readLines } from "./iproute/words.ts";
import type { Parser } from "./parser.ts";

/** One route, from `ip route` or `ip -6 route`. */
export interface RouteEntry {
  readonly line: number;
  readonly family: 4 | 6;
  readonly type:
    | "unicast"
    | "local"
    | "broadcast"
    | "multicast"
    | "anycast"
    | "blackhole"
    | "unreachable"
    | "prohibit"
    | "throw"
    | "nat";
  /** Canonical prefix; `default` is `0.0.0.0/0` or `::/0`. */
  readonly to: string;
  /** `main` where nothing is printed. */
  readonly table: string;
  readonly protocol: string | null;
  readonly scope: string | null;
  /** The preferred source address. */
  readonly source: string | null;
  /** As printed; null where nothing is. */
  readonly metric: number | null;
  /** Empty for types that go nowhere (the `dev lo` that IPv6 prints for them is an attribute); several with multipath. */
  readonly nexthops: readonly Nexthop[];
  /** `nhid`, `mtu`, `advmss`, `pref`, `error`, `expires`, `hoplimit`, … in order, as printed. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

export interface Nexthop {
  readonly via: string | null;
  readonly device: string | null;
  readonly weight: number | null;
  /** `onlink`, `linkdown`, `dead`, `pervasive`, `offload`, … */
  readonly flags: readonly string[];
  /** `encap` and `realm` of one next hop among several, as printed; those of a single one are the route's. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** `ip route show table all`, from iproute2 (print_route in ip/iproute.c) and busybox (networking/libiproute/iproute.c). */
export const ipRoute: Parser<readonly RouteEntry[]> = routeParser(4);

/** `ip -6 route show table all`. */
export const ip6Route: Parser<readonly RouteEntry[]> = routeParser(6);

/** `family` is that of the command: it counts for a `default` whose line has no sign of either. */
function routeParser(family: 4 | 6): Parser<readonly RouteEntry[]> {
  return {
    parse(text, firstLine = 1) {
      const routes: RouteDraft[] = [];
      // The route that lines with a next hop belong to; null after a line that was not understood.
      let current: RouteDraft | null = null;
      const notes = readLines(text, firstLine, (line, note) => {
        for (const part of partsOf(line.text)) {
          if (isNexthopInfo(part) && current !== null) {
            readNexthopInfo(part, current);
          } else if (!isNexthopLine(part)) {
            current = readRoute(part, line.number, note);
            if (current !== null) routes.push(current);
          } else if (current === null || !mayHaveMore(current)) {
            note("a next hop without its route");
          } else {
            readNexthop(part, current, note);
          }
        }
      });
      return { data: routes.map((route) => finishRoute(route, family)), notes };
    },
    print: (routes) => joinLines(routes.flatMap((route) => printRoute(route, family))),
  };
}

/** Whether the route can have next hops on further lines: not when it has its only one on its own. */
const mayHaveMore = ({ nexthops }: RouteDraft): boolean => nexthops.at(-1)?.weight !== null;

function printRoute(route: RouteEntry, family: 4 | 6): string[] {
  const nexthops = isMultipath(route) ? route.nexthops.map((nexthop) => printNexthop(nexthop, route)) : [];
  return [printRouteLine(route, family), ...printNexthopInfo(route), ...nexthops];
}
