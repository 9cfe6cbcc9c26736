import { type CaptureKind, captureKinds } from "./kinds.ts";
import { type Counted, mostCost, prices } from "./prices.ts";
import type { Capture, CaptureOk } from "./snapshot.ts";

/** The part of a text that is read, what it costs, and why the rest is not read; null when all is. */
export interface Cut {
  readonly text: string;
  readonly cost: number;
  readonly why: string | null;
}

/** The text as far as it costs no more than `left`, and than one capture may. `firstLine` is the number of its first line. */
export function cutText(text: string, kind: CaptureKind, firstLine = 1, left = mostCost.snapshot): Cut {
  const counted: Counted = captureKinds.find(({ id }) => id === kind)?.counted ?? "lines";
  const { end, cost } = affordable(text, counted, Math.min(left, mostCost.capture));
  if (end === text.length) return { text, cost, why: null };
  const line = firstLine + countOf(text, "\n", end);
  const limit =
    left < mostCost.capture ? "the whole snapshot holds too much" : `it holds more than ${limitOf(counted)}`;
  return { text: text.slice(0, end), cost, why: `not read from line ${line} on: ${limit}; take it of fewer things` };
}

/** The captures; those that cost too much are cut, as if they had been taken so: what they lose is unknown, not absent. */
export function cutCaptures(captures: readonly Capture[]): Capture[] {
  let left = mostCost.snapshot;
  return captures.map((capture) => {
    if (capture.state !== "ok") return capture;
    const { text, cost, why } = cutText(capture.text, capture.kind, capture.firstLine, left);
    left -= cost;
    return why === null ? capture : withoutRest(capture, text, why);
  });
}

const withoutRest = (capture: CaptureOk, text: string, why: string): CaptureOk => ({
  ...capture,
  text,
  truncated: true,
  note: capture.note === undefined ? why : `${capture.note}; ${why}`,
});

/** `200,000 lines`, for a person. */
function limitOf(counted: Counted): string {
  const most = mostCost.capture / Math.max(...Object.values(prices[counted]));
  return `${String(most).replace(/000$/, ",000")} ${counted === "json" ? "objects, or as many values" : "lines"}`;
}

/** How far into the text all that costs something can be paid, and what that costs. Of lines only whole ones count. */
function affordable(text: string, counted: Counted, most: number): { readonly end: number; readonly cost: number } {
  const priced = Object.entries(prices[counted]);
  const whole = priced.reduce((sum, [char, price]) => sum + price * countOf(text, char), 0);
  if (whole <= most) return { end: text.length, cost: whole };
  const priceOf = new Uint8Array(128);
  for (const [char, price] of priced) priceOf[char.charCodeAt(0)] = price;
  let cost = 0;
  for (let at = 0; at < text.length; at++) {
    const price = priceOf[text.charCodeAt(at)] ?? 0;
    if (price === 0) continue;
    if (cost + price > most) return { end: counted === "json" ? at : text.lastIndexOf("\n", at - 1) + 1, cost };
    cost += price;
  }
  return { end: text.length, cost };
}

/** How often a character is in the text before an offset. */
function countOf(text: string, char: string, before = text.length): number {
  let count = 0;
  for (let at = text.indexOf(char); at >= 0 && at < before; at = text.indexOf(char, at + 1)) count++;
  return count;
}
