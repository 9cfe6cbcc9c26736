import type { PortRange } from "../packet.ts";

/** A number as `xtables_strtoui` reads it, decimal, `0x…` or octal, up to `max`; null when it is none. */
export function readNumber(text: string, max: number): number | null {
  if (!/^(0x[0-9a-f]{1,16}|\d{1,16})$/i.test(text)) return null;
  const octal = /^0\d/.test(text);
  if (octal && !/^[0-7]+$/.test(text)) return null;
  const value = octal ? Number.parseInt(text, 8) : Number(text);
  return value <= max ? value : null;
}

/** `80`, `80:90`, `:90`, `80:` with the given separator; null when it is none or runs backwards. */
export function readRange(
  text: string,
  separator: ":" | "-",
  max: number,
  readOne: (text: string, max: number) => number | null = readNumber,
): PortRange | null {
  const at = text.indexOf(separator);
  if (at < 0) {
    const value = readOne(text, max);
    return value === null ? null : { from: value, to: value };
  }
  const from = at === 0 ? 0 : readOne(text.slice(0, at), max);
  const to = at === text.length - 1 ? max : readOne(text.slice(at + 1), max);
  return from === null || to === null || from > to ? null : { from, to };
}

/** `value` or `value/mask` of 32 bits, or of another number of them. */
export function readMark(text: string, max = 0xffffffff): { readonly value: number; readonly mask: number } | null {
  const [first = "", second, ...rest] = text.split("/");
  const value = readNumber(first, max);
  const mask = second === undefined ? max : readNumber(second, max);
  return value === null || mask === null || rest.length > 0 ? null : { value, mask };
}
