import { type Command, Option } from "commander";
import { type AssertionsFormat, assertionsFormats } from "../../reporters/formats.ts";
import type { CommandResult } from "../exit-codes.ts";
import { hostOption } from "./host-option.ts";

export interface AssertFlags {
  readonly policy: string;
  readonly format: AssertionsFormat;
  readonly output?: string;
  readonly verbose?: true;
  readonly color?: boolean;
  readonly host?: string;
}

export function addAssert(program: Command, outcome: CommandResult): void {
  program
    .command("assert")
    .summary("what must and must not hold, by a policy")
    .description(
      "Judges the rules of a policy on a snapshot: who must reach whom, who must not,\nwhat is isolated from what, and that nothing is found wrong.",
    )
    .argument("<snapshot>", "a zip, a folder, a single capture file, or - for standard input")
    .requiredOption("-p, --policy <file>", "the policy, a YAML file, or - for standard input")
    .addOption(new Option("-f, --format <format>", "how to show it").choices(assertionsFormats).default("text"))
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("-v, --verbose", "show all that was assumed, and all listed problems with all their lines")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText("after", help)
    .action(async (snapshot: string, flags: AssertFlags) => {
      const { assertOn } = await import("../actions/assert.ts");
      await assertOn(snapshot, flags, outcome);
    });
}

const help = `
A policy:
  sets:
    front: [proxy, "web-*"]
    shop: { project: shop, except: "db-*" }
    back: { network: shop_back }
  rules:
    - allow: outside -> proxy:443
    - deny: outside -> db:*
    - deny: "@front -> host:22"
    - isolated: front, back
      unknown: allowed
    - no-findings: error

Exit codes: 0 every rule holds, 1 one does not, or cannot be judged and is not
allowed to be unknown, 2 wrong usage, 3 unreadable input, or a policy with a
mistake in it.

Examples:
  vethscope assert host.zip -p policy.yml
  vethscope assert host.zip -p policy.yml -f junit -o assertions.xml`;
