import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ip6Rule, ipRule, type RoutingRule } from "../../src/parsers/ip-rule.ts";
import { family, interfaceName, orNull, prefix, someOf } from "../support/network-arbitraries.ts";
import { withoutLines } from "../support/without-lines.ts";

describe("one rule", () => {
  it.each<[string, Partial<RoutingRule>]>([
    ["0:\tfrom all lookup local", { priority: 0, from: null, action: { kind: "lookup", table: "local" } }],
    ["32766: from all lookup main", { priority: 32766 }],
    ["101:\tnot from all fwmark 0xca6c lookup 51820", { not: true, mark: { value: 51820, mask: 0xffffffff } }],
    [
      "100:\tfrom 10.1.0.0/24 to 10.9.0.1 tos 0x10 fwmark 0x1/0xff iif eth0 oif eth1 lookup 100",
      {
        from: "10.1.0.0/24",
        to: "10.9.0.1/32",
        mark: { value: 1, mask: 255 },
        incomingInterface: "eth0",
        outgoingInterface: "eth1",
        attributes: [["tos", "0x10"]],
      },
    ],
    ["102:\tfrom all lookup main suppress_prefixlength 0", { suppressPrefixLength: 0 }],
    [
      "103:\tfrom all iif nosuch [detached] blackhole",
      { incomingInterface: "nosuch", action: { kind: "blackhole" }, attributes: [["iif", "[detached]"]] },
    ],
    ["103:\tfrom all iif nosuch lookup unspec blackhole", { action: { kind: "blackhole" } }],
    [
      "106:\tfrom all goto 200 [unresolved]",
      { action: { kind: "goto", priority: 200 }, attributes: [["goto", "[unresolved]"]] },
    ],
    ["200:\tfrom all nop", { action: { kind: "nop" } }],
    [
      "109:\tfrom all uidrange 1-2 ipproto tcp sport 1000-2000 dport 80 lookup 10 proto static",
      {
        attributes: [
          ["uidrange", "1-2"],
          ["ipproto", "tcp"],
          ["sport", "1000-2000"],
          ["dport", "80"],
          ["proto", "static"],
        ],
      },
    ],
    ["1000:\tfrom all lookup [l3mdev-table]", { action: { kind: "lookup", table: "[l3mdev-table]" } }],
    ["113:\tfrom 0/5 lookup 10", { from: "0.0.0.0/5" }],
    ["100:\tfrom fd01::/64 lookup 100", { family: 6, from: "fd01::/64" }],
  ])("%s", (text, expected) => {
    const { data, notes } = ipRule.parse(text);
    expect(notes).toEqual([]);
    expect(data).toMatchObject([expected]);
  });

  it("is of the command's family unless an address tells", () => {
    expect(ip6Rule.parse("0:\tfrom all lookup local").data[0]?.family).toBe(6);
    expect(ipRule.parse("0:\tfrom all lookup local").data[0]?.family).toBe(4);
  });

  it.each([
    ["from all lookup main", "expected a priority"],
    ["5: from all fwmark red lookup main", '"red" is no mark'],
    ["5: from 10.0.0.0/40 lookup main", '"10.0.0.0/40" is no prefix'],
    ["5: from all goto none", "expected a number after goto"],
    ["5: from all lookup main # ours", 'a remark: "# ours"'],
    ["5: from all", "expected an action, such as lookup"],
  ])("notes %s", (text, why) => {
    expect(ipRule.parse(text).notes).toContainEqual({ line: 1, text, why });
  });

  it("leaves out a rule of which it cannot read a condition", () => {
    expect(ipRule.parse("5: from all fwmark red lookup main").data).toEqual([]);
    expect(ipRule.parse("5: from all newselector 5 lookup main").data).toEqual([]);
  });
});

const rule: fc.Arbitrary<RoutingRule> = family.chain((of) =>
  fc.record({
    line: fc.constant(0),
    family: fc.constant(of),
    priority: fc.nat(),
    not: fc.boolean(),
    from: prefix(of),
    to: orNull(prefix(of)),
    incomingInterface: orNull(interfaceName),
    outgoingInterface: orNull(interfaceName),
    mark: orNull(fc.record({ value: fc.nat(0xffffffff), mask: fc.nat(0xffffffff) })),
    action: fc.oneof(
      fc.record({ kind: fc.constant("lookup" as const), table: fc.constantFrom("main", "100", "[l3mdev-table]") }),
      fc.record({ kind: fc.constant("goto" as const), priority: fc.nat() }),
      fc.record({ kind: fc.constantFrom("blackhole" as const, "nop" as const) }),
    ),
    suppressPrefixLength: orNull(fc.nat(128)),
    attributes: someOf(["tos", "0x10"], ["ipproto", "tcp"], ["dport", "80"], ["realms", "1/2"], ["proto", "static"]),
  }),
);

it("prints what it reads back", () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 5 }), (rules) => {
      const { data, notes } = ipRule.parse(ipRule.print(rules));
      expect(notes).toEqual([]);
      expect(withoutLines(data)).toEqual(withoutLines(rules));
    }),
  );
});
