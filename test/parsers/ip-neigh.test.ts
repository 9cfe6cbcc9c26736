import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ipNeigh, type Neighbour } from "../../src/parsers/ip-neigh.ts";
import { address, family, interfaceName, mac, orNull, someOf } from "../support/network-arbitraries.ts";
import { withoutLines } from "../support/without-lines.ts";

describe("one neighbour", () => {
  it.each<[string, Partial<Neighbour>]>([
    [
      "192.0.2.2 dev eth0 lladdr 02:00:00:00:01:02 REACHABLE ",
      { address: "192.0.2.2", device: "eth0", mac: "02:00:00:00:01:02", state: "REACHABLE" },
    ],
    ["fe80::1 dev eth0 lladdr 02:00:00:00:01:02 router STALE", { flags: ["router"], state: "STALE" }],
    ["192.0.2.2 dev br0 INCOMPLETE", { mac: null, state: "INCOMPLETE" }],
    ["192.0.2.2 dev br0 managed extern_learn FAILED", { flags: ["managed", "extern_learn"] }],
    ["192.0.2.6 dev eth0 proxy ", { flags: ["proxy"], state: null }],
    ["192.0.2.5 dev eth0 lladdr 02:00:00:00:01:05 NOARP proto zebra ", { attributes: [["proto", "zebra"]] }],
    [
      "192.0.2.3 dev eth0 lladdr 02:00:00:00:01:03 router  used 0/60/0probes 1 STALE ",
      {
        attributes: [
          ["used", "0/60/0"],
          ["probes", "1"],
        ],
      },
    ],
    [
      "192.0.2.4 dev eth0 lladdr 02:00:00:00:01:04 ref 1 used 0/0/0 probes 0 REACHABLE",
      {
        attributes: [
          ["ref", "1"],
          ["used", "0/0/0"],
          ["probes", "0"],
        ],
      },
    ],
  ])("%s", (text, expected) => {
    const { data, notes } = ipNeigh.parse(text);
    expect(notes).toEqual([]);
    expect(data).toMatchObject([expected]);
  });

  it.each([
    ["192.0.2.2 lladdr 02:00:00:00:01:02 REACHABLE", "expected dev and an interface after the address"],
    ["somewhere dev eth0 REACHABLE", "expected an address"],
    ["192.0.2.2 dev eth0 lladdr", "expected a value after lladdr"],
    ["192.0.2.2 dev eth0 REACHABLE # db", 'a remark: "# db"'],
  ])("notes %s", (text, why) => {
    expect(ipNeigh.parse(text).notes).toEqual([{ line: 1, text, why }]);
  });
});

const neighbour: fc.Arbitrary<Neighbour> = fc.record({
  line: fc.constant(0),
  address: family.chain(address),
  device: interfaceName,
  mac: orNull(mac),
  state: orNull(fc.constantFrom("REACHABLE", "STALE", "FAILED", "PERMANENT")),
  flags: someOf("router", "proxy", "managed", "extern_learn"),
  attributes: someOf(["ref", "1"], ["used", "0/0/0"], ["probes", "4"], ["proto", "zebra"]),
});

it("prints what it reads back", () => {
  fc.assert(
    fc.property(fc.array(neighbour, { maxLength: 8 }), (neighbours) => {
      const { data, notes } = ipNeigh.parse(ipNeigh.print(neighbours));
      expect(notes).toEqual([]);
      expect(withoutLines(data)).toEqual(withoutLines(neighbours));
    }),
  );
});
