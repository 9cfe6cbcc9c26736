import type { Nat } from "./actions.ts";
import type { AddressField, AddressRange, Field, NumberField } from "./fields.ts";
import type { Match } from "./matches.ts";
import type { NumberRange } from "./packet.ts";
import type { Rule } from "./rules.ts";
import { lastAction, matchesBefore } from "./statements.ts";

/**
 * What a rule asks for where it asks for one thing only, as the rules of engines and most rules of people do: an interface, a
 * range of addresses, a port. Null where it asks for none or for several.
 */
type Asked<T> = T | null;

/** A rule, for what it does. */
type Doing = Pick<Rule, "statements">;

/** `-i docker0`; with `negated`, `! -i docker0`. */
export function interfaceAsked(rule: Doing, side: "in" | "out", negated = false): Asked<string> {
  const found = onlyMatch(rule, side, negated);
  return found?.kind === "interface" && !found.isPrefix ? found.name : null;
}

/** `-s 10.0.0.0/8`; with `negated`, `! -s 10.0.0.0/8`. */
export const rangeAsked = (rule: Doing, field: AddressField, negated = false): Asked<AddressRange> =>
  onlyRange(rule, field, negated) as AddressRange | null;

/** `-d 172.17.0.2`, and not a network. */
export function addressAsked(rule: Doing, field: AddressField): Asked<bigint> {
  const range = rangeAsked(rule, field);
  return range !== null && range.from === range.to ? range.from : null;
}

/** `-p tcp`, `--dport 80`: one number, and not a range. */
export function numberAsked(rule: Doing, field: NumberField): Asked<number> {
  const range = onlyRange(rule, field, false) as NumberRange | null;
  return range !== null && range.from === range.to ? range.from : null;
}

type Subject = Field | "in" | "out";

const isAbout = (match: Match, what: Subject): boolean =>
  match.kind === "interface" ? match.side === what : match.kind === "field" && match.field === what;

function onlyMatch(rule: Doing, what: Subject, negated: boolean): Match | null {
  const [only, ...others] = matchesBefore(rule).filter((one) => isAbout(one, what) && one.negated === negated);
  return only === undefined || others.length > 0 ? null : only;
}

function onlyRange(rule: Doing, field: Field, negated: boolean): AddressRange | NumberRange | null {
  const found = onlyMatch(rule, field, negated);
  if (found?.kind !== "field" || found.mask !== null || found.ranges.length !== 1) return null;
  return found.ranges[0] ?? null;
}

/** Whether a rule says anything of a field or an interface; with `negated` only whether it wants it so, or not so. */
export const speaksOf = (rule: Doing, what: Subject, negated: boolean | null = null): boolean =>
  matchesBefore(rule).some((one) => isAbout(one, what) && (negated === null || one.negated === negated));

/** The one address that a rule gives a connection (`--to-destination 172.17.0.2:80`), and the one port; null where the port stays. */
export function givenAddress(
  rule: Doing,
  kind: "source" | "destination",
): { readonly address: bigint; readonly port: number | null } | null {
  const nat = natOf(rule);
  if (nat?.kind !== kind || nat.addresses === null || nat.addresses.from !== nat.addresses.to) return null;
  const { ports } = nat;
  if (ports !== null && ports.from !== ports.to) return null;
  return { address: nat.addresses.from, port: ports === null ? null : ports.from };
}

/** What a rule of a nat chain does with the connection. */
export function natOf(rule: Doing): Nat | null {
  const action = lastAction(rule);
  return action.kind === "nat" ? action.nat : null;
}

/** Whether a rule gives connections another source. */
export const isSourceNat = (rule: Doing): boolean => ["masquerade", "source"].includes(natOf(rule)?.kind ?? "");

/** The name of the set of ipset that a rule asks for. */
export function ipsetAsked(rule: Doing): Asked<string> {
  const found = matchesBefore(rule).find((one) => one.kind === "lookup" && !one.negated);
  return found?.kind === "lookup" && found.set.kind === "ipset" ? found.set.name : null;
}

/** `-m addrtype --src-type LOCAL`, and no other type beside. */
export function asksLocal(rule: Doing, side: "source" | "destination"): boolean {
  return matchesBefore(rule).some(
    (one) => one.kind === "address-type" && one.side === side && !one.negated && one.types.join() === "local",
  );
}

/** Whether a rule asks for nothing of a packet but for what is named here. */
export const asksOnly = (rule: Doing, ...what: readonly Subject[]): boolean =>
  matchesBefore(rule).every((one) => what.some((subject) => isAbout(one, subject)));
