import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import { fieldIn, fieldIs } from "../../fields.ts";
import type { Match, Test } from "../../matches.ts";
import { readProtocol } from "../protocols.ts";
import { readMaskedAddress } from "./addresses.ts";
import type { MatchExtension, RuleContext } from "./extension.ts";
import { impliedBy, matchOf, type ReadOption, unreadable } from "./make-match.ts";
import { readPortRange } from "./ports.ts";

type State = Extract<Test, { kind: "connection-state" }>["states"][number];
type Status = Extract<Test, { kind: "connection-status" }>["any"][number];

const states: readonly string[] = [
  "new",
  "established",
  "related",
  "invalid",
  "untracked",
  "snat",
  "dnat",
] satisfies State[];
const statuses: readonly string[] = ["none", "expected", "seen-reply", "assured", "confirmed"] satisfies Status[];

/** Names of a list as in the option, lower case and with dashes; null when one of them is not known. */
function readNames<T extends string>(text: string, names: readonly string[]): T[] | null {
  const found = text.split(",").map((name) => name.toLowerCase().replaceAll("_", "-"));
  return found.every((name) => names.includes(name)) ? (found as T[]) : null;
}

const state: ReadOption = (value) => {
  const found = readNames<State>(value, states);
  return found === null ? null : { kind: "connection-state", states: found };
};

/** `NONE` stands for no bit at all (`conntrack_ps_status` in extensions/libxt_conntrack.c), and so is never set. */
const status: ReadOption = (value) => {
  const found = readNames<Status>(value, statuses);
  return found === null ? null : { kind: "connection-status", any: found.filter((name) => name !== "none") };
};

const address =
  (direction: "original" | "reply", side: "source" | "destination"): ReadOption =>
  (value, _option, { family }) => {
    const found = readMaskedAddress(value, family);
    return found === null ? null : { kind: "field", field: `${direction}-${side}`, ...found };
  };

const port =
  (direction: "original" | "reply", side: "source" | "destination"): ReadOption =>
  (value) => {
    const range = readPortRange(value);
    return range === null ? null : fieldIn(`${direction}-${side}-port`, range);
  };

const others = new Map<string, ReadOption>(
  Object.entries<ReadOption>({
    "--ctproto": (value) => {
      const protocol = readProtocol(value);
      return protocol === null ? null : fieldIs("connection-protocol", protocol);
    },
    "--ctorigsrc": address("original", "source"),
    "--ctorigdst": address("original", "destination"),
    "--ctreplsrc": address("reply", "source"),
    "--ctrepldst": address("reply", "destination"),
    "--ctorigsrcport": port("original", "source"),
    "--ctorigdstport": port("original", "destination"),
    "--ctreplsrcport": port("reply", "source"),
    "--ctrepldstport": port("reply", "destination"),
    "--ctstatus": status,
    "--ctexpire": () => ({ kind: "unknowable", why: "when the connection's entry expires depends on its traffic" }),
    "--ctdir": (value) => {
      const direction = value.toLowerCase();
      return direction === "original" || direction === "reply" ? { kind: "connection-direction", direction } : null;
    },
  }),
);

/** The packets that conntrack has no connection for. */
export const withoutConnection: Test = { kind: "connection-state", states: ["invalid", "untracked"] };

/** A match that holds only for packets of a connection, whatever is asked about it. */
export const needsConnection = (option: IptablesOption): Match => impliedBy(option, withoutConnection, true);

/**
 * `-m conntrack` and `-m state` (`conntrack_mt` in net/netfilter/xt_conntrack.c). A packet without a connection matches
 * when a state was asked for, and is its own, and nothing else is looked at; else never, negated or not.
 */
function compile(options: readonly IptablesOption[], context: RuleContext): readonly Match[] {
  const ofState: Match[] = [];
  const ofConnection: Match[] = [];
  let last: IptablesOption | null = null;
  for (const option of options) {
    const value = option.values[0] ?? "";
    const isState = option.name === "--ctstate" || option.name === "--state";
    const test = (isState ? state : others.get(option.name))?.(value, option, context) ?? null;
    const match = test === null ? unreadable(option) : matchOf(option, test);
    if (isState) ofState.push(match);
    else {
      ofConnection.push(match);
      last = option;
    }
  }
  if (last === null) return ofState;
  if (ofState.length === 0) return [needsConnection(last), ...ofConnection];
  const all = impliedBy(last, { kind: "all-of", matches: ofConnection });
  return [...ofState, impliedBy(last, { kind: "any-of", matches: [impliedBy(last, withoutConnection), all] })];
}

export const conntrack: MatchExtension = {
  options: new Set(["--ctstate", "--state", ...others.keys()]),
  compile,
};

/**
 * `-m helper` (net/netfilter/xt_helper.c): only connections that another one announced have a helper, so the first packet
 * of an ordinary connection has none.
 */
export const helper: MatchExtension = {
  options: new Set(["--helper"]),
  compile: (options) =>
    options.map((option) =>
      matchOf(option, {
        kind: "all-of",
        matches: [
          impliedBy(option, { kind: "connection-state", states: ["new", "invalid", "untracked"] }, true),
          impliedBy(option, { kind: "unknowable", why: "which helper announced a connection was not captured" }),
        ],
      }),
    ),
};
