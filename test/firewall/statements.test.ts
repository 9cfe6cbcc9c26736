import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Action } from "../../src/firewall/actions.ts";
import { addressWithin, fieldIn, fieldIs } from "../../src/firewall/fields.ts";
import { evaluateBaseChain } from "../../src/firewall/match/evaluate.ts";
import { holds } from "../../src/firewall/match/match-test.ts";
import type { Match, Test } from "../../src/firewall/matches.ts";
import type { Packet } from "../../src/firewall/packet.ts";
import type { Chain, Rule, Statement, Table } from "../../src/firewall/rules.ts";
import type { ElementSet, MapElement } from "../../src/firewall/sets.ts";
import { leadsTo, matchesOf, targetChains } from "../../src/firewall/statements.ts";
import { runs } from "../support/extent.ts";
import { address, environment, packet } from "./packets.ts";

/** Statements that iptables has no words for: rules made by hand, as nftables has them. */
const match = (test: Test, negated = false): Match => ({ negated, text: "a match", ...test });

const accept: Action = { kind: "accept" };
const drop: Action = { kind: "drop" };
const setMark = (value: number): Action => ({ kind: "mark", of: "packet", clear: 0xffffffff, xor: value });
const hasMark = (value: number): Match => match(fieldIs("mark", value));
const port = (from: number, to = from): Match => match(fieldIn("destination-port", { from, to }));

const rule = (...statements: readonly Statement[]): Rule => ({
  statements,
  text: "a rule",
  position: 1,
  source: { file: "rules", line: 1 },
  counters: null,
});

/** How a base chain of these rules ends: with which verdicts, each with the packet's mark. */
function ends(
  rules: readonly Rule[],
  tested: Packet = packet(),
  others: Readonly<Record<string, readonly Rule[]>> = {},
) {
  return outcomesOf(rules, tested, others)
    .map(({ verdict, packet: { mark } }) => `${verdict.kind} ${mark}`)
    .toSorted();
}

function outcomesOf(
  rules: readonly Rule[],
  tested: Packet,
  others: Readonly<Record<string, readonly Rule[]>> = {},
  verbose = false,
) {
  const source = { file: "rules", line: 1 };
  const chain: Chain = { name: "base", source, rules };
  const chains = Object.entries(others).map(([name, own]): [string, Chain] => [name, { name, source, rules: own }]);
  const table: Table = {
    name: "table",
    family: tested.family,
    backend: "nftables",
    chains: new Map(chains).set("base", chain),
    baseChains: [],
  };
  const base = { chain, hook: "forward", priority: 0, type: "filter", policy: "accept", counters: null } as const;
  return evaluateBaseChain(table, base, tested, environment, verbose);
}

const map = (
  key: ElementSet["key"],
  ...elements: readonly (readonly [MapElement["key"], Action])[]
): Extract<Action, { kind: "map" }> => ({
  kind: "map",
  map: { kind: "elements", name: null, key, elements: elements.map(([own, action]) => ({ key: own, action })) },
});

const only = (value: number) => ({ from: value, to: value });
const verdicts = map(["destination-port"], [[only(80)], accept], [[{ from: 100, to: 200 }], drop]);

describe("statements", () => {
  it.each<[string, readonly Rule[], string[]]>([
    ["let a match see what an action before it changed", [rule(setMark(1), hasMark(1), drop)], ["drop 1"]],
    [
      "stop at the first match that fails",
      [rule(setMark(1), hasMark(2), drop), rule(hasMark(1), setMark(5))],
      ["accept 5"],
    ],
    ["stop at a verdict", [rule(setMark(1), drop, setMark(2))], ["drop 1"]],
    ["end at `continue`", [rule({ kind: "continue" }, drop)], ["accept 0"]],
    ["do nothing where there are only matches", [rule(port(80))], ["accept 0"]],
    [
      "go both ways at a match that is not known, with what was done before it",
      [rule(setMark(1), match({ kind: "unknowable", why: "it depends" }), setMark(2), drop)],
      ["accept 1", "drop 2"],
    ],
  ])("%s", (_, rules, expected) => {
    expect(ends(rules)).toEqual(expected);
  });

  it("do not come back to a rule whose jump returns", () => {
    const rules = [rule({ kind: "jump", chain: "other" }, drop), rule(setMark(3))];
    expect(ends(rules, packet(), { other: [rule({ kind: "return" })] })).toEqual(["accept 3"]);
  });

  it("are one step of the way, however many of a rule took effect", () => {
    const [outcome] = outcomesOf([rule(setMark(1), port(80), setMark(2), drop)], packet());
    expect(outcome?.steps.map(({ effect }) => effect)).toEqual(["decided"]);
    const [passed] = outcomesOf([rule(port(1), setMark(1)), rule(setMark(1), port(1), drop)], packet(), {}, true);
    expect(passed?.steps.map(({ effect }) => effect)).toEqual(["passed", "matched"]);
  });
});

describe("a map", () => {
  it.each<[string, readonly Rule[], Packet, string[]]>([
    ["of verdicts decides", [rule(verdicts)], packet({ destinationPort: only(150) }), ["drop 0"]],
    [
      "breaks off the rule where the packet is in no element",
      [rule(verdicts, drop), rule(setMark(1))],
      packet({ destinationPort: only(1) }),
      ["accept 1"],
    ],
    [
      "goes all ways where that is not known",
      [rule(verdicts), rule(setMark(1))],
      packet({ destinationPort: { from: 1, to: 110 } }),
      ["accept 0", "accept 1", "drop 0"],
    ],
    [
      "of marks sets one, and the rule goes on",
      [rule(map(["source"], [[{ from: 0n, to: address("192.0.2.9").value }], setMark(7)]), hasMark(7), drop)],
      packet(),
      ["drop 7"],
    ],
    [
      "looks at names",
      [
        rule(
          map(
            ["incoming", "protocol"],
            [[{ name: "eth", isPrefix: true }, only(17)], accept],
            [[{ name: "eth0", isPrefix: false }, only(6)], drop],
          ),
        ),
      ],
      packet(),
      ["drop 0"],
    ],
  ])("%s", (_, rules, tested, expected) => {
    expect(ends(rules, tested)).toEqual(expected);
  });

  it("gives the rewrite for the packet", () => {
    const to = (text: string): Action => {
      const { value } = address(text);
      return {
        kind: "nat",
        nat: { kind: "destination", addresses: { from: value, to: value }, ports: null, random: false },
      };
    };
    const [outcome] = outcomesOf(
      [rule(map(["destination-port"], [[only(443)], to("10.0.0.1")], [[only(80)], to("10.0.0.2")]))],
      packet(),
    );
    expect(outcome?.verdict).toMatchObject({ nat: { addresses: { from: address("10.0.0.2").value } } });
  });

  it("leads to the chains of its elements", () => {
    const jumps = rule(
      map(["protocol"], [[only(6)], { kind: "jump", chain: "a" }], [[only(17)], { kind: "goto", chain: "b" }]),
    );
    expect(targetChains(jumps)).toEqual(["a", "b"]);
    expect(leadsTo(jumps, "b")).toBe(true);
    expect(ends([jumps], packet(), { a: [rule(drop)], b: [] })).toEqual(["drop 0"]);
  });

  it("that a rule has changed is not known any more", () => {
    const named = { ...verdicts, map: { ...verdicts.map, name: "ports" } };
    expect(ends([rule({ kind: "change-set", set: "ports" }), rule(named)])).toEqual(["unknown 0"]);
  });
});

describe("a set", () => {
  const anyPort = fc.integer({ min: 1, max: 12 });
  const anyRange = fc.tuple(anyPort, anyPort).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
  const { value } = address("192.0.2.0");
  const anySource = fc.tuple(anyPort, anyPort).map(([a, b]) => ({
    from: value + BigInt(Math.min(a, b)),
    to: value + BigInt(Math.max(a, b)),
  }));

  it("holds a packet that any of its elements holds", () => {
    fc.assert(
      fc.property(
        fc.tuple(anySource, anyRange),
        anyPort,
        anyRange,
        fc.boolean(),
        ([source, ports], last, asked, negated) => {
          const tested = packet({ source: `192.0.2.${last}`, destinationPort: asked });
          const set: ElementSet = {
            kind: "elements",
            name: null,
            key: ["source", "destination-port"],
            elements: [{ key: [source, ports] }],
          };
          const both = [match(addressWithin("source", source)), match(fieldIn("destination-port", ports))];
          expect(holds(match({ kind: "lookup", set }, negated), tested, environment)).toEqual(
            holds(match({ kind: "all-of", matches: both }, negated), tested, environment),
          );
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it("that a rule has changed is not known any more", () => {
    const set: ElementSet = { kind: "elements", name: "bans", key: ["source"], elements: [] };
    const banned = rule(match({ kind: "lookup", set }), drop);
    expect(ends([banned])).toEqual(["accept 0"]);
    expect(ends([rule({ kind: "change-set", set: "bans" }), banned])).toEqual(["accept 0", "drop 0"]);
  });
});

describe("a field", () => {
  it("under a mask is compared as the kernel compares it", () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(word, word, word, fc.boolean(), (mark, mask, other, fits) => {
        const wanted = fits ? (mark & mask) >>> 0 : other;
        expect(holds(match(fieldIs("mark", wanted, mask)), packet({ mark }), environment)).toBe(
          (BigInt(mark) & BigInt(mask)) === BigInt(wanted),
        );
      }),
      { numRuns: runs(300) },
    );
  });

  it("that is only known as a range is in several that cover it together", () => {
    const asks = (...ranges: readonly { from: number; to: number }[]) =>
      holds(
        match({ kind: "field", field: "destination-port", mask: null, ranges }),
        packet({ destinationPort: { from: 5, to: 20 } }),
        environment,
      );
    expect(asks({ from: 1, to: 9 }, { from: 10, to: 30 })).toBe(true);
    expect(asks({ from: 1, to: 4 }, { from: 21, to: 30 })).toBe(false);
    expect(asks({ from: 1, to: 9 }, { from: 11, to: 30 })).toMatchObject({ because: [{ code: "port-in-range" }] });
  });

  it("that a packet lacks lies in no range", () => {
    const gre = packet({ protocol: 47 });
    expect(holds(match(fieldIn("source-port", { from: 0, to: 65535 })), gre, environment)).toBe(false);
    expect(holds(match(fieldIn("icmp", { from: 0, to: 65535 })), gre, environment)).toBe(false);
  });

  it("counts as asked for only where nothing was done before", () => {
    const placed = matchesOf(rule(port(80), setMark(1), hasMark(1)));
    expect(placed.map(({ plain }) => plain)).toEqual([true, false]);
  });
});
