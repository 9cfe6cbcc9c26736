import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BridgePort, bridgeLink } from "../../src/parsers/bridge-link.ts";
import { interfaceName, orNull, someOf } from "../support/network-arbitraries.ts";
import { withoutLines } from "../support/without-lines.ts";

const port = "5: veth1@if4: <BROADCAST,UP> mtu 1500 master br0 state forwarding priority 32 cost 2 ";

describe("one port", () => {
  it.each<[string, Partial<BridgePort>]>([
    [
      port,
      {
        index: 5,
        name: "veth1",
        peer: "if4",
        flags: ["BROADCAST", "UP"],
        mtu: 1500,
        master: "br0",
        state: "forwarding",
        priority: 32,
        cost: 2,
        settings: {},
        operState: null,
      },
    ],
    [
      `${port}\n    hairpin on isolated off mcast_router 1 `,
      { settings: { hairpin: "on", isolated: "off", mcast_router: "1" } },
    ],
    [`${port}\nhairpin on isolated off`, { settings: { hairpin: "on", isolated: "off" } }],
    [`${port}\\    hairpin on isolated off`, { settings: { hairpin: "on", isolated: "off" } }],
    [
      "3: eth1 state UP @NONE: <UP> mtu 1500 master br0 state disabled priority 32 cost 4",
      { name: "eth1", operState: "UP", peer: "NONE", state: "disabled" },
    ],
    ["3: eth1 state UP : <UP> mtu 1500 master br0", { operState: "UP", peer: null }],
    ["3: eth1: <UP> mtu 1500 hwmode VEB", { settings: { hwmode: "VEB" } }],
  ])("%j", (text, expected) => {
    const { data, notes } = bridgeLink.parse(text);
    expect(notes).toEqual([]);
    expect(data).toMatchObject([expected]);
  });

  it.each([
    ["5: veth1: <UP> mtu many", 1, "expected a number after mtu"],
    [`${port}# this`, 1, 'a remark: "# this"'],
    [`${port}\n    hairpin on isolated`, 2, "expected a value after isolated"],
    [`${port}\n    hairpin on hairpin off`, 2, "hairpin stands here twice"],
    ["    hairpin on", 1, "not understood"],
  ])("notes %j", (text, line, why) => {
    expect(bridgeLink.parse(text).notes).toEqual([expect.objectContaining({ line, why })]);
  });
});

const ports: fc.Arbitrary<BridgePort> = fc.record({
  line: fc.constant(0),
  index: fc.nat(),
  name: interfaceName,
  peer: orNull(interfaceName),
  flags: someOf("BROADCAST", "UP", "M-DOWN"),
  operState: orNull(fc.constantFrom("UP", "DOWN")),
  mtu: orNull(fc.nat()),
  master: orNull(interfaceName),
  state: orNull(fc.constantFrom("forwarding", "disabled")),
  priority: orNull(fc.nat()),
  cost: orNull(fc.nat()),
  settings: someOf(["hairpin", "off"], ["learning", "on"], ["mcast_router", "1"]).map((pairs) =>
    pairs.length === 0 ? {} : { ...{ hairpin: "on" }, ...Object.fromEntries(pairs) },
  ),
});

it("prints what it reads back", () => {
  fc.assert(
    fc.property(fc.array(ports, { maxLength: 8 }), (data) => {
      const again = bridgeLink.parse(bridgeLink.print(data));
      expect(again.notes).toEqual([]);
      expect(withoutLines(again.data)).toEqual(withoutLines(data));
    }),
  );
});
