import { type Command, InvalidArgumentError, Option } from "commander";
import { type AnswerFormat, answerFormats } from "../../reporters/formats.ts";
import type { CommandResult } from "../exit-codes.ts";
import { hostOption } from "./host-option.ts";

const verdicts = ["delivered", "dropped", "rejected", "unroutable", "refused", "ambiguous", "unknown"] as const;

export interface TraceFlags {
  readonly from?: string;
  readonly to?: string;
  readonly queries?: string;
  readonly state?: "new" | "established";
  readonly sourcePort?: number;
  readonly expect?: (typeof verdicts)[number];
  readonly verbose?: true;
  readonly format?: AnswerFormat;
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
      new Option("-f, --format <format>", "how to show it (default: text, with --queries ndjson)").choices(
        answerFormats,
      ),
    )
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText("after", help)
    .action(async (snapshot: string, flags: TraceFlags) => {
      const { traceOne, traceAll } = await import("../actions/trace.ts");
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
  if (port < 1 || port > 65535) throw new InvalidArgumentError("it is no port from 1 to 65535");
  return port;
}
