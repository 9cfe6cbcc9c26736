import { findingBlocks } from "../analysis/markdown.ts";
import { inline } from "../markdown-text.ts";
import type { FindingsReporter } from "./reporter.ts";

/** Findings for a ticket, with their evidence and fixes, and the checks that could not tell everything. */
export const markdown: FindingsReporter = (report) => {
  const { hostname, takenAt } = report.snapshot;
  const skipped = report.skipped.map(
    ({ check, why, how }) => `- ${inline(check)}: ${inline(why)}; to find out: ${inline(how)}`,
  );
  return [
    `# ${inline(hostname ?? "host")}`,
    ...(takenAt === null ? [] : [`taken ${inline(takenAt)}`]),
    ...findingBlocks(report),
    ...(skipped.length === 0 ? [] : ["## Could not tell, or not everything", skipped.join("\n")]),
  ]
    .join("\n\n")
    .concat("\n");
};
