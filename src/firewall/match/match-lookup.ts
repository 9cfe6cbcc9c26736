import type { IpSet } from "../../parsers/ipset-save.ts";
import type { Reason } from "../../reasons/reason.ts";
import { elementsFor } from "../lookup/elements.ts";
import { lookUp } from "../lookup/look-up.ts";
import { indexOf } from "../lookup/set-index.ts";
import type { Environment } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import type { ElementSet, IpSetReference, SetReference } from "../sets.ts";
import { isMaybe, maybe, type Tri } from "../tri.ts";

/** Whether what a set asks for of the packet is in it. */
export function matchLookup(set: SetReference, packet: Packet, environment: Environment): Tri {
  return set.kind === "ipset" ? matchIpset(set, packet, environment) : matchElements(set, packet, environment);
}

function matchElements(set: ElementSet, packet: Packet, environment: Environment): Tri {
  if (set.name !== null && environment.changedSets.includes(set.name))
    return maybe({ code: "set-changed", set: set.name });
  const { found, perhaps, because } = elementsFor(set, packet);
  if (found !== null) return true;
  return perhaps.length === 0 ? false : maybe(...because);
}

/**
 * `-m set` (`match_set` in net/netfilter/xt_set.c, `ip_set_test` in net/netfilter/ipset/ip_set_core.c): an entry marked
 * `nomatch` is found, and does not match.
 */
function matchIpset(reference: IpSetReference, packet: Packet, environment: Environment): Tri {
  const { name } = reference;
  if (environment.changedSets.includes(name)) return maybe({ code: "set-changed", set: name });
  const set = environment.ipset(name);
  if (set === null) return maybe({ code: "set-missing", set: name });
  if ("because" in set) return maybe(set.because);
  return set.type === "list:set" ? matchList(set, reference, packet, environment) : matchOne(set, reference, packet);
}

function matchOne(set: IpSet, { sides, returnNomatch }: IpSetReference, packet: Packet): Tri {
  const index = indexOf(set);
  if (index === null) return maybe({ code: "set-type", type: set.type, set: set.name });
  // "dimension" and "family" in ip_set_test: a set that asks for more than the rule gives never matches.
  if (sides.length < index.fields.length) return false;
  if (index.family !== null && index.family !== packet.family) return false;
  const found = lookUp(index, packet, sides);
  if (typeof found !== "string") return found;
  return returnNomatch && index.hasNomatch ? found === "nomatch" : found === "match";
}

/** A list's members are tested in their order (`list_set_ktest` in ip_set_list_set.c); a list in a list cannot be. */
function matchList(list: IpSet, reference: IpSetReference, packet: Packet, environment: Environment): Tri {
  const because: Reason[] = [];
  for (const { entry } of list.members) {
    const set = environment.ipset(entry);
    if (set !== null && !("because" in set) && set.type === "list:set") continue;
    const result = matchIpset({ ...reference, name: entry }, packet, environment);
    if (result === true) return true;
    if (isMaybe(result)) because.push(...result.because);
  }
  return because.length === 0 ? false : { because };
}
