import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dockerPs } from "../../src/parsers/docker-ps.ts";
import { parserSamples } from "../support/parser-samples.ts";
import { withoutLines } from "../support/without-lines.ts";

const samples = parserSamples("docker-ps");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";
const parse = (text: string) => dockerPs.parse(text);

/** One row in columns, with the given PORTS. */
const withPorts = (ports: string) =>
  parse(`CONTAINER ID   IMAGE     COMMAND   CREATED         STATUS         PORTS${" ".repeat(ports.length)}   NAMES
2abb795c3915   busybox   "top"     3 minutes ago   Up 3 minutes   ${ports}        x
`);

describe("docker ps", () => {
  it.each(samples)("understands all of $name and prints what it reads again", ({ text }) => {
    const { data, notes } = parse(text);
    expect(notes).toEqual([]);
    expect(data).toHaveLength(text.trimEnd().split("\n").length - 1);
    expect(parse(dockerPs.print(data)).data).toEqual(data);
  });

  it("reads every form of a row", () => {
    const { data } = parse(sample("forms"));
    expect(data.map(({ id, image, created, status, names }) => [id, image, created, status, names])).toEqual([
      ["2abb795c3915", "nginx:1.27", "2 weeks ago", "Up 2 weeks (healthy)", ["edge"]],
      ["7e2d8d942caf", "registry.example/a/b", "About a minute ago", "Restarting (1) 15 seconds ago", ["loop"]],
      ["012a816c27c4", "busybox", "3 hours ago", "Exited (137) About an hour ago", ["old"]],
      ["9ac44a8694fb", "busybox", "3 hours ago", "Created", ["fresh"]],
      ["f76c61bc3e4e", "busybox", "3 hours ago", "Up 3 hours (Paused)", ["p1", "web/alias"]],
    ]);
    expect(data[0]?.ports).toEqual([
      { host: { address: "0.0.0.0", from: 8000, to: 8002 }, from: 8000, to: 8002, protocol: "tcp" },
      { host: { address: "::", from: 8000, to: 8002 }, from: 8000, to: 8002, protocol: "tcp" },
      { host: null, from: 80, to: 80, protocol: "tcp" },
      { host: { address: "192.0.2.10", from: 53, to: 53 }, from: 53, to: 53, protocol: "udp" },
    ]);
    expect(data[3]?.ports).toEqual([{ host: null, from: 9000, to: 9002, protocol: "tcp" }]);
  });

  it("reads the same when the columns are squeezed to one space", () => {
    expect(parse(sample("squeezed")).data).toEqual(parse(sample("forms")).data);
  });

  it.each([
    ["[::]:80->80/tcp", [{ host: { address: "::", from: 80, to: 80 }, from: 80, to: 80, protocol: "tcp" }]],
    [":::80->80/tcp", [{ host: { address: "::", from: 80, to: 80 }, from: 80, to: 80, protocol: "tcp" }]],
    [
      "[::1]:8080-8081->80-81/sctp",
      [{ host: { address: "::1", from: 8080, to: 8081 }, from: 80, to: 81, protocol: "sctp" }],
    ],
    [
      "2001:db8::1:80->81/tcp",
      [{ host: { address: "2001:db8::1", from: 80, to: 80 }, from: 81, to: 81, protocol: "tcp" }],
    ],
    ["", []],
  ])("reads the ports %j", (text, ports) => {
    expect(withPorts(text)).toMatchObject({ data: [{ ports }], notes: [] });
  });

  it.each([
    "0.0.0.0:80->80/icmp",
    "host:80->80/tcp",
    "0.0.0.0:80-82->80-81/tcp",
    "0.0.0.0:80->70000/tcp",
    "82-80/tcp",
    "80",
    "0.0.0.0:->80/tcp",
  ])("notes the ports %j and keeps the row", (text) => {
    expect(withPorts(`81/tcp, ${text}`)).toMatchObject({
      data: [{ id: "2abb795c3915", ports: [{ from: 81 }] }],
      notes: [{ line: 2, why: "ports that are not understood" }],
    });
  });

  it("reads past further columns", () => {
    const text = `CONTAINER ID   IMAGE     COMMAND   CREATED         STATUS         PORTS     NAMES     SIZE
2abb795c3915   busybox   "top"     3 minutes ago   Up 3 minutes             x         0B (virtual 4.26MB)\n`;
    expect(parse(text)).toMatchObject({ data: [{ names: ["x"], ports: [] }], notes: [] });
  });

  it("keeps no command, not even in a note", () => {
    const texts = samples
      .map(({ text }) => text)
      .concat('2abb795c3915 x "run --password \\"hunter2\\"" yesterday', '0 "hunter2');
    expect(JSON.stringify(texts.map(parse))).not.toMatch(/hunter2|\/opt\/srv|entrypoint|sleep/);
  });

  it.each([
    "lorem ipsum dolor",
    '2abb795c3915 busybox "top" yesterday Up 3 minutes x',
    '2abb795c3915 busybox "top" 3 minutes ago Up 3 minutes 80/tcp 81/tcp x',
    'nothexanid12 busybox "top" 3 minutes ago Up 3 minutes x',
  ])("notes %j", (line) => {
    expect(parse(`\n${line}`)).toMatchObject({ data: [], notes: [{ line: 2, why: "not a row of docker ps" }] });
  });

  it("never throws, and reads what it printed as the same data", () => {
    const edit = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 9 }),
      piece: fc.constantFrom("", " ", "  ", "x", ",", "->", "\n", '"', "🐳"),
    });
    const edited = fc
      .tuple(fc.constantFrom(...samples.map(({ text }) => text)), fc.array(edit, { minLength: 1, maxLength: 6 }))
      .map(([text, edits]) =>
        edits.reduce((result, { at, cut, piece }) => {
          const start = at % (result.length + 1);
          return result.slice(0, start) + piece + result.slice(start + cut);
        }, text),
      );
    fc.assert(
      fc.property(fc.oneof(edited, fc.string({ unit: "binary" })), (text) => {
        const { data } = parse(text);
        expect(withoutLines(parse(dockerPs.print(data)).data)).toEqual(withoutLines(data));
      }),
      { numRuns: 3000 },
    );
  });

  it("does not backtrack without end", () => {
    // What took quadratic time would not be done before the test's time limit.
    parse(`2abb795c3915 busybox "${"\\\\".repeat(50_000)}" 3 minutes ago Up 3 minutes ${"a, ".repeat(50_000)}`);
    const { data } = parse(`2abb795c3915 ${"a ".repeat(50_000)}\n${" ".repeat(100_000)}x`);
    expect(data).toEqual([]);
  });
});
