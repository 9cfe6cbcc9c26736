import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { readJson } from "../../src/parsers/json.ts";
import { readElements } from "../../src/parsers/json-reader.ts";

const read = (text: string) => {
  const json = readJson(text);
  return { elements: json.elements, notes: json.parsed(null).notes };
};

describe("readJson", () => {
  it.each([
    ["one object", '{"a":1}', [{ a: 1 }]],
    ["one array", '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ["several arrays", '[{"a":1}]\n[]\n[{"a":2}]\n', [{ a: 1 }, { a: 2 }]],
    ["JSON lines", '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ["objects cut out of an array", '{"a":1},\n{"a":2}', [{ a: 1 }, { a: 2 }]],
    ["a byte-order mark", '\ufeff[{"a":1}]', [{ a: 1 }]],
    ["a trailing comma", '[{"a":1},]', [{ a: 1 }]],
    ["escapes", String.raw`{"a":"\"\\\n\u00e9\/"}`, [{ a: '"\\\né/' }]],
    ["numbers", '{"a":[0,-1.5,2e3,1E-2]}', [{ a: [0, -1.5, 2000, 0.01] }]],
    ["nothing", "", []],
  ])("reads %s", (_, text, elements) => {
    expect(read(text)).toEqual({ elements, notes: [] });
  });

  it.each([
    ["an error before the document", "Error: x\n[{}]", 1, 1, "not JSON"],
    ["a prompt that starts with a bracket", "[root@host ~]# docker inspect a\n[{}]", 1, 1, "not JSON"],
    ["an error behind the document", "[{}]\nError: no such object", 1, 2, "not JSON"],
    ["something else in the array", '[\n{},\n7,\n{"b":1}]', 2, 3, "expected an object"],
    ["the end inside an object", '[\n{},\n{"a":\n[1,', 1, 4, "the text ends too early, in what begins at line 3"],
    ["the end inside an array", "[\n{},\n{}", 2, 3, "the text ends before the closing ], in what begins at line 1"],
    ["a missing comma", '[{"a":1\n"b":2},{}]', 1, 2, "expected , or }, in what begins at line 1"],
    ["a missing colon", '[{"a" 1},{}]', 1, 1, "expected :"],
    ["a missing value", '[{"a":},{}]', 1, 1, "expected a value"],
    ["a name without quotes", "[{a:1},{}]", 1, 1, "expected a name in quotes"],
    ["a string that is not closed", '[{"a":"x\n},{}]', 1, 1, "a string that is not closed"],
    ["a string with an unknown escape", String.raw`[{"a":"\x"},{}]`, 1, 1, "a string with an unknown escape"],
    ["a comment", '[{"a":1, // why\n"b":2},{}]', 1, 1, "expected a name in quotes"],
    ["a number with a leading zero", '[{"a":01},{}]', 1, 1, "expected , or }"],
    ["a closing bracket too many", "[{}]]", 1, 1, "not JSON"],
  ])("goes on behind %s", (_, text, count, line, why) => {
    const { elements, notes } = read(text);
    expect(elements).toHaveLength(count);
    expect(notes).toEqual([{ line, text: text.split("\n")[line - 1], why }]);
  });

  it("reads the members of a wrapped array, whole ones also when it breaks off", () => {
    expect(readElements('{"nftables": [{"a":1}, {"b":2}]}', "nftables")).toMatchObject({
      elements: [{ a: 1 }, { b: 2 }],
      problems: [],
    });
    expect(readElements('{"nftables": [{"a":1}, {"b":', "nftables").elements).toEqual([{ a: 1 }]);
    expect(readElements('{"other": [{"a":1}]}', "nftables").elements).toEqual([{ other: [{ a: 1 }] }]);
  });

  it("keeps away from the prototype", () => {
    const { elements, notes } = read('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}');
    expect(Object.keys(elements[0] ?? {})).toEqual(["constructor", "a"]);
    expect(Object.getPrototypeOf(elements[0])).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(notes[0]?.why).toBe("a member named __proto__ is not read");
  });

  it("notes a second member of the same name, and takes it as every reader of JSON does", () => {
    const { elements, notes } = read('{"Name":"a",\n"Id":"1",\n"Name":"b"}');
    expect(elements).toEqual([{ Name: "b", Id: "1" }]);
    expect(notes).toEqual([
      {
        line: 3,
        text: '"Name":"b"}',
        why: "a second member of this name: the first is not used",
      },
    ]);
  });

  it("bounds the depth, and keeps the other elements", () => {
    const deep = (levels: number) => `${'{"a":['.repeat(levels)}1${"]}".repeat(levels)}`;
    expect(read(deep(50)).notes).toEqual([]);
    const { elements, notes } = read(`[${deep(100_000)},{"b":1}]`);
    expect(elements).toEqual([{ b: 1 }]);
    expect(notes[0]?.why).toBe("nested deeper than 100 levels");
    expect(read("[".repeat(100_000)).elements).toEqual([]);
    expect(read('{"a":'.repeat(100_000)).elements).toEqual([]);
  });

  it("shows the part of a long line that matters", () => {
    const { notes } = read(`[{"a":"${"x".repeat(1000)}","b":?,"c":"${"y".repeat(1000)}"}]`);
    expect(notes[0]?.text).toMatch(/^\?,"c":"y+$/);
    expect(notes[0]?.text).toHaveLength(80);
  });

  it("keeps values of variables and passwords out of notes", () => {
    const { notes } = read(
      '[{"Env":["DB_PASSWORD=secret \\"word\\" here","PATH=/bin" "x"], "u":"http://me:secret@h/"}]',
    );
    expect(notes).toHaveLength(1);
    expect(notes[0]?.text).not.toMatch(/secret|word\\|bin/);
    expect(read('[{"Env":["TOKEN=secr').notes[0]?.text).not.toContain("secr");
    const long = `[{"Id":"1","Env":["TOKEN=${"secret".repeat(100)}`;
    expect(read(long).notes[0]?.text).toBe('{"Id":"1","Env":["TOKEN=…');
    expect(read(long.replace(",", ",\n")).notes[0]?.text).toBe('"Env":["TOKEN=…');
  });

  it("agrees with JSON.parse on every document of objects", () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const documents = fc.array(fc.dictionary(fc.string(), value));
    const indents = fc.constantFrom(undefined, 0, 2, "\t");
    fc.assert(
      fc.property(documents, indents, (document, indent) => {
        const text = JSON.stringify(document, null, indent);
        fc.pre(!text.includes('"__proto__"'));
        expect(read(text)).toEqual({ elements: JSON.parse(text), notes: [] });
      }),
    );
  });

  it("gives the line of every object and member", () => {
    const json = readJson('\n[\n{"a":\n{"x":1,\n"y":2}},\n{}]', 10);
    const [first, second] = json.elements as [{ a: object }, object];
    expect([first, second].map((element) => json.lineOf(element))).toEqual([12, 15]);
    expect(json.lineOf(first.a)).toBe(13);
    expect(json.lineOf(first.a, "y")).toBe(14);
  });

  it("notes what a schema dislikes at the line of the member", () => {
    const json = readJson('[{\n"a": {\n"b": [\n{"c": 1}]\n}}]');
    const [element = {}] = json.elements;
    const schema = z.object({ a: z.object({ b: z.array(z.object({ c: z.string() })) }) });
    expect(json.check(schema, element, element)).toBeNull();
    expect(json.parsed(null).notes).toEqual([
      { line: 4, text: '{"c": 1}]', why: "a.b.0.c: expected string, received number" },
    ]);
  });
});
