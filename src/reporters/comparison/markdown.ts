import { escapeTerminal } from "../../lib/escape-terminal.ts";
import { escapeXml } from "../../lib/escape-xml.ts";
import { groupBy } from "../../lib/group-by.ts";
import { several } from "../../lib/several.ts";
import { formatSource } from "../../lib/source.ts";
import type { Comparison } from "../../results/comparison.ts";
import { inline } from "../markdown-text.ts";
import { type ChainReport, chainName } from "./chains.ts";
import { fieldWords, mergeChanges } from "./changes.ts";
import { chainHunks } from "./diff.ts";
import { type FlowGroup, flowGroups } from "./flow-groups.ts";
import { flowTitles, headline, sentence } from "./flow-sentences.ts";
import { enumerate } from "./names.ts";
import type { ComparisonReporter } from "./reporter.ts";
import { isEqual, leftOutWords, summaryParts, withConsequences } from "./summary.ts";

/** A tracker cuts off what is longer than about 65000 characters: lists end before, and say so. */
const mostRows = 12;
const mostGroups = 20;
const mostThings = 60;
const mostChains = 40;
const mostHunkLines = 120;

/** What a change did, for a merge request: whom it concerns is read at once, the rules are folded. */
export const markdown: ComparisonReporter = (comparison, { verbose }) => {
  const limit = (most: number) => (verbose ? Number.POSITIVE_INFINITY : most);
  const left = leftOutWords(comparison);
  return [
    `### ${said(
      isEqual(comparison)
        ? "No change"
        : summaryParts(comparison)
            .map(({ text }) => text)
            .join(" · "),
    )}`,
    ...flowBlocks(comparison, limit),
    ...findingBlocks("New findings", comparison.findings.new),
    ...findingBlocks("Findings that are gone", comparison.findings.gone),
    ...thingBlocks(comparison, limit),
    ...ruleBlocks(comparison, limit),
    ...listBlocks(
      "Could not be compared",
      [...groupBy(comparison.incomparable, ({ why }) => why)].map(
        ([why, some]) =>
          `- ${said(
            `${enumerate(
              some.map(({ what }) => what),
              limit(mostRows),
            )}: ${why}`,
          )}`,
      ),
      limit(mostThings),
    ),
    ...(left === "" ? [] : [said(left)]),
  ]
    .join("\n\n")
    .concat("\n");
};

/** A sentence in which nothing is markup. */
const said = (text: string): string => inline(text, 1000);

type Limit = (most: number) => number;

function listBlocks(title: string, lines: readonly string[], most: number): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, most);
  const more = lines.length - shown.length;
  return [`#### ${title}`, [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n")];
}

function flowBlocks(comparison: Comparison, limit: Limit): string[] {
  return [...groupBy(flowGroups(comparison, false), ({ kind }) => kind)].flatMap(([kind, groups]) => {
    const flows = groups.reduce((sum, group) => sum + group.flows, 0);
    return listBlocks(
      `${flowTitles[kind]} (${several(flows, "flow")})`,
      groups.map((group) => groupItem(group, limit)),
      limit(mostGroups),
    );
  });
}

/** A reason with its rule, and whom it concerns one level deeper. */
function groupItem(group: FlowGroup, limit: Limit): string {
  const { kind, reason, rows } = group;
  const shown = rows.slice(0, limit(mostRows));
  const more = rows.slice(shown.length).reduce((sum, row) => sum + row.flows, 0);
  const details = group.effects.length > 0 ? group.effects.slice(0, 2) : [reason.rule ?? ""];
  const place = [...details, reason.where].filter((one) => one !== "").join(" · ");
  return [
    `- **${said(headline(group))}**${place === "" ? "" : `<br>${said(place)}`}`,
    ...shown.map((row) => `  - ${said(sentence(kind, row, limit(8)))}`),
    ...(more > 0 ? [`  - and ${several(more, "more flow")} of the kind`] : []),
  ].join("\n");
}

function findingBlocks(title: string, findings: Comparison["findings"]["new"]): string[] {
  const line = ({ severity, message, check, sources: [source] }: Comparison["findings"]["new"][number]): string => {
    const word = severity === "info" ? "remark" : severity;
    return `- ${word}: ${said(message)} (${said(check)}${source === undefined ? "" : `, ${said(formatSource(source))}`})`;
  };
  const lines = withConsequences(findings).map(({ finding, consequences }) =>
    [line(finding), ...consequences.map((one) => `  ${line(one)}`)].join("\n"),
  );
  return listBlocks(title, lines, Number.POSITIVE_INFINITY);
}

function thingBlocks({ changes }: Comparison, limit: Limit): string[] {
  const merged = mergeChanges(changes);
  if (merged.length === 0) return [];
  const shown = merged.slice(0, limit(mostThings));
  const rows = shown.map(({ kind, what, names, within, fields }) => {
    const thing = `${what}${enumerate(names, limit(8))}${within}`;
    const values = fields.map((field) => fieldWords(kind, field)).join(", ");
    return `| ${kind} | ${said(thing)} | ${said(values)} |`;
  });
  const more = merged.length - shown.length;
  return [
    "#### Things",
    ["| | | |", "| --- | --- | --- |", ...rows].join("\n"),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function ruleBlocks({ chains }: Comparison, limit: Limit): string[] {
  if (chains.length === 0) return [];
  const shown = chains.slice(0, limit(mostChains));
  const more = chains.length - shown.length;
  return [
    "#### Rules",
    ...shown.map((chain) => chainBlock(chain, limit(mostHunkLines))),
    ...(more > 0 ? [`and ${several(more, "more chain")}`] : []),
  ];
}

function chainBlock(chain: ChainReport, most: number): string {
  const { kind, policy, edits } = chain;
  const counted = edits.length === 0 ? `the chain was ${kind}` : several(edits.length, "rule");
  const said = `${chainName(chain)}: ${counted}${policy === null ? "" : `, policy ${policy.before ?? "none"} → ${policy.after ?? "none"}`}`;
  const summary = `<details><summary><code>${escapeXml(escapeTerminal(said, 400))}</code></summary>`;
  const lines = chainHunks(chain).split("\n").slice(0, -1);
  if (lines.length === 0) return `${summary}</details>`;
  const text =
    lines.length <= most ? lines : [...lines.slice(0, most), `# ${several(lines.length - most, "more line")}`];
  // No line of the rules can close a fence that is longer than any row of backticks in them.
  const longest = Math.max(0, ...(text.join("\n").match(/`+/g) ?? []).map((row) => row.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return [summary, "", `${fence}diff`, ...text, fence, "", "</details>"].join("\n");
}
