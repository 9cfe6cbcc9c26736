import type { IptablesOption } from "../iptables-save.ts";
import { alwaysQuoted, knownOption, savedStrings } from "./option-table.ts";
import { type IptablesWords, quote } from "./words.ts";

const DASH = 45;
const ZERO = 48;
const NINE = 57;

/** Whether an unquoted word starts an option: `-5` is a number, `-` alone a value. */
function looksLikeOption(text: string): boolean {
  if (text.charCodeAt(0) !== DASH || text.length === 1) return false;
  const second = text.charCodeAt(1);
  return second < ZERO || second > NINE;
}

const isBang = ({ texts, quoted }: IptablesWords, at: number): boolean => texts[at] === "!" && !quoted.has(at);
const isOption = ({ texts, quoted }: IptablesWords, at: number): boolean =>
  looksLikeOption(texts[at] ?? "") && !quoted.has(at);
const isValue = (words: IptablesWords, at: number): boolean =>
  at < words.texts.length && !isOption(words, at) && !isBang(words, at);

/**
 * Reads the options of a rule from the given word on. Every word ends in an option, also one that belongs to none (it
 * becomes an option of that name, which no later stage knows); what is odd is said in `problems`.
 */
export function readOptions(words: IptablesWords, from: number, problems: string[]): IptablesOption[] {
  const options: IptablesOption[] = [];
  let at = from;
  while (at < words.texts.length) {
    const before = isBang(words, at);
    if (before) at++;
    const text = words.texts[at];
    if (text === undefined || (before && isBang(words, at))) {
      options.push({ name: "!", values: [], negated: false, bang: null });
      problems.push("a ! that negates nothing");
      continue;
    }
    const stray = !isOption(words, at);
    at++;
    if (stray) {
      // In its quotes, where it would be taken for the option that it is not.
      const name = looksLikeOption(text) || text === "!" ? quote(text, /["\\]/g) : text;
      options.push({ name, values: [], negated: before, bang: before ? "before" : null });
      problems.push(`${JSON.stringify(text)} belongs to no option`);
      continue;
    }
    const attached = attachedValue(text);
    const written = attached === null ? text : nameBefore(text, attached);
    const known = knownOption(written);
    const name = known?.name ?? written;
    const count = known?.count ?? null;
    const after = !before && attached === null && count !== 0 && isBang(words, at) && isValue(words, at + 1);
    if (after) at++;
    const end = endOfValues(words, at, name, count, attached === null ? 0 : 1, problems);
    const values = attached === null ? slice(words.texts, at, end) : [attached, ...words.texts.slice(at, end)];
    options.push({ name, values, negated: before || after, bang: before ? "before" : after ? "after" : null });
    at = end;
  }
  return options;
}

/** The value in `--dport=80` and `-ptcp`, as people type them: `iptables-save` never prints them. */
function attachedValue(text: string): string | null {
  if (text.length === 2) return null;
  if (text.charCodeAt(1) !== DASH) return /^-[psdiojgm](.+)$/s.exec(text)?.[1] ?? null;
  return text.includes("=") ? (/^--[a-z0-9-]+=(.*)$/s.exec(text)?.[1] ?? null) : null;
}

const nameBefore = (text: string, value: string): string => text.slice(0, text.length - value.length).replace(/=$/, "");

/** `slice`, quicker for the usual one value or none: a rule set has hundreds of thousands of options. */
function slice(texts: readonly string[], from: number, to: number): readonly string[] {
  if (to === from) return noValues;
  return to === from + 1 ? [texts[from] ?? ""] : texts.slice(from, to);
}

const noValues: readonly string[] = [];

/** The index after an option's values; `have` of the `count` that it takes are attached to its name. */
function endOfValues(
  words: IptablesWords,
  from: number,
  name: string,
  count: number | null,
  have: number,
  problems: string[],
): number {
  let at = from;
  for (let lacking = (count ?? 0) - have; lacking > 0; lacking--) {
    if (at >= words.texts.length || isBang(words, at)) {
      problems.push(`${name} lacks a value`);
      break;
    }
    at++;
  }
  for (; isValue(words, at); at++) {
    if (count !== null) problems.push(`${name} has a value too many: ${JSON.stringify(words.texts[at])}`);
  }
  return at;
}

/** An option as `iptables-save` prints it. */
export function printOption(option: IptablesOption): string {
  // Only a blank or the line ends a word, and a name in quotes would be none.
  const name = /^[^ \t\n"][^ \t\n]*$/.test(option.name) ? option.name : quote(option.name, /["\\]/g);
  let text = option.negated && option.bang !== "after" ? `! ${name}` : name;
  if (option.bang === "after") text += " !";
  const count = knownOption(option.name)?.count ?? 0;
  for (const [at, value] of option.values.entries()) text += ` ${printValue(option.name, value, at < count)}`;
  return text;
}

/**
 * `xtables_save_string` in libxtables/xtables.c quotes and escapes; most extensions print their values raw. `due`: a value is
 * read there, whatever it starts with.
 */
function printValue(name: string, value: string, due: boolean): string {
  const misread = value === "!" || (!due && looksLikeOption(value));
  if (misread || alwaysQuoted.has(name)) return quote(value, /["\\]/g);
  if (savedStrings.has(name)) return /^[\w-]+$/.test(value) ? value : quote(value, /["\\']/g);
  return /^[^\s"]\S*$/.test(value) ? value : quote(value, /["\\]/g);
}
