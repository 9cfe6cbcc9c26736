import { cutText } from "../../captures/cut.ts";
import { type CaptureKind, captureKinds } from "../../captures/kinds.ts";
import { kindsByContent, severalKinds, unreadForm } from "../../captures/recognise.ts";
import { escapeLines, escapeTerminal } from "../../lib/escape-terminal.ts";
import { jsonText } from "../../lib/json-text.ts";
import { parseAs, printAs } from "../../parsers/parse-capture.ts";
import type { Note } from "../../parsers/parser.ts";
import type { ParseFlags } from "../commands/parse.ts";
import type { CommandResult } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { readText } from "../input.ts";
import { writeResult } from "../output.ts";

export async function parse(kind: string, file: string, flags: ParseFlags, outcome: CommandResult): Promise<void> {
  if (flags.list === true) return writeResult(listKinds(), flags.output);
  const whole = await readText(file);
  const known = kind === "auto" ? recognise(whole, file) : kindNamed(kind);
  const { text, why } = cutText(whole, known);
  const { data, notes } = parseAs(known, text);
  for (const note of notes) process.stderr.write(`${noteLine(note, file)}\n`);
  if (why !== null) process.stderr.write(`${escapeTerminal(file === "-" ? "standard input" : file)}: ${why}\n`);
  if (flags.strict === true && (notes.length > 0 || why !== null)) outcome.exitCode = exitCodes.failed;
  const result = flags.print === true ? forOutput(printAs(known, data), flags.output) : jsonText(data);
  await writeResult(result, flags.output);
}

/**
 * The text as it is in a file; elsewhere, since a pipe may end on a terminal too, the characters that could act on one are shown
 * as escapes.
 */
const forOutput = (text: string, file: string | undefined): string =>
  file === undefined || file === "-" ? escapeLines(text) : text;

function kindNamed(name: string): CaptureKind {
  const kind = captureKinds.find(({ id }) => id === name);
  if (kind !== undefined) return kind.id;
  throw new Failure(`no parser is called ${name}; vethscope parse --list shows all`, exitCodes.usage);
}

function recognise(text: string, file: string): CaptureKind {
  const [kind, ...others] = kindsByContent(text);
  if (kind !== undefined && others.length === 0) return kind;
  const where = file === "-" ? "standard input" : file;
  const why =
    kind === undefined
      ? (unreadForm(text) ?? "looks like no known command's output; name its kind, vethscope parse --list shows all")
      : severalKinds([kind, ...others]);
  throw new Failure(`${where}: ${why}`);
}

function listKinds(): string {
  const longest = Math.max(...captureKinds.map(({ id }) => id.length));
  return captureKinds.map(({ id, command }) => `${id.padEnd(longest)}  ${command}\n`).join("");
}

const noteLine = ({ line, why, text }: Note, file: string): string =>
  `${escapeTerminal(file === "-" ? "line " : `${file}:`)}${line}: ${escapeTerminal(why)}: ${escapeTerminal(text.trim())}`;
