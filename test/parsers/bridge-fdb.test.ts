import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bridgeFdb, type FdbEntry } from "../../src/parsers/bridge-fdb.ts";
import { address, family, interfaceName, mac, orNull, someOf } from "../support/network-arbitraries.ts";
import { withoutLines } from "../support/without-lines.ts";

describe("one entry", () => {
  it.each<[string, Partial<FdbEntry>]>([
    [
      "02:42:ac:12:00:02 dev veth1 master br0 ",
      { mac: "02:42:ac:12:00:02", device: "veth1", master: "br0", flags: [] },
    ],
    ["02:42:ac:12:00:02 dev veth1 vlan 10 master br0 permanent", { vlan: 10, flags: ["permanent"] }],
    ["33:33:00:00:00:01 dev eth0 self permanent", { master: null, flags: ["self", "permanent"] }],
    ["02:00:00:00:00:04 dev vb1 extern_learn master br0 stale", { flags: ["extern_learn", "stale"], master: "br0" }],
    [
      "02:00:00:00:00:04 dev vb1 used 4/4 sticky master br0 static",
      { attributes: [["used", "4/4"]], flags: ["sticky", "static"] },
    ],
    [
      "00:00:00:00:00:00 dev vx42 dst 192.0.2.8 port 4790 vni 43 via eth0 self permanent",
      {
        destination: "192.0.2.8",
        attributes: [
          ["port", "4790"],
          ["vni", "43"],
          ["via", "eth0"],
        ],
      },
    ],
    [
      "00:00:00:00:00:00 dev vx42 dst 2001:DB8::2 via ifindex 5 link-netnsid 0 self",
      {
        destination: "2001:db8::2",
        attributes: [
          ["via", "ifindex 5"],
          ["link-netnsid", "0"],
        ],
      },
    ],
    ["02:00:00:00:00:04 dev vb1 master", { master: null, flags: ["master"] }],
    ["02:00:00:00:00:04 dev vb1 master permanent", { master: null, flags: ["master", "permanent"] }],
    ["02:00:00:00:00:04 dev vb1 master br0 state=0x20", { flags: ["state=0x20"] }],
  ])("%s", (text, expected) => {
    const { data, notes } = bridgeFdb.parse(text);
    expect(notes).toEqual([]);
    expect(data).toMatchObject([expected]);
  });

  it.each([
    ["02:42:ac:12:00:02 master br0", "expected a hardware address, dev and an interface"],
    ["02:42:ac:12:00:02 dev vx dst there self", 'dst "there" is no address'],
    ["02:42:ac:12:00:02 dev vx vlan ten self", "expected a number after vlan"],
    ["02:42:ac:12:00:02 dev vx self # db", 'a remark: "# db"'],
  ])("notes %s", (text, why) => {
    expect(bridgeFdb.parse(text).notes).toEqual([{ line: 1, text, why }]);
  });
});

const entry: fc.Arbitrary<FdbEntry> = fc.record({
  line: fc.constant(0),
  mac,
  device: interfaceName,
  master: orNull(interfaceName),
  vlan: orNull(fc.nat(4094)),
  destination: orNull(family.chain(address)),
  flags: someOf("self", "extern_learn", "offload", "sticky", "permanent"),
  attributes: someOf(["port", "4790"], ["vni", "43"], ["via", "ifindex 5"], ["nhid", "3"]),
});

it("prints what it reads back", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
      const { data, notes } = bridgeFdb.parse(bridgeFdb.print(entries));
      expect(notes).toEqual([]);
      expect(withoutLines(data)).toEqual(withoutLines(entries));
    }),
  );
});
