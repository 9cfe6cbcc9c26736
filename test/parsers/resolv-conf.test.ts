import { describe, expect, it } from "vitest";
import { resolvConf } from "../../src/parsers/resolv-conf.ts";
import { itObeysTheLaws } from "../support/parser-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";

const samples = parserSamples("resolv-conf");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";
const parse = (text: string) => resolvConf.parse(text);

describe("resolv.conf", () => {
  itObeysTheLaws(
    resolvConf,
    samples.map(({ text }) => text),
  );

  it("reads what Docker writes for its embedded DNS", () => {
    const { data, notes } = parse(sample("embedded-28"));
    expect(notes).toEqual([]);
    expect(data).toMatchObject({
      nameservers: [{ line: 5, address: "127.0.0.11" }],
      search: [],
      options: ["ndots:0"],
      extServers: [{ line: 9, address: "192.0.2.53", viaHost: true }],
    });
    expect(data.comments.map(({ line }) => line)).toEqual([1, 2, 3, 8, 10, 11]);
  });

  it("reads the host's with zones, several options and both kinds of comments", () => {
    expect(parse(sample("systemd"))).toMatchObject({
      data: {
        nameservers: [
          { line: 6, address: "127.0.0.53" },
          { line: 7, address: "fe80::1%eth0" },
          { line: 8, address: "2001:db8::53" },
        ],
        search: ["example.org", "corp.example.org"],
        options: ["edns0", "trust-ad", "ndots:2"],
        comments: [
          { line: 1 },
          { line: 2 },
          { line: 3, text: "#" },
          { line: 4, text: "; a comment of the other kind" },
        ],
      },
      notes: [],
    });
  });

  it.each([
    ["# ExtServers: [192.0.2.99]", [{ line: 1, address: "192.0.2.99", viaHost: false }]],
    [
      "# ExtServers: [host(127.0.0.53) 1.1.1.1 fe80::1%eth0]",
      [
        { line: 1, address: "127.0.0.53", viaHost: true },
        { line: 1, address: "1.1.1.1", viaHost: false },
        { line: 1, address: "fe80::1%eth0", viaHost: false },
      ],
    ],
    ["# ExtServers: []", []],
  ])("reads %j", (text, extServers) => {
    expect(parse(text)).toMatchObject({ data: { extServers, comments: [] }, notes: [] });
  });

  it("lets the last search or domain count, and notes the one it replaces", () => {
    const { data, notes } = parse("search a.example b.example\nnameserver 192.0.2.1\ndomain c.example\n");
    expect(data.search).toEqual(["c.example"]);
    expect(notes).toEqual([
      { line: 1, text: "search a.example b.example", why: "replaced by line 3: only the last search or domain counts" },
    ]);
  });

  it.each([
    ["nameserver", "not an address"],
    ["nameserver localhost", "not an address"],
    ["nameserver 10.1", "not an address"],
    ["nameserver 192.0.2.1%eth0", "not an address"],
    ["nameserver 192.0.2.1 192.0.2.2", "only the first address of a nameserver line counts"],
    ["domain a.example b.example", "only the first word of a domain line counts"],
    ["sortlist 192.0.2.0/24", "sortlist, the order among several addresses of a name, is not kept"],
    ["lookup file bind", "unknown keyword lookup"],
    ["# ExtServers: [x]", "ExtServers with something that is not an address"],
  ])("notes %j", (text, why) => {
    expect(parse(text).notes).toEqual([{ line: 1, text, why }]);
  });
});
