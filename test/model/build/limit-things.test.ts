import { describe, expect, test } from "vitest";
import type { Host } from "../../../src/model/host.ts";
import { analyze, rebuildHost } from "../../../src/operations/analyze.ts";
import { reporters } from "../../../src/reporters/analysis/registry.ts";
import { snapshotOf } from "../../support/snapshot-of.ts";

const link = (index: number, name: string) =>
  `${index}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n`;
const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const notesOf = ({ captures }: Host) => captures.flatMap(({ notes }) => notes.map(({ line, why }) => ({ line, why })));

describe("a host of more things than any has", () => {
  test("keeps the first of its interfaces and says where the others begin", () => {
    const host = rebuildHost(snapshotOf({ "ip-addr": many(20_003, (i) => link(i + 1, `if${i}`)).join("") }));
    const { interfaces } = host.own;
    expect(interfaces.known && interfaces.value.length).toBe(20_000);
    expect(notesOf(host)).toEqual([
      { line: 20_001, why: "more than 20000 interfaces: those from here on are left out" },
    ]);
  });

  test("keeps as many endpoints, of whichever networks", () => {
    const endpoint = (i: number) => [
      i.toString(16).padStart(64, "0"),
      { Name: `c${i}`, EndpointID: "e", MacAddress: "", IPv4Address: "10.0.0.2/8", IPv6Address: "" },
    ];
    const network = (id: string, from: number) => ({
      ...{
        Name: id,
        Id: id.repeat(64),
        Scope: "local",
        Driver: "bridge",
        IPAM: { Config: [{ Subnet: "10.0.0.0/8" }] },
      },
      Containers: Object.fromEntries(many(6_000, (i) => endpoint(from + i))),
    });
    const text = JSON.stringify([network("a", 0), network("b", 6_000)]);
    const host = rebuildHost(snapshotOf({ "docker-network-inspect": text }));
    expect(host.containers.length).toBe(10_000);
    expect(notesOf(host)).toEqual([{ line: 1, why: "more than 10000 endpoints: those from here on are left out" }]);
  });
});

test("interfaces built one upon the other are drawn as deep as the kernel builds them, the others on their own", () => {
  const chain = many(20_000, (i) => link(i + 1, i === 0 ? "v0" : `v${i}@v${i - 1}`)).join("");
  const lines = reporters.text(analyze(snapshotOf({ "ip-addr": chain })), { width: 100, color: false }).split("\n");
  const rows = (name: string) => lines.filter((line) => new RegExp(`─ ${name}\\b`).test(line)).length;
  expect([rows("v0"), rows("v8"), rows("v9"), rows("v19999")]).toEqual([1, 1, 1, 1]);
  expect(lines.some((line) => line.includes("more than 8 interfaces one upon the other"))).toBe(true);
  expect(Math.max(...lines.map((line) => line.search(/[^│ ]/)))).toBeLessThan(40);
});
