import type { AssertionsReport } from "../../src/results/assertions.ts";

/** A report in which everything that a snapshot or a policy can name is named after the given text. */
export function assertionsNamed(name: string): AssertionsReport {
  const problem = {
    kind: "failed",
    message: `${name} reaches ${name}:80`,
    asked: { from: name, to: name },
    because: [name],
    reasons: [{ code: name, text: name, facts: { by: name } }],
    evidence: [{ file: name, line: 3, quote: name }],
  } as const;
  const assertion = {
    name,
    rule: `deny: ${name} -> ${name}:80`,
    kind: "deny",
    line: 4,
    outcome: "failed",
    passes: false,
    problems: [problem, { ...problem, kind: "unknown" }],
    more: 3,
    assumes: [name],
    notes: [name],
  } as const;
  const open = { ...assertion, outcome: "unknown", problems: [problem] } as const;
  return {
    format: "vethscope-assertions",
    version: 1,
    snapshot: { hostname: name, takenAt: name },
    policy: name,
    passes: false,
    questions: 7,
    assertions: [
      assertion,
      open,
      { ...open, passes: true },
      { ...assertion, outcome: "passed", passes: true, problems: [], more: 0 },
    ],
  };
}
