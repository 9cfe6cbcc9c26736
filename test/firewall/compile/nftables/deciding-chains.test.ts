import { describe, expect, test } from "vitest";
import { mayDecide } from "../../../../src/firewall/compile/nftables/deciding-chains.ts";
import { nftRuleset } from "../../../../src/parsers/nft-ruleset.ts";

const place = { family: "bridge", table: "t" };
const base = { ...place, name: "base", type: "filter", hook: "forward", prio: 0, policy: "accept" };
const rule = (chain: string, ...expr: object[]) => ({ rule: { ...place, chain, expr } });
const match = (left: object, right: unknown, op = "==") => ({ match: { op, left, right } });
const payload = (protocol: string, field: string) => ({ payload: { protocol, field } });
const drop = { drop: null };

function decides(family: 4 | 6, members: readonly object[], chain: object = base): boolean {
  const { data } = nftRuleset.parse(JSON.stringify({ nftables: [{ chain }, ...members] }));
  const [first] = data.chains;
  return first !== undefined && mayDecide(data, first, family);
}

describe("a base chain decides", () => {
  test.each<[string, readonly object[]]>([
    ["by a drop", [rule("base", drop)]],
    ["by a reject", [rule("base", { reject: null })]],
    ["by a rewritten field", [rule("base", { mangle: { key: payload("ip", "ttl"), value: 1 } })]],
    ["by a copy elsewhere", [rule("base", { fwd: { dev: "eth1" } })]],
    ["by a statement that nobody knows", [rule("base", { hitherto: {} })]],
    [
      "in a chain that it jumps to",
      [rule("base", { jump: { target: "a" } }), rule("a", { goto: { target: "b" } }), rule("b", drop)],
    ],
    [
      "in a verdict map of its own",
      [
        rule("base", {
          vmap: {
            key: payload("tcp", "dport"),
            data: {
              set: [
                [80, { accept: null }],
                [81, drop],
              ],
            },
          },
        }),
      ],
    ],
    [
      "in a named verdict map",
      [
        { map: { ...place, name: "m", type: "inet_service", map: "verdict", elem: [[80, { jump: { target: "a" } }]] } },
        rule("base", { vmap: { key: payload("tcp", "dport"), data: "@m" } }),
        rule("a", drop),
      ],
    ],
    ["in a map that is not there", [rule("base", { vmap: { key: payload("tcp", "dport"), data: "@gone" } })]],
  ])("%s", (_, members) => {
    expect(decides(4, members)).toBe(true);
    expect(decides(6, members)).toBe(true);
  });

  test("by its policy", () => {
    expect(decides(4, [], { ...base, policy: "drop" })).toBe(true);
  });
});

describe("a base chain decides nothing", () => {
  test.each<[string, readonly object[]]>([
    ["without rules", []],
    [
      "by counting, logging and accepting",
      [rule("base", { counter: null }, { log: null }, { limit: { rate: 1 } }, { accept: null })],
    ],
    ["in a chain that nothing leads to", [rule("base", { accept: null }), rule("other", drop)]],
    ["in circles", [rule("base", { jump: { target: "a" } }), rule("a", { jump: { target: "base" } })]],
    [
      "in another table's chain of that name",
      [{ rule: { family: "bridge", table: "u", chain: "base", expr: [drop] } }],
    ],
  ])("%s", (_, members) => {
    expect(decides(4, members)).toBe(false);
    expect(decides(6, members)).toBe(false);
  });
});

describe("rules for one family decide nothing about the other", () => {
  test.each<[object, 4 | 6]>([
    [match(payload("ip6", "nexthdr"), "tcp"), 6],
    [match(payload("ip6", "saddr"), "fd00::1", "!="), 6],
    [match(payload("icmpv6", "type"), "nd-neighbor-solicit"), 6],
    [match(payload("ether", "type"), "ip6"), 6],
    [match(payload("ether", "type"), "arp"), 4],
    [match({ meta: { key: "protocol" } }, "ip"), 4],
    [match(payload("ip", "daddr"), "192.0.2.1"), 4],
  ])("%j", (one, family) => {
    expect(decides(family, [rule("base", one, drop)])).toBe(true);
    expect(decides(family === 4 ? 6 : 4, [rule("base", one, drop)])).toBe(false);
  });

  test("but one that is for all others than a family is for the rest, ARP among it", () => {
    const others = [rule("base", match(payload("ether", "type"), "ip6", "!="), drop)];
    expect(decides(4, others)).toBe(true);
    expect(decides(6, others)).toBe(true);
    expect(decides(6, [rule("base", match(payload("ether", "type"), "vlan"), drop)])).toBe(true);
  });
});
