import { sortedBy } from "../lib/order.ts";
import type { Host } from "../model/host.ts";
import type { Change, Thing, ThingChanges } from "./change.ts";
import { findGaps } from "./gaps.ts";
import type { Matching } from "./match/match.ts";
import { type Sides, sidesOf } from "./match/sides.ts";
import { compareRuleSets } from "./rules/compare-rule-sets.ts";
import { compareBridges } from "./things/bridges.ts";
import { compareContainers } from "./things/containers.ts";
import { compareEndpoints } from "./things/endpoints.ts";
import { compareEngine } from "./things/engine.ts";
import { compareHost } from "./things/host.ts";
import { compareInterfaces } from "./things/interfaces.ts";
import { compareIpsets } from "./things/ipsets.ts";
import { compareListeners } from "./things/listeners.ts";
import { compareNeighbours } from "./things/neighbours.ts";
import { compareNetworks } from "./things/networks.ts";
import { comparePolicyRules } from "./things/policy-rules.ts";
import { comparePublishedPorts } from "./things/published-ports.ts";
import { compareResolvers } from "./things/resolvers.ts";
import { compareRoutes } from "./things/routes.ts";
import { compareSysctls } from "./things/sysctls.ts";

/** One comparer for each kind of thing, in the order in which their changes are told. */
const comparers: readonly ((sides: Sides) => readonly Change[])[] = [
  compareHost,
  compareEngine,
  compareContainers,
  compareNetworks,
  compareEndpoints,
  comparePublishedPorts,
  compareBridges,
  compareInterfaces,
  compareRoutes,
  comparePolicyRules,
  compareNeighbours,
  compareListeners,
  compareSysctls,
  compareResolvers,
  compareIpsets,
];

/**
 * All that differs between two hosts but for behaviour. What changes by itself (counters, handles, indexes, times, what was
 * learned) and names that are made of ids never count. The other way round it is the exact inverse.
 */
export function compareThings(before: Host, after: Host, matching: Matching): ThingChanges {
  const sides = sidesOf(before, after, matching);
  return {
    changes: comparers.flatMap((compare) => sortedBy(compare(sides), orderOf)),
    chains: compareRuleSets(sides),
    incomparable: findGaps(sides),
  };
}

/** The same in both directions: by the lesser of the two names. */
function orderOf({ thing, formerly }: Change): string {
  const key = ({ within, name }: Thing) => `${within ?? ""} ${name}`;
  return formerly === null || key(thing) < key(formerly) ? key(thing) : key(formerly);
}
