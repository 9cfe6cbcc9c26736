import { compileIptables } from "../../src/firewall/compile/iptables/compile-rule-set.ts";
import { evaluateBaseChain } from "../../src/firewall/match/evaluate.ts";
import { holdFrom } from "../../src/firewall/match/match-test.ts";
import type { ChainOutcome, Environment } from "../../src/firewall/outcome.ts";
import type { Packet } from "../../src/firewall/packet.ts";
import type { Hook, Rule, Table } from "../../src/firewall/rules.ts";
import { isMaybe } from "../../src/firewall/tri.ts";
import { iptablesSave } from "../../src/parsers/iptables-save.ts";
import { say } from "../../src/reasons/reason.ts";
import { environment as plain } from "./packets.ts";

/** The tables of a text as `iptables-save` prints it. */
export function compileText(text: string, family: 4 | 6 = 4): readonly Table[] {
  const { tables } = iptablesSave.parse(text).data;
  return compileIptables({ backend: "iptables-nft", family, file: "rules", tables });
}

/** A filter table with the given lines after its chains; lines that start with `:` declare more chains. */
export function filterTable(lines: readonly string[], policy = "ACCEPT", family: 4 | 6 = 4): Table {
  const text = [
    "*filter",
    ":INPUT ACCEPT [0:0]",
    `:FORWARD ${policy} [0:0]`,
    ":OUTPUT ACCEPT [0:0]",
    ...lines,
    "COMMIT",
  ];
  const [table] = compileText(`${text.join("\n")}\n`, family);
  if (table === undefined) throw new Error("no table");
  return table;
}

/** One rule, as it stands after `-A FORWARD`. */
export function rule(text: string, family: 4 | 6 = 4): Rule {
  const found = filterTable([`-A FORWARD ${text}`], "ACCEPT", family).chains.get("FORWARD")?.rules[0];
  if (found === undefined) throw new Error(`no rule: ${text}`);
  return found;
}

/** Whether the packet meets the rule's conditions: `true`, `false`, or the reasons why that is not known. */
export function matches(text: string, packet: Packet, environment: Environment = plain): boolean | readonly string[] {
  const result = holdFrom(rule(text, packet.family).statements, 0, packet, environment);
  return isMaybe(result) ? result.because.map(say) : result;
}

/** The outcomes of the base chain at a hook. */
export function outcomes(
  table: Table,
  packet: Packet,
  { hook = "forward" as Hook, environment = plain, verbose = false } = {},
): readonly ChainOutcome[] {
  const base = table.baseChains.find((one) => one.hook === hook);
  if (base === undefined) throw new Error(`no chain at ${hook}`);
  return evaluateBaseChain(table, base, packet, environment, verbose);
}

/** Outcomes in short: `accept`, `drop (policy)`, `reject tcp-reset`, `unknown`. */
export function verdicts(table: Table, packet: Packet, options: Parameters<typeof outcomes>[2] = {}): string[] {
  return outcomes(table, packet, options)
    .map(({ verdict, rule }) => {
      const detail =
        verdict.kind === "reject" ? ` ${verdict.with}` : verdict.kind === "nat" ? ` ${verdict.nat.kind}` : "";
      return `${verdict.kind}${detail}${rule === null && verdict.kind !== "unknown" ? " (policy)" : ""}`;
    })
    .sort();
}
