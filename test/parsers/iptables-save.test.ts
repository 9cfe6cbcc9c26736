import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type IptablesOption, type IptablesSave, iptablesSave } from "../../src/parsers/iptables-save.ts";

const option = (name: string, ...values: string[]): IptablesOption => ({ name, values, negated: false, bang: null });
const not = (name: string, ...values: string[]): IptablesOption => ({ name, values, negated: true, bang: "before" });

/** The options of one rule, and what was noted about it. */
function rule(text: string) {
  const { data, notes } = iptablesSave.parse(`*filter\n${text}\nCOMMIT\n`);
  const found = data.tables[0]?.rules[0];
  return { ...found, notes: notes.map(({ why }) => why) };
}

describe("a rule", () => {
  it.each<[string, IptablesOption[]]>([
    ["! -i docker0 -o docker0 -j DROP", [not("-i", "docker0"), option("-o", "docker0"), option("-j", "DROP")]],
    ["-p tcp ! --tcp-flags FIN,SYN SYN", [option("-p", "tcp"), not("--tcp-flags", "FIN,SYN", "SYN")]],
    [
      "-m set ! --match-set blocked src,dst -j DROP",
      [option("-m", "set"), not("--match-set", "blocked", "src,dst"), option("-j", "DROP")],
    ],
    [
      "-p tcp -m tcp --syn -j ACCEPT",
      [option("-p", "tcp"), option("-m", "tcp"), option("--syn"), option("-j", "ACCEPT")],
    ],
    ['-m comment --comment "" -j X', [option("-m", "comment"), option("--comment", ""), option("-j", "X")]],
    ["-m comment --comment -j -j X", [option("-m", "comment"), option("--comment", "-j"), option("-j", "X")]],
    [
      '--comment "a \\"b\\" -j DROP -A INPUT * # COMMIT \\\\ it\\\'s" -g X',
      [option("--comment", 'a "b" -j DROP -A INPUT * # COMMIT \\ it\'s'), option("-g", "X")],
    ],
    ['--log-prefix "[UFW BLOCK] "', [option("--log-prefix", "[UFW BLOCK] ")]],
    ['-m u32 --u32 "0x0&0xf=0x5"', [option("-m", "u32"), option("--u32", "0x0&0xf=0x5")]],
    ['--hex-string "|41420078|" --algo kmp', [option("--hex-string", "|41420078|"), option("--algo", "kmp")]],
    ["-m nice --level -5 -j X", [option("-m", "nice"), option("--level", "-5"), option("-j", "X")]],
    [
      "-m new --three a b c ! --none --last x",
      [option("-m", "new"), option("--three", "a", "b", "c"), not("--none"), option("--last", "x")],
    ],
    [
      "-m recent --set --name -x --rsource",
      [option("-m", "recent"), option("--set"), option("--name", "-x"), option("--rsource")],
    ],
    ["-i -x -j X", [option("-i", "-x"), option("-j", "X")]],
    ['-j a"b', [option("-j", 'a"b')]],
    [
      "-m hashlimit --hashlimit-name a b -j X",
      [option("-m", "hashlimit"), option("--hashlimit-name", "a", "b"), option("-j", "X")],
    ],
  ])("%s", (text, options) => {
    expect(rule(`-A INPUT ${text}`)).toMatchObject({ chain: "INPUT", options, notes: [] });
    expect(iptablesSave.print(iptablesSave.parse(`*nat\n-A INPUT ${text}\nCOMMIT\n`).data)).toBe(
      `*nat\n-A INPUT ${text}\nCOMMIT\n`,
    );
  });

  it("keeps the old place of the negation", () => {
    const { options, notes } = rule("-A INPUT -d ! 10.0.0.0/8 -p tcp --tcp-flags ! SYN,ACK SYN --new ! x -j DROP");
    expect(options).toEqual([
      { name: "-d", values: ["10.0.0.0/8"], negated: true, bang: "after" },
      option("-p", "tcp"),
      { name: "--tcp-flags", values: ["SYN,ACK", "SYN"], negated: true, bang: "after" },
      { name: "--new", values: ["x"], negated: true, bang: "after" },
      option("-j", "DROP"),
    ]);
    expect(notes).toEqual([]);
  });

  it("takes a quoted ! or option as a value", () => {
    expect(rule('-A X --comment "!" --other "-j" "!" -j Y').options).toEqual([
      option("--comment", "!"),
      option("--other", "-j", "!"),
      option("-j", "Y"),
    ]);
  });

  it.each([
    ["a carriage return, which quotes would make no name", "-A X -\rY value", option("-\rY", "value")],
    ["a line end, in quotes", '-A X "a\nb"', option("a\nb")],
  ])("prints a name with %s", (_, line, only) => {
    const text = `*raw\n:X - [0:0]\n${line}\nCOMMIT\n`;
    const { data } = iptablesSave.parse(text);
    expect(data.tables[0]?.rules[0]?.options).toEqual([only]);
    expect(iptablesSave.print(data)).toBe(text);
  });

  it("reads values that people attach", () => {
    expect(rule("-A INPUT -ptcp --dport=80 -jACCEPT").options).toEqual([
      option("-p", "tcp"),
      option("--dport", "80"),
      option("-j", "ACCEPT"),
    ]);
  });

  it("reads counters before it and in the old form", () => {
    expect(rule("[12:345] -A INPUT -j DROP").counters).toEqual({ packets: 12, bytes: 345 });
    const old = rule("-A INPUT -c 12 345 -j DROP");
    expect(old).toMatchObject({
      counters: { packets: 12, bytes: 345 },
      options: [option("-c", "12", "345"), option("-j", "DROP")],
    });
    const text = "*filter\n-A INPUT -c 12 345 -j DROP\nCOMMIT\n";
    expect(iptablesSave.print(iptablesSave.parse(text).data)).toBe(text);
  });

  it("notes a counter that a number cannot hold", () => {
    expect(rule("[18446744073709551615:1] -A INPUT -j DROP").notes).toEqual([
      "a counter beyond 2^53 is not kept exactly",
    ]);
  });

  it.each([
    ["-A INPUT stray -j DROP", '"stray" belongs to no option'],
    ["-A INPUT -s 10.0.0.1 10.0.0.2 -j DROP", '-s has a value too many: "10.0.0.2"'],
    ["-A INPUT -j", "-j lacks a value"],
    ["-A INPUT -j DROP !", "a ! that negates nothing"],
    ["-A INPUT ! ! -s 10.0.0.1", "a ! that negates nothing"],
    ['-A INPUT "-j" DROP', '"-j" belongs to no option; "DROP" belongs to no option'],
    ['-A INPUT -s 10.0.0.1 "-j" -j DROP', '-s has a value too many: "-j"'],
    ['-A INPUT --log-prefix x "-j" -j LOG', '--log-prefix has a value too many: "-j"'],
    ['-A INPUT "!" -j DROP', '"!" belongs to no option'],
    ["-A INPUT -j DROP a\rb", '-j has a value too many: "a\\rb"'],
  ])("is kept and noted when odd: %s", (text, why) => {
    const read = rule(text);
    expect(read.notes).toEqual([why]);
    expect(read.chain).toBe("INPUT");
    expect(rule(iptablesSave.print(iptablesSave.parse(`*raw\n${text}`).data).split("\n")[1] ?? "").options).toEqual(
      read.options,
    );
  });

  it.each([
    ["-D INPUT -j DROP", "-D is not read: only -A, -N and -P are"],
    ["-A", "expected a chain"],
    ['-A INPUT --comment "abc', "a quote is not closed as it should be"],
    ['-A INPUT --comment "abc"def', "a quote is not closed as it should be"],
    ["iptables -A INPUT -j DROP", "not a line of a rule set"],
    [":INPUT", "expected :chain policy [packets:bytes]"],
  ])("is only noted when it is none: %.40s", (text, why) => {
    const read = rule(text);
    expect(read.chain).toBeUndefined();
    expect(read.notes).toEqual([why]);
  });

  it("can have line ends in its comment, which hide nothing", () => {
    const text =
      '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m comment --comment "a\nCOMMIT\n*nat\n\\"" -j DROP\n-A INPUT -j X\nCOMMIT\n';
    const { data, notes } = iptablesSave.parse(text);
    expect(notes).toEqual([]);
    expect(data.tables.map(({ name, commitLine }) => [name, commitLine])).toEqual([["filter", 8]]);
    expect(data.tables[0]?.rules.map(({ line, options }) => [line, options.at(-1)?.values])).toEqual([
      [3, ["DROP"]],
      [7, ["X"]],
    ]);
    expect(iptablesSave.print(data)).toBe(text);
  });

  it("with an open quote does not swallow the rules after it", () => {
    const { data, notes } = iptablesSave.parse(
      '*filter\n-A A --comment "abc\n-A B --comment "def" -j X\n-A C -j Y\nCOMMIT\n',
    );
    expect(data.tables[0]?.rules.map(({ chain }) => chain)).toEqual(["B", "C"]);
    expect(notes.map(({ line }) => line)).toEqual([2]);
  });
});

describe("a rule set", () => {
  it("has tables, chains, policies, comments and a header", () => {
    const { data, notes } = iptablesSave.parse(
      "# Generated by iptables-save v1.8.13 (nf_tables) on Mon Nov 23 02:55:30 2026\n*nat\n:PREROUTING ACCEPT [3:180]\n" +
        ":weird.chain/+x - [0:0]\n-A PREROUTING -j weird.chain/+x\nCOMMIT\n# Completed on Mon Nov 23 02:55:30 2026\n" +
        "# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n",
      11,
    );
    expect(notes).toEqual([]);
    expect(data).toMatchObject({ variant: "nf_tables", version: "1.8.13", legacyTablesPresent: true });
    expect(data.comments.map(({ line }) => line)).toEqual([11, 17, 18]);
    expect(data.tables).toEqual([
      {
        line: 12,
        name: "nat",
        chains: [
          { line: 13, name: "PREROUTING", policy: "ACCEPT", counters: { packets: 3, bytes: 180 } },
          { line: 14, name: "weird.chain/+x", policy: null, counters: { packets: 0, bytes: 0 } },
        ],
        rules: [{ line: 15, chain: "PREROUTING", counters: null, options: [option("-j", "weird.chain/+x")] }],
        commitLine: 16,
      },
    ]);
  });

  it.each([
    ["# Generated by iptables-save v1.4.21 on Tue Jan  1 00:00:00 2019", null, "1.4.21"],
    ["# Generated by iptables-save v1.8.9 (legacy) on x", "legacy", "1.8.9"],
    ["# Generated by ip6tables-nft-save v1.8.9 (nf_tables) on x", "nf_tables", "1.8.9"],
    ["# Rules of mine", null, null],
  ])("says its flavour: %s", (text, variant, version) => {
    expect(iptablesSave.parse(text).data).toMatchObject({ variant, version });
  });

  it("keeps a repeated table apart and says when the flavour changes", () => {
    const half = (flavour: string, rule: string) =>
      `# Generated by iptables-save v1.8.9 (${flavour}) on x\n*filter\n:INPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
    const text = half("nf_tables", "-A INPUT -j A") + half("legacy", "-A INPUT -j B");
    const { data, notes } = iptablesSave.parse(text);
    expect(data.tables.map(({ line, name }) => [line, name])).toEqual([
      [2, "filter"],
      [7, "filter"],
    ]);
    expect(notes).toMatchObject([{ line: 6, why: "rules of another flavour follow (legacy after nf_tables)" }]);
    expect(iptablesSave.print(data)).toBe(text);
  });

  it("notes a missing COMMIT at the end and before the next table", () => {
    const { data, notes } = iptablesSave.parse("*nat\n-A A -j B\n*filter\n-A C -j D\n");
    expect(data.tables.map(({ commitLine, rules }) => [commitLine, rules.length])).toEqual([
      [null, 1],
      [null, 1],
    ]);
    expect(notes.map(({ line }) => line)).toEqual([1, 3]);
    expect(iptablesSave.print(data)).toBe("*nat\n-A A -j B\n*filter\n-A C -j D\n");
  });

  it("does not give lines of an unknown table to the one before", () => {
    const { data, notes } = iptablesSave.parse("*filter\nCOMMIT\n*fliter\n:X - [0:0]\n-A X -j DROP\nCOMMIT\n");
    expect(data.tables).toHaveLength(1);
    expect(notes.map(({ line, why }) => `${line} ${why}`)).toEqual([
      "3 no table of this name exists",
      "4 no *table line before it",
      "5 no *table line before it",
      "6 COMMIT without a table",
    ]);
  });

  it("reads -N and -P, lost indentation, CRLF, blank lines and missing counters", () => {
    const { data, notes } = iptablesSave.parse(
      "*filter\r\n\r\n  -P INPUT DROP\r\n\t-N MINE\r\n:OUTPUT ACCEPT\r\n -A MINE -j X \r\nCOMMIT\r\n",
    );
    expect(notes).toEqual([]);
    expect(data.tables[0]?.chains).toEqual([
      { line: 3, name: "INPUT", policy: "DROP", counters: null },
      { line: 4, name: "MINE", policy: null, counters: null },
      { line: 5, name: "OUTPUT", policy: "ACCEPT", counters: null },
    ]);
    expect(data.tables[0]?.rules).toMatchObject([{ line: 6, chain: "MINE" }]);
    expect(iptablesSave.print(data)).toBe("*filter\n:INPUT DROP\n:MINE -\n:OUTPUT ACCEPT\n-A MINE -j X\nCOMMIT\n");
  });

  it("may be empty", () => {
    expect(iptablesSave.parse("")).toMatchObject({ data: { tables: [], comments: [] }, notes: [] });
    expect(iptablesSave.print(iptablesSave.parse("").data)).toBe("");
  });
});

/** As `xtables_save_string` quotes: written down here a second time, to hold the parser to it. */
function saved(text: string): string {
  return /^[A-Za-z0-9_-]+$/.test(text)
    ? text
    : `"${[...text].map((c) => (`"\\'`.includes(c) ? `\\${c}` : c)).join("")}"`;
}

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        " -j DROP",
        "-A INPUT",
        "*filter",
        "#",
        "COMMIT",
        "\n",
        "\\",
        '"',
        "'",
        "!",
        " ",
        "-j",
        "\t",
        "[0:0]",
        ":X - ",
      ),
      fc.string({ unit: "grapheme", maxLength: 6 }).filter((text) => !text.includes("\r")),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));
const plain = fc.stringMatching(/^[A-Za-z0-9_.:,/+][A-Za-z0-9_.:,/+-]{0,8}$/);
const chainName = fc
  .stringMatching(/^[A-Za-z0-9_.+@"'*#:[\]][A-Za-z0-9_.+@"'*#:[\]!-]{0,12}$/)
  .filter((name) => !name.startsWith('"'));
const counts = fc.option(
  fc.tuple(fc.nat(), fc.maxSafeNat()).map(([p, b]) => `[${p}:${b}]`),
  { nil: null },
);

const anyOption = fc.oneof(
  fc
    .tuple(fc.constantFrom("! -i ", "-o ", "-s ", "! -s ", "-m ", "--ctstate ", "--unknown "), plain)
    .map((parts) => parts.join("")),
  fc
    .tuple(fc.constantFrom("--comment ", "--log-prefix ", "! --helper "), hostile)
    .map(([name, text]) => name + saved(text)),
  fc.constantFrom(
    "--syn",
    "! --tcp-flags FIN,SYN SYN",
    "--match-set x src,dst",
    "-d ! 10.0.0.0/8",
    "-c 1 2",
    "--level -7",
    '--string "abc"',
  ),
);
const anyRule = fc
  .tuple(counts, chainName, fc.array(anyOption, { maxLength: 6 }), chainName)
  .map(([c, chain, options, target]) => [...(c === null ? [] : [c]), "-A", chain, ...options, "-j", target].join(" "))
  .filter((text) => !(text.startsWith("[") && text.includes(" -c ")));
const anyChain = fc
  .tuple(chainName, fc.constantFrom("ACCEPT", "DROP", "-"), counts)
  .map(([name, policy, c]) => `:${name} ${policy}${c === null ? "" : ` ${c}`}`);
const comment = fc
  .string({ maxLength: 12 })
  .filter((text) => !/[\r\n]/.test(text))
  .map((text) => `#${text}`);
const anyTable = fc
  .tuple(
    fc.constantFrom("filter", "nat", "mangle", "raw", "security"),
    fc.array(anyChain, { maxLength: 4 }),
    fc.array(fc.oneof(anyRule, comment), { maxLength: 8 }),
  )
  .map(([name, chains, rules]) => [`*${name}`, ...chains, ...rules, "COMMIT"].join("\n"));

describe("for any rule set", () => {
  it("printing what was parsed gives the text again, without a note", () => {
    fc.assert(
      fc.property(fc.array(anyTable, { minLength: 1, maxLength: 3 }), (tables) => {
        const text = `${tables.join("\n")}\n`;
        const { data, notes } = iptablesSave.parse(text);
        expect(notes.filter(({ why }) => !why.startsWith("rules of another flavour"))).toEqual([]);
        expect(iptablesSave.print(data)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("no text makes it throw, and every line ends in data or in a note", () => {
    const line = fc.oneof(
      anyRule,
      anyChain,
      comment,
      hostile,
      fc.constantFrom("*filter", "*bad", "COMMIT", "", '-A X --comment "a'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (parts) => {
        const text = parts.join("\n");
        const { data, notes } = iptablesSave.parse(text);
        const seen = linesOf(data);
        for (const note of notes) for (const number of span(note.line, note.text)) seen.add(number);
        for (const [at, one] of text.split("\n").entries()) if (one.trim() !== "") expect(seen).toContain(at + 1);
      }),
      { numRuns: 500 },
    );
  });
});

const span = (line: number, text: string): number[] => text.split("\n").map((_, at) => line + at);

function linesOf(data: IptablesSave): Set<number> {
  const lines = new Set(data.comments.map(({ line }) => line));
  for (const table of data.tables) {
    for (const { line } of [table, ...table.chains]) lines.add(line);
    if (table.commitLine !== null) lines.add(table.commitLine);
    for (const { line, options } of table.rules) {
      for (const number of span(line, options.flatMap(({ name, values }) => [name, ...values]).join(" ")))
        lines.add(number);
    }
  }
  return lines;
}
