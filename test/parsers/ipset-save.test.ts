import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ipsetSave } from "../../src/parsers/ipset-save.ts";

// As ipset 7.17 prints it.
const saved = `create e hash:net,iface family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x1dc9ded3
add e 10.0.0.0/8,eth0 timeout 4 nomatch packets 1 bytes 2 comment "a \\ b"
add e 10.0.0.0/10,eth0 timeout 299 packets 0 bytes 0
add e 10.0.0.0/9,eth0 timeout 299 packets 0 bytes 0 comment "x
add e 1.1.1.1"
create a b hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x05bc377a
add a b 1.2.3.4
create k hash:ip family inet hashsize 1024 maxelem 65536 comment skbinfo bucketsize 12 initval 0xb33952be
add k 1.2.3.4 comment "z" skbmark 0x1/0xff skbprio 1:10 skbqueue 5
create we"ird bitmap:port range 1-1024
add we"ird 80
create l hash:net,iface family inet6 hashsize 1024 maxelem 65536 bucketsize 12 initval 0x743ba94b
add l fe80::/10,eth+ wildcard
create m list:set size 8
add m e
add m l
`;

describe("ipset save", () => {
  const { data, notes } = ipsetSave.parse(saved);

  it("is read whole and printed again byte for byte", () => {
    expect(notes).toEqual([]);
    expect(ipsetSave.print(data)).toBe(saved);
  });

  it("has sets, members, options and lines", () => {
    expect(data.map(({ line, name, type }) => `${line} ${name} ${type}`)).toEqual([
      "1 e hash:net,iface",
      "6 a b hash:ip",
      "8 k hash:ip",
      '10 we"ird bitmap:port',
      "12 l hash:net,iface",
      "14 m list:set",
    ]);
    expect(data[0]).toMatchObject({
      options: { family: "inet", hashsize: "1024", maxelem: "65536", timeout: "300", counters: "", comment: "" },
      members: [
        {
          line: 2,
          entry: "10.0.0.0/8,eth0",
          nomatch: true,
          options: { timeout: "4", packets: "1", bytes: "2", comment: "a \\ b" },
        },
        { line: 3, entry: "10.0.0.0/10,eth0", nomatch: false },
        { line: 4, entry: "10.0.0.0/9,eth0", options: { comment: "x\nadd e 1.1.1.1" } },
      ],
    });
    expect(data[1]?.members).toEqual([{ line: 7, entry: "1.2.3.4", nomatch: false, options: {} }]);
    expect(data[4]?.members[0]?.options).toEqual({ wildcard: "" });
  });

  it("counts lines from where it is told, with CRLF and lost indentation", () => {
    const { data, notes } = ipsetSave.parse("  create a hash:ip family inet\r\n\r\n\tadd a 10.0.0.1\r\n", 41);
    expect(notes).toEqual([]);
    expect(data).toEqual([
      {
        line: 41,
        name: "a",
        type: "hash:ip",
        options: { family: "inet" },
        members: [{ line: 43, entry: "10.0.0.1", nomatch: false, options: {} }],
      },
    ]);
  });

  it("may be empty", () => {
    expect(ipsetSave.parse("")).toEqual({ data: [], notes: [] });
    expect(ipsetSave.print([])).toBe("");
  });

  it.each([
    ["add ghost 10.0.0.1", "no create line of this set before it"],
    ["add a", "no create line of this set before it"],
    ["create a", "expected create, a name and a type such as hash:ip"],
    ["-N a iphash", "neither create nor add"],
    ["add a 10.0.0.1 color red", "unknown option color"],
    ["add a 10.0.0.1 timeout", "timeout lacks its value"],
    ["add a 10.0.0.1 __proto__ x", "unknown option __proto__"],
    ['add a 10.0.0.1 comment "open', "a quote is not closed as it should be"],
    ['add a 10.0.0.1 comment "a"b"', "a quote is not closed as it should be"],
  ])("notes what it cannot read: %s", (text, why) => {
    const { notes } = ipsetSave.parse(`create a hash:ip\n${text}\nadd a 10.9.9.9\n`);
    expect(notes).toEqual([{ line: 2, text, why }]);
  });
});

describe("ipset list", () => {
  it("is read too, and printed as ipset save", () => {
    const { data, notes } = ipsetSave.parse(`Name: e
Type: hash:net,iface
Revision: 8
Header: family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x1dc9ded3
Size in memory: 1010
References: 1
Number of entries: 3
Members:
10.0.0.0/8,eth0 timeout 4 nomatch packets 1 bytes 2 comment "a \\ b"
10.0.0.0/9,eth0 timeout 299 packets 0 bytes 0 comment "x
y"

Name: m
Type: list:set
Revision: 3
Header: size 8
Size in memory: 176
References: 0
Number of entries: 1
Members:
e
`);
    expect(notes).toEqual([]);
    expect(ipsetSave.print(data)).toBe(
      `create e hash:net,iface family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x1dc9ded3
add e 10.0.0.0/8,eth0 timeout 4 nomatch packets 1 bytes 2 comment "a \\ b"
add e 10.0.0.0/9,eth0 timeout 299 packets 0 bytes 0 comment "x
y"
create m list:set size 8
add m e
`,
    );
  });
});

describe("for any sets", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,12}$/).filter((text) => !/^(hash|bitmap|list):./.test(text));
  const comment = fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => !/["\r]/.test(text) && text !== "");
  const number = fc.nat().map(String);
  const option = (key: string, value: fc.Arbitrary<string>) =>
    fc.option(
      value.map((text) => ` ${key} ${text}`),
      { nil: "" },
    );
  const member = fc
    .tuple(
      fc.constantFrom("10.0.0.1", "10.0.0.0/8,tcp:80", "fe80::/10,eth+", "80", "02:42:ac:11:00:02"),
      option("timeout", number),
      fc.constantFrom("", " nomatch"),
      option("packets", number),
      option("bytes", number),
      option(
        "comment",
        comment.map((text) => `"${text}"`),
      ),
    )
    .map((parts) => parts.join(""));
  const set = fc
    .tuple(
      name,
      fc.constantFrom("hash:ip", "hash:net,port", "bitmap:port", "list:set"),
      option("timeout", number),
      fc.constantFrom("", " counters comment"),
      fc.array(member, { maxLength: 5 }),
    )
    .map(([name, type, timeout, flags, members]) => ({
      name,
      text: [`create ${name} ${type}${timeout}${flags}`, ...members.map((one) => `add ${name} ${one}`)].join("\n"),
    }));

  it("printing what was parsed gives the text again", () => {
    fc.assert(
      fc.property(fc.uniqueArray(set, { selector: ({ name }) => name, maxLength: 4 }), (sets) => {
        const text = sets.map(({ text }) => `${text}\n`).join("");
        const { data, notes } = ipsetSave.parse(text);
        expect(notes).toEqual([]);
        expect(ipsetSave.print(data)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("no text makes it throw, and no line disappears", () => {
    const line = fc.oneof(
      member.map((text) => `add a ${text}`),
      fc.string(),
      fc.constantFrom("create a hash:ip", "Name: b", "Members:", 'add a 1 comment "x', ""),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const { data, notes } = ipsetSave.parse(lines.join("\n"));
        const found = data.reduce((sum, { members }) => sum + 1 + members.length, notes.length);
        if (!lines.some((text) => /Members:|"|\n/.test(text))) {
          expect(found).toBeGreaterThanOrEqual(lines.filter((text) => text.trim() !== "").length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
