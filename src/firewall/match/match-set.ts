import type { IpSet } from "../../parsers/ipset-save.ts";
import type { Reason } from "../../reasons/reason.ts";
import { lookUp } from "../lookup/look-up.ts";
import { indexOf } from "../lookup/set-index.ts";
import type { Environment } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import type { Test } from "../rules.ts";
import { isMaybe, maybe, type Tri } from "../tri.ts";

/**
 * `-m set` (`match_set` in net/netfilter/xt_set.c, `ip_set_test` in net/netfilter/ipset/ip_set_core.c): an entry marked
 * `nomatch` is found, and does not match.
 */
export function matchSet(test: Extract<Test, { kind: "set" }>, packet: Packet, environment: Environment): Tri {
  const set = environment.ipset(test.name);
  if (set === null) return maybe({ code: "set-missing", set: test.name });
  if ("because" in set) return maybe(set.because);
  return set.type === "list:set" ? matchList(set, test, packet, environment) : matchOne(set, test, packet);
}

function matchOne(set: IpSet, test: Extract<Test, { kind: "set" }>, packet: Packet): Tri {
  const index = indexOf(set);
  if (index === null) return maybe({ code: "set-type", type: set.type, set: set.name });
  // "dimension" and "family" in ip_set_test: a set that asks for more than the rule gives never matches.
  if (test.sides.length < index.fields.length) return false;
  if (index.family !== null && index.family !== packet.family) return false;
  const found = lookUp(index, packet, test.sides);
  if (typeof found !== "string") return found;
  return test.returnNomatch && index.hasNomatch ? found === "nomatch" : found === "match";
}

/** A list's members are tested in their order (`list_set_ktest` in ip_set_list_set.c); a list in a list cannot be. */
function matchList(list: IpSet, test: Extract<Test, { kind: "set" }>, packet: Packet, environment: Environment): Tri {
  const because: Reason[] = [];
  for (const { entry } of list.members) {
    const set = environment.ipset(entry);
    if (set !== null && !("because" in set) && set.type === "list:set") continue;
    const result = matchSet({ ...test, name: entry }, packet, environment);
    if (result === true) return true;
    if (isMaybe(result)) because.push(...result.because);
  }
  return because.length === 0 ? false : { because };
}
