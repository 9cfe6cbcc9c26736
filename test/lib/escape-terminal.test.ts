import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeTerminal } from "../../src/lib/escape-terminal.ts";
import { hostileText } from "../support/hostile.ts";

describe("escapeTerminal", () => {
  test("shows what would act on a terminal", () => {
    expect(escapeTerminal("web")).toBe("web");
    expect(escapeTerminal("café コンテナ 😀")).toBe("café コンテナ 😀");
    expect(escapeTerminal("a\x1b[31mb")).toBe("a\\x1b[31mb");
    expect(escapeTerminal("a\r\n\tb")).toBe("a\\r\\n\\tb");
    expect(escapeTerminal("\u009b31m")).toBe("\\x9b31m");
    expect(escapeTerminal("\u202eabc\u2066")).toBe("\\u{202e}abc\\u{2066}");
    expect(escapeTerminal("a\u00a0b\u2003c")).toBe("a\\xa0b\\u{2003}c");
    expect(escapeTerminal("\ud800")).toBe("\\u{d800}");
  });

  test("cuts what is too long in its middle", () => {
    expect(escapeTerminal("abcdefghijklmnopqrstuvwxyz0123456789", 20)).toBe("abcd…vwxyz0123456789");
    expect([...escapeTerminal("x".repeat(10_000_000), 50)]).toHaveLength(50);
  });

  test("leaves nothing behind that is not printable, in one line", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(escapeTerminal(text)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
        expect(escapeTerminal(text, 60).length).toBeLessThan(60 * 10 + 1);
      }),
      { numRuns: 2000 },
    );
  });
});
