import pc from "picocolors";
import { escapeTerminal } from "../../lib/escape-terminal.ts";
import type { ReportOptions } from "../report-options.ts";

/** How the parts of a text report look. Whatever comes from a snapshot passes through one of these, which escape it. */
export interface Style {
  readonly width: number;
  readonly title: (text: string) => string;
  readonly device: (text: string) => string;
  readonly container: (text: string) => string;
  readonly network: (text: string) => string;
  readonly plain: (text: string) => string;
  /** Like `plain`, for what may be longer than a name. */
  readonly sentence: (text: string) => string;
  /** A sentence to see first. */
  readonly strong: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Names are cut at this length: the longest that Docker itself makes are shorter. */
const longestName = 72;

export function styleOf({ width, color }: ReportOptions): Style {
  const colors = pc.createColors(color);
  const safely = (paint: (text: string) => string, longest: number) => (text: string) =>
    paint(escapeTerminal(text, longest));
  return {
    width,
    title: safely(colors.bold, longestName),
    device: safely((text) => colors.bold(colors.cyan(text)), longestName),
    container: safely(colors.green, longestName),
    network: safely(colors.magenta, longestName),
    plain: safely((text) => text, longestName),
    sentence: safely((text) => text, 1000),
    strong: safely(colors.bold, 1000),
    quiet: safely(colors.dim, 200),
    good: safely(colors.green, 200),
    warn: safely(colors.yellow, 200),
    bad: safely(colors.red, 200),
  };
}
