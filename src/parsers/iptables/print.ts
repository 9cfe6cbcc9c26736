import type { Counters, IptablesRule, IptablesSave } from "../iptables-save.ts";
import { printOption } from "./options.ts";

/** The text again, in the order of the line numbers: `# …`, `*table`, `:chain`, rules, `COMMIT`. */
export function printRules(data: IptablesSave): string {
  const lines: { line: number; text: string }[] = [...data.comments];
  for (const table of data.tables) {
    lines.push({ line: table.line, text: `*${table.name}` });
    for (const { line, name, policy, counters } of table.chains) {
      lines.push({ line, text: `:${name} ${policy ?? "-"}${counters === null ? "" : ` ${printCounters(counters)}`}` });
    }
    for (const rule of table.rules) lines.push({ line: rule.line, text: printRule(rule) });
    if (table.commitLine !== null) lines.push({ line: table.commitLine, text: "COMMIT" });
  }
  // A stable sort: lines made up without numbers keep the order in which a rule set is written.
  lines.sort((a, b) => a.line - b.line);
  return lines.map(({ text }) => `${text}\n`).join("");
}

function printRule({ chain, counters, options }: IptablesRule): string {
  // The old form keeps its counters among the options: `-c 12 345`.
  const prefix = counters === null || options.some(({ name }) => name === "-c") ? "" : `${printCounters(counters)} `;
  return `${prefix}-A ${[chain, ...options.map(printOption)].join(" ")}`;
}

const printCounters = ({ packets, bytes }: Counters): string => `[${packets}:${bytes}]`;
