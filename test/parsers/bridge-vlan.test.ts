import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bridgeVlan, type PortVlans } from "../../src/parsers/bridge-vlan.ts";
import { interfaceName } from "../support/network-arbitraries.ts";
import { withoutLines } from "../support/without-lines.ts";

const vlan = (line: number, from: number, to = from, pvid = false, untagged = false) => ({
  line,
  from,
  to,
  pvid,
  untagged,
});
const expected: PortVlans[] = [
  { line: 2, port: "veth0", vlans: [vlan(2, 1, 1, true, true), vlan(3, 10, 20)] },
  { line: 4, port: "10", vlans: [vlan(4, 4094, 4094, false, true)] },
];

describe("layouts", () => {
  it.each([
    [
      "as printed",
      "port              vlan-id  \nveth0             1 PVID Egress Untagged\n                  10-20\n10                4094 Egress Untagged\n",
    ],
    ["without indentation", "port vlan-id\nveth0 1 PVID Egress Untagged\n10-20\n10 4094 Egress Untagged"],
    ["iproute2 4", "port\tvlan ids\nveth0\t 1 PVID Egress Untagged\n\t 10-20\n10\t 4094 Egress Untagged\n"],
  ])("%s", (_, text) => {
    expect(bridgeVlan.parse(text)).toEqual({ data: expected, notes: [] });
  });

  it("knows ports without VLANs from iproute2 4", () => {
    const text = "port\tvlan ids\nveth9\tNone\nveth8\n\n";
    expect(bridgeVlan.parse(text)).toMatchObject({
      data: [{ port: "veth9", vlans: [] }, { port: "veth8" }],
      notes: [],
    });
  });
});

it.each([
  ["                  10-20", "a VLAN without its port"],
  ["veth0", "expected a port and its VLANs"],
  ["veth0             1 PVID what", '"what" was not expected here'],
  ["veth0             one", "expected a port and its VLANs"],
])("notes %j", (text, why) => {
  expect(bridgeVlan.parse(`port              vlan-id\n${text}`).notes).toEqual([{ line: 2, text, why }]);
});

const vlans = fc.record({
  line: fc.constant(0),
  from: fc.nat(4094),
  to: fc.nat(4094),
  pvid: fc.boolean(),
  untagged: fc.boolean(),
});
const ports = fc.record({ line: fc.constant(0), port: interfaceName, vlans: fc.array(vlans, { maxLength: 4 }) });

it("prints what it reads back", () => {
  fc.assert(
    fc.property(fc.array(ports, { maxLength: 6 }), (data) => {
      const again = bridgeVlan.parse(bridgeVlan.print(data));
      expect(again.notes).toEqual([]);
      expect(withoutLines(again.data)).toEqual(withoutLines(data));
    }),
  );
});
