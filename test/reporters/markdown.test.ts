import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import { escapeTerminal } from "../../src/lib/escape-terminal.ts";
import { findingBlocks, markdown } from "../../src/reporters/analysis/markdown.ts";
import { inline } from "../../src/reporters/markdown-text.ts";
import { analysisNamed, hostileText } from "../support/hostile.ts";

const renderer = new MarkdownIt({ html: true, linkify: true });

/** What Markdown makes of a paragraph with the text: the kinds of its parts, the words shown, and those outside code. */
function shown(text: string) {
  const blocks = renderer.parse(inline(text), {});
  const parts = blocks.flatMap(({ children }) => children ?? []);
  return {
    blocks: new Set(blocks.map(({ type }) => type)),
    parts: new Set(parts.map(({ type }) => type)),
    words: parts.map(({ content }) => content).join(""),
    bare: parts.map(({ type, content }) => (type === "code_inline" ? "`" : content)).join(""),
  };
}

test("usual names and addresses are readable", () => {
  expect(inline("shop-db-1 at 172.18.0.3:5432, 100 % of a/b")).toBe("shop-db-1 at 172.18.0.3:5432, 100 % of a/b");
  expect(inline("a_b * c* <d> [ e ](f) `g` | # h")).toBe("a\\_b \\* c\\* \\<d\\> \\[ e \\]\\(f\\) \\`g\\` \\| \\# h");
  expect(inline("on 2026-11-23T02:58:26Z (a/ip.txt:3, b/ip.txt:4)")).toBe(
    "on 2026-11-23T02:58:26Z \\(`a/ip.txt:3`, `b/ip.txt:4`\\)",
  );
  expect(inline("02:42:ac:de:00:02 at 203.0.113.50@eth0")).toBe("`02:42:ac:de:00:02` at `203.0.113.50@eth0`");
});

/** What a tracker makes something of, in text as it is shown: GitHub, GitLab and what links addresses. */
const tracked =
  /@|[#!$%&^~*][\w"]|\bG[HL]-\d|\[\w+:|\/\/|www\.|\.\p{L}{2}|^\s*\/|:(?:100|[a-z]\w*):|\b[\da-f]{7,40}\b/iu;

/** Texts of what such patterns are made of, so that they come about in every way, also across what is escaped. */
const nearlyTracked = fc
  .array(
    fc.constantFrom(
      ..."@#!$%&^~*[]()<>{}|`\\/:._-+,;\"' =1a".split(""),
      ...[
        "http",
        "https:",
        "ftp:",
        "mailto:",
        "xmpp:",
        "//",
        "www.",
        "evil",
        ".example",
        "GH-",
        "deadbee",
        "de",
        "&#64;",
      ],
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("trackers make nothing of a text", () => {
  test.each([
    [":]//"],
    ['":]//'],
    ["http:\\//evil"],
    ["mailto:a@-b.c"],
    ["xmpp:a@b"],
    ["a.b@.c"],
    ["_www.1.1"],
    ["ftp://1"],
    ["//close"],
    ["/close and mysql both map 80"],
    ["@victim"],
    ["ask `@victim`|@victim"],
    ["fixes #1"],
    ["closes group/project#2"],
    ["resolves https://github.com/a/b/issues/1"],
    ["fixes GH-1"],
    ["//evil.example"],
    ["www.evil.example"],
    ["evil.com/path"],
    ["evil@evil.example"],
    ["see !1, $2, %3, &4, ~bug and [vulnerability:5]"],
    ["fd00:100:de::1"],
  ])("%s", (text) => {
    const { parts, words, bare } = shown(text);
    expect(words).toBe(text);
    expect(bare).not.toMatch(tracked);
    expect(parts).not.toContain("link_open");
  });

  test("and Markdown shows any text as it is, with no markup, HTML, link or new block", () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, nearlyTracked), (text) => {
        const { blocks, parts, words, bare } = shown(text);
        for (const one of blocks) expect(["paragraph_open", "inline", "paragraph_close"]).toContain(one);
        for (const one of parts) expect(["text", "code_inline"]).toContain(one);
        expect(words).toBe(escapeTerminal(text).trim());
        expect(bare).not.toMatch(tracked);
      }),
      { numRuns: 2000, examples: [[":]//"], ['":]//'], ["1."], ["2) x"], ["- x"], ["    x"], ["a\\"], ["`@a\\|`"]] },
    );
  });
});

test("a hostile name changes neither the headings nor the size of the tables", () => {
  const shape = (text: string) =>
    renderer
      .parse(text, {})
      .filter(({ type }) => type !== "inline")
      .map(({ type, tag }) => `${type} ${tag}`);
  const usual = shape(markdown(analysisNamed("web"), { width: 80, color: false }));
  fc.assert(
    fc.property(hostileText, (name) => {
      expect(shape(markdown(analysisNamed(name), { width: 80, color: false }))).toEqual(usual);
    }),
    { numRuns: 100 },
  );
});

test("what a finding says is whole, the name that a person has to put into a command at its end too", () => {
  const text = `${"Do this first. ".repeat(30)}Put the name in yourself: docker restart NAME, where NAME is "--x".`;
  const finding = {
    check: "x",
    severity: "error",
    sureness: "proven",
    category: "drift",
    title: "x",
    subject: { kind: "host", name: "x" },
    message: text,
    why: text,
    evidence: [],
    fix: { text, commands: [], cutsTraffic: false },
    sources: [],
    consequences: [],
  } as const;
  const shown = findingBlocks({
    findings: [finding],
    skipped: [],
    counts: { of: 1, ran: 1, inPart: 0, notRun: 0 },
    judged: true,
  }).join("\n");
  expect(shown.match(/NAME is "--x"/g)).toHaveLength(3);
  expect(shown).not.toContain("…");
});
