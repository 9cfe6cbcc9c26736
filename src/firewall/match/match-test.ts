import { assertNever } from "../../lib/assert-never.ts";
import type { Reason } from "../../reasons/reason.ts";
import type { Match, Test } from "../matches.ts";
import type { Environment } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { hasName } from "../read-field.ts";
import type { Statement } from "../rules.ts";
import { isMatch } from "../statements.ts";
import { isMaybe, maybe, not, type Tri } from "../tri.ts";
import { isState, matchStatus } from "./match-connection.ts";
import { matchField } from "./match-field.ts";
import { matchLookup } from "./match-lookup.ts";

/** Whether a packet meets a match. */
export function holds(match: Match, packet: Packet, environment: Environment): Tri {
  const result = matchTest(match, packet, environment);
  if (!match.negated) return result;
  return typeof result === "boolean" ? !result : not(result);
}

/**
 * Whether a packet meets the matches of a rule from one statement on, up to its next action: false as soon as one is certain to
 * fail. Allocates nothing for a rule that does not match.
 */
export function holdFrom(statements: readonly Statement[], at: number, packet: Packet, environment: Environment): Tri {
  let because: Reason[] | null = null;
  for (let i = at; i < statements.length; i++) {
    const statement = statements[i] as Statement;
    if (!isMatch(statement)) break;
    const result = holds(statement, packet, environment);
    if (result === false) return false;
    if (result !== true) {
      because ??= [];
      because.push(...result.because);
    }
  }
  return because === null ? true : { because };
}

function matchTest(test: Test, packet: Packet, environment: Environment): Tri {
  switch (test.kind) {
    case "interface":
      return hasName(test.side === "in" ? packet.incoming : packet.outgoing, test);
    case "field":
      return matchField(test, packet);
    case "connection-state":
      return isState(test.states, packet);
    case "lookup":
      return matchLookup(test.set, packet, environment);
    case "address-type": {
      const limit = test.limit === null ? null : test.limit === "in" ? packet.incoming : packet.outgoing;
      return environment.addressHasType(test.side === "source" ? packet.source : packet.destination, test.types, limit);
    }
    case "connection-direction":
      return packet.connection.direction === test.direction;
    case "connection-status":
      return matchStatus(test.any, packet);
    case "bridge-port":
      return hasName(test.side === "in" ? packet.incomingPort : packet.outgoingPort, test);
    case "bridged":
      // Whether a packet is bridged is told by the port it leaves by (`physdev_mt` in net/netfilter/xt_physdev.c).
      return (test.what === "came-by-port" ? packet.incomingPort : packet.outgoingPort) !== null;
    case "socket-exists":
      return packet.owner !== null;
    case "all-of":
      return matchAll(test.matches, packet, environment);
    case "any-of":
      return matchAny(test.matches, packet, environment);
    case "unknowable":
      return maybe({ code: test.isRandom === true ? "match-at-random" : "match-unknowable", why: test.why });
    default:
      return assertNever(test);
  }
}

function matchAll(matches: readonly Match[], packet: Packet, environment: Environment): Tri {
  const because: Reason[] = [];
  for (const match of matches) {
    const result = holds(match, packet, environment);
    if (result === false) return false;
    if (isMaybe(result)) because.push(...result.because);
  }
  return because.length === 0 ? true : { because };
}

function matchAny(matches: readonly Match[], packet: Packet, environment: Environment): Tri {
  const because: Reason[] = [];
  for (const match of matches) {
    const result = holds(match, packet, environment);
    if (result === true) return true;
    if (isMaybe(result)) because.push(...result.because);
  }
  return because.length === 0 ? false : { because };
}
