import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ip6Route, ipRoute, type Nexthop, type RouteEntry } from "../../src/parsers/ip-route.ts";
import { address, family, interfaceName, orNull, prefix, someOf } from "../support/network-arbitraries.ts";
import { withoutLines } from "../support/without-lines.ts";

const onlyRoute = (text: string, parser = ipRoute): RouteEntry => {
  const { data, notes } = parser.parse(text);
  expect(notes).toEqual([]);
  expect(data).toHaveLength(1);
  return data[0] as RouteEntry;
};
const hop = (facts: Partial<Nexthop>): Nexthop => ({
  via: null,
  device: null,
  weight: null,
  flags: [],
  attributes: [],
  ...facts,
});

describe("one route", () => {
  it.each<[string, Partial<RouteEntry>]>([
    [
      "default via 192.0.2.1 dev eth0 ",
      { family: 4, to: "0.0.0.0/0", table: "main", nexthops: [hop({ via: "192.0.2.1", device: "eth0" })] },
    ],
    [
      "default via fe80::1 dev eth0 metric 1024 pref medium",
      { family: 6, to: "::/0", metric: 1024, attributes: [["pref", "medium"]] },
    ],
    ["default dev eth0 metric 1024 pref medium", { family: 6, to: "::/0" }],
    [
      "unreachable default dev lo table unspec proto kernel metric 4294967295 error -101",
      {
        family: 6,
        type: "unreachable",
        table: "unspec",
        nexthops: [],
        attributes: [
          ["dev", "lo"],
          ["error", "-101"],
        ],
      },
    ],
    [
      "10.0.0.0/8 dev eth0 proto kernel scope link src 10.0.0.1 metric 100 linkdown",
      {
        to: "10.0.0.0/8",
        protocol: "kernel",
        scope: "link",
        source: "10.0.0.1",
        metric: 100,
        nexthops: [hop({ device: "eth0", flags: ["linkdown"] })],
      },
    ],
    ["203.0.113.7 via 192.0.2.2 dev eth0", { to: "203.0.113.7/32" }],
    ["2001:DB8::7 via fe80::1 dev eth0", { to: "2001:db8::7/128" }],
    [
      "10.71.0.0/24 via 203.0.113.1 dev eth0 onlink",
      { nexthops: [hop({ via: "203.0.113.1", device: "eth0", flags: ["onlink"] })] },
    ],
    ["10.73.0.0/24 via inet6 fe80::1 dev eth0", { family: 4, nexthops: [hop({ via: "fe80::1", device: "eth0" })] }],
    ["default via inet6 fe80::1 dev eth0", { family: 4, to: "0.0.0.0/0" }],
    ["blackhole 10.66.0.0/16 ", { type: "blackhole", nexthops: [] }],
    ["prohibit 10.68.0.1 ", { type: "prohibit", to: "10.68.0.1/32" }],
    ["throw 10.69.0.0/16 table 100 ", { type: "throw", table: "100" }],
    [
      "blackhole 2001:db8::/32 dev lo metric 1024 pref medium",
      {
        nexthops: [],
        attributes: [
          ["dev", "lo"],
          ["pref", "medium"],
        ],
      },
    ],
    ["local 192.0.2.1 dev eth0 table local proto kernel scope host src 192.0.2.1 ", { type: "local", table: "local" }],
    ["broadcast 192.0.2.255 dev eth0 table local proto kernel scope link src 192.0.2.1 ", { type: "broadcast" }],
    ["anycast 2001:db8:: dev eth0 table local proto kernel metric 0 pref medium", { type: "anycast", metric: 0 }],
    ["multicast ff00::/8 dev eth0 table local proto kernel metric 256 pref medium", { type: "multicast" }],
    ["10.76.0.0/24 nhid 7 via 192.0.2.2 dev eth0", { attributes: [["nhid", "7"]] }],
    [
      "10.74.0.0/24  encap ip id 30 src 0.0.0.0 dst 10.9.9.9 ttl 0 tos 0 via 192.0.2.2 dev eth0",
      {
        attributes: [["encap", "ip id 30 src 0.0.0.0 dst 10.9.9.9 ttl 0 tos 0"]],
        nexthops: [hop({ via: "192.0.2.2", device: "eth0" })],
      },
    ],
    [
      "10.72.0.0/24 dev eth0 scope link mtu lock 1400 features ecn tcp_usec_ts rto_min lock 20ms congctl reno",
      {
        attributes: [
          ["mtu", "lock 1400"],
          ["features", "ecn tcp_usec_ts"],
          ["rto_min", "lock 20ms"],
          ["congctl", "reno"],
        ],
      },
    ],
    [
      "2001:db8:72::1 from 2001:db8:99::/64 dev eth0 metric 1024 expires 295sec pref high",
      {
        attributes: [
          ["from", "2001:db8:99::/64"],
          ["expires", "295sec"],
          ["pref", "high"],
        ],
      },
    ],
    ["10.1.0.0/24 dev eth0 scope link  src 10.1.0.1  metric 20", { source: "10.1.0.1", metric: 20 }],
    ["unicast 10.1.0.0/24 dev eth0", { type: "unicast" }],
  ])("%s", (text, expected) => {
    expect(onlyRoute(text)).toMatchObject(expected);
  });

  it("takes the command's family where a line tells none", () => {
    expect(onlyRoute("default dev wg0 scope link").to).toBe("0.0.0.0/0");
    expect(onlyRoute("default dev wg0 metric 1024", ip6Route).to).toBe("::/0");
  });

  it.each([
    ["10.0.0.0/33 dev eth0", "expected a destination"],
    ["RTNETLINK answers: No such file or directory", "expected a destination"],
    ["10.0.0.0/8 via nowhere dev eth0", 'via "nowhere" is no address'],
    ["10.0.0.0/8 dev eth0 metric many", "expected a number after metric"],
    ["10.0.0.0/8 dev eth0 something new", '"something new" was not expected here'],
    ["10.0.0.0/8 dev eth0 # ours", 'a remark: "# ours"'],
    ["10.0.0.0/8 dev eth0 dev eth1", "dev stands here twice"],
    ["    nexthop via 192.0.2.1 dev eth0 weight 1", "a next hop without its route"],
  ])("notes %s", (text, why) => {
    expect(ipRoute.parse(text).notes).toEqual([{ line: 1, text, why }]);
  });

  it("leaves out a route whose gateway it cannot read: without one it would be a connected route", () => {
    expect(ipRoute.parse("10.0.0.0/8 via nowhere dev eth0").data).toEqual([]);
  });
});

describe("several next hops", () => {
  const expected = [
    hop({ via: "192.0.2.2", device: "eth0", weight: 1 }),
    hop({ via: "198.51.100.2", device: "eth1", weight: 3, flags: ["onlink"], attributes: [["realm", "4"]] }),
  ];
  it.each([
    "default proto static metric 20 \n\tnexthop via 192.0.2.2 dev eth0 weight 1 \n\tnexthop via 198.51.100.2 realm 4 dev eth1 weight 3 onlink ",
    "default proto static metric 20\nnexthop via 192.0.2.2 dev eth0 weight 1\nnexthop via 198.51.100.2 realm 4 dev eth1 weight 3 onlink",
    "default proto static metric 20 \\\tnexthop via 192.0.2.2 dev eth0 weight 1 \\\tnexthop via 198.51.100.2 realm 4 dev eth1 weight 3 onlink",
  ])("%j", (text) => {
    expect(onlyRoute(text)).toMatchObject({ family: 4, metric: 20, nexthops: expected });
  });

  it("learns the family from them", () => {
    const text =
      "default proto ra metric 1024\n\tnexthop via fe80::1 dev eth0 weight 1\n\tnexthop via fe80::2 dev eth0 weight 1 pref medium";
    expect(onlyRoute(text)).toMatchObject({ family: 6, to: "::/0", attributes: [["pref", "medium"]] });
  });

  it("does not give them to the route before one that it could not read", () => {
    const { data, notes } = ipRoute.parse(
      "10.0.0.0/8 proto bird\nbroken proto bird\n\tnexthop via 192.0.2.2 dev eth0 weight 1",
    );
    expect(data).toMatchObject([{ nexthops: [] }]);
    expect(notes.map(({ line }) => line)).toEqual([2, 3]);
  });
});

const alone = fc.constant(null);
const nexthop = (of: 4 | 6, weight: fc.Arbitrary<number | null>): fc.Arbitrary<Nexthop> =>
  fc.record({
    via: orNull(address(of)),
    device: interfaceName,
    weight,
    flags: someOf("dead", "onlink", "linkdown"),
    attributes: weight === alone ? fc.constant([]) : someOf(["encap", "mpls 100"], ["realm", "4"]),
  });
const route: fc.Arbitrary<RouteEntry> = family.chain((of) =>
  fc.record({
    line: fc.constant(0),
    family: fc.constant(of),
    type: fc.constantFrom("unicast" as const, "local" as const, "broadcast" as const, "anycast" as const),
    to: prefix(of),
    table: fc.constantFrom("main", "local", "100"),
    protocol: orNull(fc.constantFrom("kernel", "static", "ra")),
    scope: orNull(fc.constantFrom("link", "host")),
    source: orNull(address(of)),
    metric: orNull(fc.nat()),
    nexthops: fc.oneof(
      nexthop(of, alone).map((only) => [only]),
      fc.array(nexthop(of, fc.integer({ min: 1, max: 256 })), { maxLength: 3 }),
    ),
    attributes: someOf(["nhid", "7"], ["mtu", "lock 1400"], ["features", "ecn"]),
  }),
);

it("prints what it reads back", () => {
  fc.assert(
    fc.property(fc.array(route, { maxLength: 5 }), (routes) => {
      const { data, notes } = ipRoute.parse(ipRoute.print(routes));
      expect(notes).toEqual([]);
      expect(withoutLines(data)).toEqual(withoutLines(routes));
    }),
  );
});
