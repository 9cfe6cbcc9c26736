import type { FindingsReport } from "../../src/results/findings.ts";

/** A report in which everything that a snapshot can name is named after the given text. */
export function findingsNamed(name: string): FindingsReport {
  const finding = {
    check: "masquerade-missing",
    severity: "error" as const,
    sureness: "strong" as const,
    category: "connectivity",
    title: "A title",
    subject: { kind: "network", name },
    message: `network ${name} is not translated.`,
    why: "It matters.",
    evidence: [{ file: name, line: 3, quote: name }],
    fix: { text: `for ${name}`, commands: [`docker restart ${name}`], cutsTraffic: true },
    sources: ["moby#1"],
    consequences: [],
  };
  return {
    format: "vethscope-findings",
    version: 1,
    snapshot: { hostname: name, takenAt: name },
    findings: [{ ...finding, consequences: [finding] }],
    skipped: [{ check: "x", title: "X", why: name, how: name, ran: true, lacks: [] }],
    passed: ["y"],
    counts: { of: 3, ran: 2, inPart: 1, notRun: 0 },
    judged: true,
  };
}
