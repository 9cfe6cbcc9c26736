import { jsonLine, jsonText } from "../../lib/json-text.ts";
import { several } from "../../lib/several.ts";
import { rebuildHost } from "../../operations/analyze.ts";
import { type Ask, makeAsk } from "../../operations/ask.ts";
import type { AnswerFormat } from "../../reporters/formats.ts";
import { traceText } from "../../reporters/trace/text.ts";
import type { AnswerReport } from "../../results/answer.ts";
import { QuestionError } from "../../trace/answer.ts";
import { makeTracer, type Question } from "../../trace/trace.ts";
import type { TraceFlags } from "../commands/trace.ts";
import type { CommandResult } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { readInput } from "../input.ts";
import { openResult, writeResult } from "../output.ts";
import { makeAnswerer, readLines } from "../queries.ts";
import { countProgress, progress, terminalOptions } from "../terminal.ts";

async function load(snapshot: string, named: string | undefined): Promise<Ask> {
  const done = progress(`reading ${snapshot === "-" ? "standard input" : "the snapshot"}`);
  try {
    const host = rebuildHost(await readInput(snapshot, named));
    return makeAsk(makeTracer(host));
  } finally {
    done();
  }
}

export async function traceOne(snapshot: string, flags: TraceFlags, outcome: CommandResult): Promise<void> {
  const { from, to, state, sourcePort, output, format = "text" } = flags;
  if (from === undefined || to === undefined)
    throw new Failure("trace needs --from and --to, or --queries; see vethscope trace --help", exitCodes.usage);
  const ask = await load(snapshot, flags.host);
  const question: Question = {
    from,
    to,
    ...(state === undefined ? {} : { state }),
    ...(sourcePort === undefined ? {} : { sourcePort }),
  };
  const answer = answerTo(ask, question, flags.verbose === true);
  if (flags.expect !== undefined && answer.verdict !== flags.expect) outcome.exitCode = exitCodes.found;
  await writeResult(render(answer, format, flags), output);
}

function answerTo(ask: Ask, question: Question, verbose: boolean): AnswerReport {
  try {
    return ask(question, { verbose });
  } catch (error) {
    if (error instanceof QuestionError)
      throw new Failure(`--${error.where} ${error.asked}: ${error.message}`, exitCodes.usage);
    throw error;
  }
}

function render(answer: AnswerReport, format: AnswerFormat, { verbose, color, output }: TraceFlags): string {
  if (format === "json") return jsonText(answer);
  if (format === "ndjson") return jsonLine(answer);
  const layout = terminalOptions(color, output);
  return traceText(answer, { ...layout, verbose: verbose === true });
}

export async function traceAll(
  snapshot: string,
  queries: string,
  flags: TraceFlags,
  outcome: CommandResult,
): Promise<void> {
  checkQueryFlags(snapshot, queries, flags);
  const answerLine = makeAnswerer(await load(snapshot, flags.host), { verbose: flags.verbose === true });
  const result = await openResult(flags.output);
  const counter = countProgress("questions answered", true);
  let [line, asked, failed, unexpected] = [0, 0, 0, 0];
  try {
    for await (const text of readLines(queries)) {
      line++;
      if (text.trim() === "") continue;
      asked++;
      const { answer, printed } = answerLine(text, line);
      if (answer.error !== undefined) failed++;
      if (flags.expect !== undefined && answer.verdict !== flags.expect) unexpected++;
      await result.write(printed);
      counter.count(asked);
    }
  } finally {
    counter.done();
    await result.close();
  }
  if (unexpected > 0) outcome.exitCode = exitCodes.found;
  if (failed > 0)
    throw new Failure(`${failed} of ${several(asked, "question")} of ${shownName(queries)} could not be answered`);
}

const shownName = (path: string): string => (path === "-" ? "standard input" : path);

function checkQueryFlags(snapshot: string, queries: string, { from, to, state, sourcePort, format }: TraceFlags): void {
  const beside = Object.entries({ "--from": from, "--to": to, "--state": state, "--source-port": sourcePort });
  const [given] = beside.filter(([, value]) => value !== undefined);
  if (given !== undefined)
    throw new Failure(`${given[0]} does not go with --queries: each line says its own`, exitCodes.usage);
  if (format !== undefined && format !== "ndjson")
    throw new Failure(`--queries answers as ndjson only, not as ${format}`, exitCodes.usage);
  if (snapshot === "-" && queries === "-")
    throw new Failure("the snapshot and the queries cannot both come from standard input", exitCodes.usage);
}
