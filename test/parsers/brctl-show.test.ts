import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BrctlBridge, brctlShow } from "../../src/parsers/brctl-show.ts";
import { withoutLines } from "../support/without-lines.ts";

const header = "bridge name\tbridge id\t\tSTP enabled\tinterfaces";
const summary = (text: string) => {
  const { data, notes } = brctlShow.parse(text);
  return {
    bridges: data.map(({ name, stp, ports }) => [name, stp, ports.map((port) => port.name).join(" ")]),
    notes: notes.map(({ line, why }) => [line, why]),
  };
};

describe("layouts", () => {
  const bridges = [
    ["br-ed7da300a506", false, ""],
    ["docker0", true, "veth4866e91 veth1234567"],
    ["lxdbr0", false, ""],
  ];
  it.each([
    [
      "tabs, as printed",
      `${header}\nbr-ed7da300a506\t\t8000.0242f8369be0\tno\t\t\ndocker0\t\t8000.0242f0c749bd\tyes\t\tveth4866e91\n\t\t\t\t\t\t\tveth1234567\nlxdbr0\t\t8000.00163e2afe62\tno\t\t\n`,
    ],
    [
      "tabs made blanks",
      "bridge name     bridge id               STP enabled     interfaces\nbr-ed7da300a506         8000.0242f8369be0       no\ndocker0         8000.0242f0c749bd       yes             veth4866e91\n                                                        veth1234567\nlxdbr0          8000.00163e2afe62       no\n",
    ],
    [
      "one blank between columns",
      "bridge name bridge id STP enabled interfaces\nbr-ed7da300a506 8000.0242f8369be0 no\ndocker0 8000.0242f0c749bd yes veth4866e91\nveth1234567\nlxdbr0 8000.00163e2afe62 no\n",
    ],
    [
      "no header",
      "br-ed7da300a506\t\t8000.0242f8369be0\tno\t\t\ndocker0\t\t8000.0242f0c749bd\tyes\t\tveth4866e91\n\t\t\t\t\t\t\tveth1234567\nlxdbr0\t\t8000.00163e2afe62\tno",
    ],
  ])("%s", (_, text) => {
    expect(summary(text)).toEqual({ bridges, notes: [] });
  });

  it("gives each port its line", () => {
    const { data } = brctlShow.parse(`${header}\nbr0\t\t8000.0242f0c749bd\tno\t\ta\n\t\t\t\t\t\t\tb`, 10);
    expect(data).toMatchObject([
      {
        line: 11,
        ports: [
          { line: 11, name: "a" },
          { line: 12, name: "b" },
        ],
      },
    ]);
  });
});

describe("bridges that brctl cannot tell about", () => {
  const error = "can't get info Operation not supported";
  it.each<[string, readonly Partial<BrctlBridge>[]]>([
    [`ens18\t\t${error}`, [{ name: "ens18", id: null, stp: null, error }]],
    [
      "can't get info br0 Operation not supported",
      [{ name: "br0", error: "can't get info br0 Operation not supported" }],
    ],
    [
      "ens18\t\tdocker0\t\t8000.0242f0c749bd\tno\t\tveth1",
      [
        { name: "ens18", id: null, error: null },
        { name: "docker0", id: "8000.0242f0c749bd" },
      ],
    ],
  ])("%j", (text, expected) => {
    const { data, notes } = brctlShow.parse(`${header}\n${text}\n`);
    expect(notes).toEqual([]);
    expect(data).toMatchObject(expected);
    expect(brctlShow.parse(brctlShow.print(data)).data).toEqual(data);
  });
});

describe("what is none of it", () => {
  it.each<[string, number, string]>([
    ["docker0\t\t8000.0242f0c749bd\tno\t\tveth4866e91 # this", 2, 'a remark: "# this"'],
    ["docker0\t\t8000.0242f0c749bd\tno\t\tveth4866e91 veth2", 2, '"veth2" was not expected here'],
    ["docker0\t\t8000.0242f0c749bd\tmaybe", 2, "expected yes or no for STP"],
    ["\t\t\t\t\t\t\tveth4866e91", 2, "a port without its bridge"],
    ["docker0\t\t8000.0242f0c749bd\tno\t\tveth1\ngarbage", 3, "not understood"],
    ["device lo is not a bridge!", 2, "not understood"],
  ])("%j", (text, line, why) => {
    expect(brctlShow.parse(`${header}\n${text}`).notes).toContainEqual(expect.objectContaining({ line, why }));
  });

  it("keeps the port before a person's remark", () => {
    const text =
      "bridge name bridge id STP enabled interfaces\ndocker0 8000.0242f0c749bd no veth1 # this\nveth2 # and this\n";
    expect(summary(text)).toEqual({
      bridges: [["docker0", false, "veth1 veth2"]],
      notes: [
        [2, 'a remark: "# this"'],
        [3, 'a remark: "# and this"'],
      ],
    });
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,14}$/);
const bridge: fc.Arbitrary<BrctlBridge> = fc.oneof(
  fc.record({
    line: fc.constant(0),
    name,
    id: fc.stringMatching(/^[0-9a-f]{4}\.[0-9a-f]{12}$/),
    stp: fc.boolean(),
    ports: fc.array(fc.record({ line: fc.constant(0), name }), { maxLength: 4 }),
    error: fc.constant(null),
  }),
  fc.record({
    line: fc.constant(0),
    name,
    id: fc.constant(null),
    stp: fc.constant(null),
    ports: fc.constant([]),
    error: fc.constant("can't get info Operation not supported"),
  }),
);

it("prints what it reads back", () => {
  fc.assert(
    fc.property(fc.array(bridge, { maxLength: 6 }), (bridges) => {
      const { data, notes } = brctlShow.parse(brctlShow.print(bridges));
      expect(notes).toEqual([]);
      expect(withoutLines(data)).toEqual(withoutLines(bridges));
    }),
  );
});
