import { describe, expect, it } from "vitest";
import { nftRuleset } from "../../src/parsers/nft-ruleset.ts";
import { itObeysTheJsonLaws } from "../support/json-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";

const samples = parserSamples("nft-ruleset");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";
const parse = (text: string) => nftRuleset.parse(text);

describe("nft -j list ruleset", () => {
  itObeysTheJsonLaws(
    nftRuleset,
    samples.map(({ text }) => text),
  );

  it.each(samples)("loses nothing of $name", ({ text }) => {
    const { data, notes } = parse(text);
    expect(notes).toEqual([]);
    const { nftables } = JSON.parse(text) as { nftables: Record<string, { elem?: unknown[] }>[] };
    const count = (...kinds: string[]) => nftables.filter((member) => kinds.some((kind) => kind in member)).length;
    expect(data.tables).toHaveLength(count("table"));
    expect(data.chains).toHaveLength(count("chain"));
    expect(data.rules).toHaveLength(count("rule"));
    expect(data.sets).toHaveLength(count("set", "map"));
    const elements = nftables.flatMap((member) => Object.values(member).flatMap(({ elem }) => elem ?? []));
    const apart = data.objects.filter(({ kind }) => kind === "element").length;
    expect(data.sets.flatMap((set) => set.elements)).toHaveLength(elements.length - apart);
  });

  it("notes a list that does not stand where nft prints it", () => {
    const { data, notes } = parse('{"nftables": "#", "nftables": [{"metainfo": {"version": "1.0.6"}}]}');
    expect(data).toMatchObject({ version: null, tables: [], objects: [] });
    expect(notes.map(({ why }) => why)).toContain('expected {"nftables": [');
  });

  it("reads the tables of Docker 29", () => {
    const { data } = parse(sample("docker-29"));
    expect(data.version).toBe("1.1.7");
    expect(data.tables.map(({ family, name }) => `${family} ${name}`)).toContain("ip docker-bridges");
    expect(data.chains.find(({ name }) => name === "filter-FORWARD")).toMatchObject({
      base: { type: "filter", hook: "forward", priority: 0, policy: "accept", devices: [] },
    });
    expect(data.chains.find(({ name }) => name === "filter-forward-in__docker0")?.base).toBeNull();
    expect(data.sets.find(({ name }) => name === "filter-forward-in-jumps")).toMatchObject({
      type: "ifname",
      map: "verdict",
      flags: [],
    });
  });

  it("reads sets, maps, elements apart, other objects and comments, each with its line", () => {
    const { data } = parse(sample("sets-pretty"));
    expect(data.sets).toEqual([
      {
        line: 6,
        family: "inet",
        table: "filter",
        name: "blocked",
        type: "ipv4_addr",
        map: null,
        flags: ["interval"],
        elements: [{ prefix: { addr: "198.51.100.0", len: 24 } }, "203.0.113.7"],
      },
      {
        line: 16,
        family: "inet",
        table: "filter",
        name: "ports",
        type: ["ipv4_addr", "inet_service"],
        map: "verdict",
        flags: ["timeout"],
        elements: [[{ concat: ["192.0.2.1", 80] }, { accept: null }]],
      },
    ]);
    expect(data.objects.map(({ line, kind }) => [line, kind])).toEqual([
      [19, "counter"],
      [20, "flowtable"],
      [18, "element"],
    ]);
    expect(data.chains.map(({ name, base }) => [name, base?.priority, base?.devices])).toEqual([
      ["input", 0, []],
      ["early", -500, ["eth0"]],
      ["plain", undefined, undefined],
    ]);
    expect(data.rules).toMatchObject([
      { line: 25, handle: 10, comment: 'blocked "people"', expr: [{}, {}, { drop: null }] },
    ]);
  });

  it("keeps the members before a break, and those beside one of a wrong shape", () => {
    const whole = '{"nftables": [{"table": {"family": "ip", "name": "a", "handle": 1}}, ';
    expect(parse(`${whole}{"rule": {"fam`)).toMatchObject({
      data: { tables: [{ name: "a" }] },
      notes: [{ line: 1 }],
    });
    const wrong = parse(`${whole}{"chain": {"family": "ip"}}, {"table": {"family": "ip6", "name": "b"}}]}`);
    expect(wrong.data.tables.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(wrong.notes).toMatchObject([{ line: 1, why: "table: expected string, received undefined" }]);
  });

  it("notes warnings before the document", () => {
    const warning = "# Warning: table ip nat is managed by iptables-nft, do not touch!";
    const { data, notes } = parse(`${warning}\n{"nftables": [{"metainfo": {"version": "1.0.6"}}]}\n`);
    expect(data.version).toBe("1.0.6");
    expect(notes).toEqual([{ line: 1, text: warning, why: "not JSON" }]);
  });

  it("says that nft's own syntax is not read", () => {
    const { data, notes } = parse("# Warning\ntable ip nat {\n\tchain POSTROUTING {\n\t}\n}\n");
    expect(data.tables).toEqual([]);
    expect(notes).toEqual([
      { line: 2, text: "table ip nat {", why: "this is nft's own syntax; only JSON (nft -j list ruleset) is read" },
    ]);
  });
});
