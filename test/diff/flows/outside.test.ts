import { describe, expect, test } from "vitest";
import { outsideSources } from "../../../src/diff/flows/outside.ts";
import { rebuildHost } from "../../../src/operations/analyze.ts";
import { makeTracer } from "../../../src/trace/trace.ts";
import { iptables, type LabWishes, labSnapshot } from "../../trace/lab.ts";

const side = (wishes: LabWishes) => {
  const host = rebuildHost(labSnapshot(wishes));
  return { host, dataplane: makeTracer(host).dataplane };
};
const filter = (...rules: readonly string[]): LabWishes => ({
  texts: { "iptables-save": iptables({ filter: rules }) },
});

/** Who is told apart outside, beside anyone and the neighbours. */
function named(before: LabWishes, after: LabWishes = before): readonly (string | null)[] {
  const plain = new Set(outsideSources(side({}), side({})).map(({ who }) => who));
  return outsideSources(side(before), side(after)).flatMap(({ who, alike }) =>
    plain.has(who) ? [] : [alike === 0 ? who : `${who} and ${alike} more alike`],
  );
}

const bans = (count: number) => Array.from({ length: count }, (_, i) => `-A INPUT -s 198.51.100.${i + 1}/32 -j DROP`);

describe("machines outside that rules name", () => {
  test("are one kind where the rules that name them only differ in whom they name", () => {
    expect(named(filter(...bans(30)))).toEqual(["198.51.100.1 and 29 more alike"]);
  });

  test("are told apart by what another rule says of some", () => {
    expect(named(filter("-A INPUT -s 198.51.100.8/29 -j ACCEPT", ...bans(12)))).toEqual([
      "198.51.100.1 and 6 more alike",
      "198.51.100.8/29",
      "198.51.100.8 and 4 more alike",
    ]);
  });

  test("are told apart where the rules do something else", () => {
    const rules = bans(4).map((rule, i) => (i === 2 ? rule.replace("DROP", "ACCEPT") : rule));
    expect(named(filter(...rules))).toEqual(["198.51.100.1 and 1 more alike", "198.51.100.3", "198.51.100.4"]);
  });

  test("are told apart by which side names them", () => {
    expect(named(filter(...bans(4)), filter(...bans(6)))).toEqual([
      "198.51.100.5 and 1 more alike",
      "198.51.100.1 and 3 more alike",
    ]);
  });

  test("are told apart by the way that leads to them", () => {
    const routes = ["198.51.100.2 via 192.0.2.1 dev eth0 "];
    expect(named({ ...filter(...bans(3)), routes })).toEqual(["198.51.100.1 and 1 more alike", "198.51.100.2"]);
  });

  test("are one kind as members of a set", () => {
    const members = Array.from({ length: 20 }, (_, i) => `add bad 198.51.100.${i + 1}`);
    const ipset = [
      "create bad hash:net family inet hashsize 1024 maxelem 65536",
      ...members,
      "add bad 198.51.100.9/32 nomatch",
      "",
    ];
    const rules = iptables({ filter: ["-A INPUT -m set --match-set bad src -j DROP"] });
    const texts = {
      "iptables-save": rules,
      "ipset-save": ipset.filter((line) => line !== "add bad 198.51.100.9").join("\n"),
    };
    expect(named({ texts })).toEqual(["198.51.100.1 and 18 more alike", "198.51.100.9"]);
  });
});
