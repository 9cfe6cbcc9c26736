import { createReadStream } from "node:fs";
import { jsonLine } from "../lib/json-text.ts";
import type { Ask } from "../operations/ask.ts";
import { reportTrouble } from "../operations/report-answer.ts";
import type { AnswerReport } from "../results/answer.ts";
import { QuestionError } from "../trace/answer.ts";
import type { Question, TraceOptions } from "../trace/trace.ts";
import { Failure, fileTrouble } from "./failure.ts";

/** The longest line of --queries, in characters: the longest names and addresses fit a hundred times. */
const longestLine = 65_536;

/** The lines of a file or of standard input, one at a time. Of those that are too long for a question only the beginning is kept. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const chunks: AsyncIterable<Uint8Array> = path === "-" ? process.stdin : createReadStream(path);
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of chunks) {
      const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
      const lines = [beginning(rest + first), ...others];
      rest = beginning(lines.pop() ?? "");
      yield* lines;
    }
  } catch (error) {
    throw new Failure(`cannot read ${path === "-" ? "standard input" : path}: ${fileTrouble(error)}`);
  }
  yield rest;
}

/** As much of a line as shows that it is too long: joining the pieces of an endless line would take ever longer. */
const beginning = (line: string): string => line.slice(0, longestLine + 1);

/** The answer to a line of --queries: what it says, and the line that is printed. */
export interface AnsweredLine {
  readonly answer: Pick<AnswerReport, "verdict" | "error">;
  readonly printed: string;
}

/** So many characters of answers are remembered: logs ask the same again and again. */
const mostRemembered = 16 * 1024 * 1024;

/** Answers the lines of --queries; one that is no question, or asks for what is not there, is answered with an error. */
export function makeAnswerer(ask: Ask, options: TraceOptions): (text: string, line: number) => AnsweredLine {
  const remembered = new Map<string, AnsweredLine>();
  let left = mostRemembered;
  return (text, line) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const answer = answerLine(ask, text, line, options);
    const made = { answer: { verdict: answer.verdict, error: answer.error }, printed: jsonLine(answer) };
    const size = text.length + made.printed.length;
    // An error names its line.
    if (answer.error === undefined && size <= left) {
      remembered.set(text, made);
      left -= size;
    }
    return made;
  };
}

function answerLine(ask: Ask, text: string, line: number, options: TraceOptions): AnswerReport {
  const read = readQuestion(text);
  if ("error" in read) return reportTrouble(read.from, read.to, line, read.error);
  try {
    return ask(read, options);
  } catch (error) {
    if (error instanceof QuestionError)
      return reportTrouble(read.from, read.to, line, `${error.where} ${error.asked}: ${error.message}`);
    throw error;
  }
}

interface Malformed {
  readonly from: string | null;
  readonly to: string | null;
  readonly error: string;
}

/** Reads `{"from": …, "to": …[, "state", "sourcePort"]}`; other members are somebody's own and stay unread. */
function readQuestion(text: string): Question | Malformed {
  if (text.length > longestLine)
    return {
      from: null,
      to: null,
      error: `the line is longer than the ${longestLine} characters that a question may have`,
    };
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { from: null, to: null, error: 'the line is no JSON object {"from": …, "to": …}' };
  const { from, to, state, sourcePort } = value as Readonly<Record<string, unknown>>;
  const named = { from: textOrNull(from), to: textOrNull(to) };
  if (named.from === null || named.to === null) return { ...named, error: '"from" and "to" have to be texts' };
  if (state !== undefined && state !== "new" && state !== "established")
    return { ...named, error: '"state" is neither "new" nor "established"' };
  if (sourcePort !== undefined && !isPort(sourcePort))
    return { ...named, error: '"sourcePort" is no port (1 to 65535)' };
  return {
    from: named.from,
    to: named.to,
    ...(state === undefined ? {} : { state }),
    ...(sourcePort === undefined ? {} : { sourcePort }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

const isPort = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65535;
