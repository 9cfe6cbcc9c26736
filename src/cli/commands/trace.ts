import { type Command, InvalidArgumentError, Option } from "commander";
import { jsonLine, jsonText } from "../../lib/json-text.ts";
import { several } from "../../lib/several.ts";
import { rebuildHost } from "../../operations/analyze.ts";
import { type Ask, makeAsk } from "../../operations/ask.ts";
import { traceText } from "../../reporters/trace/text.ts";
import type { AnswerReport } from "../../results/answer.ts";
import { QuestionError } from "../../trace/answer.ts";
import { makeTracer, type Question } from "../../trace/trace.ts";
import type { CommandResult } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { hostOption, readInput } from "../input.ts";
import { openResult, writeResult } from "../output.ts";
import { isPort, makeAnswerer, readLines } from "../queries.ts";
import { countProgress, progress, terminalOptions } from "../terminal.ts";

const formats = ["text", "json", "ndjson"] as const;
const verdicts = ["delivered", "dropped", "rejected", "unroutable", "refused", "ambiguous", "unknown"] as const;

interface TraceFlags {
  readonly from?: string;
  readonly to?: string;
  readonly queries?: string;
  readonly state?: "new" | "established";
  readonly sourcePort?: number;
  readonly expect?: (typeof verdicts)[number];
  readonly verbose?: true;
  readonly format?: (typeof formats)[number];
  readonly output?: string;
  readonly color?: boolean;
  readonly host?: string;
}

export function addTrace(program: Command, outcome: CommandResult): void {
  program
    .command("trace")
    .summary("where a packet goes, and which rule decides it")
    .description(
      "Follows a packet through namespaces, bridges, routes and firewall rules as the kernel would, there and back.",
    )
    .argument("<snapshot>", "a zip, a folder, a single capture file, or - for standard input")
    .option("--from <who>", "a container, host, outside, an address, eth0, or 203.0.113.50@eth0")
    .option(
      "--to <what>",
      "name:port, address:port, [IPv6 address]:port, each with /udp for UDP, or name/icmp; host and outside are names, too",
    )
    .addOption(new Option("--state <state>", "of the connection, for the packet").choices(["new", "established"]))
    .option("--source-port <port>", "the client's port; otherwise any ephemeral one", parsePort)
    .option("--queries <file>", 'answer each line {"from": …, "to": …} of a file or of - in turn')
    .addOption(new Option("--expect <verdict>", "exit 1 when an answer's verdict is another").choices(verdicts))
    .option(
      "-v, --verbose",
      "show the rules that were passed over, too, with the first part that did not match, and the way back",
    )
    .addOption(
      new Option("-f, --format <format>", "how to show it (default: text, with --queries ndjson)").choices(formats),
    )
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText("after", help)
    .action(async (snapshot: string, flags: TraceFlags) => {
      if (flags.queries === undefined) await traceOne(snapshot, flags, outcome);
      else await traceAll(snapshot, flags.queries, flags, outcome);
    });
}

const help = `
The exit code is 0 whatever the verdict is, unless --expect asks for one. With
--queries it is 3 when a line could not be answered; that line's answer then
has an "error", and all others are answered.

Of a container on another network, and of machines outside, a container's name
stands for all ways to ask for it: the ports that it publishes, then its own
addresses. Each has a line; the verdict is that of the ways that people use.

Examples:
  vethscope trace host.zip --from outside --to web:80
  vethscope trace host.zip --from web --to db:3306
  vethscope trace host.zip --from 203.0.113.50 --to host:8080 -v
  vethscope trace host.zip --from eth0 --to host:443 --expect delivered
  vethscope trace host.zip --queries flows.ndjson | jq -c '[.from, .to, .verdict]'`;

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (!isPort(port)) throw new InvalidArgumentError("it is no port from 1 to 65535");
  return port;
}

async function load(snapshot: string, named: string | undefined): Promise<Ask> {
  const done = progress(`reading ${snapshot === "-" ? "standard input" : "the snapshot"}`);
  try {
    const host = rebuildHost(await readInput(snapshot, named));
    return makeAsk(host, makeTracer(host));
  } finally {
    done();
  }
}

async function traceOne(snapshot: string, flags: TraceFlags, outcome: CommandResult): Promise<void> {
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

function render(
  answer: AnswerReport,
  format: (typeof formats)[number],
  { verbose, color, output }: TraceFlags,
): string {
  if (format === "json") return jsonText(answer);
  if (format === "ndjson") return jsonLine(answer);
  const layout = terminalOptions(color, output);
  return traceText(answer, { ...layout, verbose: verbose === true });
}

async function traceAll(snapshot: string, queries: string, flags: TraceFlags, outcome: CommandResult): Promise<void> {
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
