import { flowChangeKinds } from "../../src/diff/flows/compare-flows.ts";
import type { AnswerReport } from "../../src/results/answer.ts";
import type { Comparison, FlowReport } from "../../src/results/comparison.ts";

/** A small comparison with one of everything, in which all that a snapshot can name is named after the given text. */
export function comparisonNamed(name: string): Comparison {
  const sources = [{ file: name, line: 3 }];
  const both = { before: name, after: name };
  const place = { namespace: name, family: 4, backend: "nft", table: name, chain: name } as const;
  const rule = { text: `-A ${name} -j ${name}`, position: 1, source: { file: name, line: 1 } };
  const thing = { kind: "container", name, within: name };
  const edit = { before: rule, after: rule, options: [{ name, ...both }] };
  const finding = {
    check: name,
    severity: "error",
    subject: { kind: name, name },
    message: name,
    follows: null,
    sources,
  } as const;
  const causes = (["taken-back", "absent"] as const).map((proof) => ({
    text: name,
    proof,
    before: sources,
    after: sources,
  }));
  const flows = flowChangeKinds.flatMap((kind) => [
    ...[null, 0, 1].map((cause) => flow(kind, name, cause)),
    { ...flow(kind, name, null), from: [{ kind: "container" as const, before: name, after: null }] },
    { ...flow(kind, name, null), after: { state: "absent" as const, answer: null } },
  ]);
  const chain = {
    kind: "changed",
    place,
    formerly: { ...place, family: 6, backend: "legacy" },
    policy: { name: "policy", ...both },
    edits: (["added", "removed", "moved", "changed"] as const).map((kind) => ({
      kind,
      ...edit,
      before: kind === "added" ? null : rule,
      after: kind === "removed" ? null : rule,
    })),
    lines: { before: [rule.text, name, "-A x"], after: [name, "-A y", rule.text] },
  } as const;
  const snapshot = { hostname: name, takenAt: name, kernel: name, engine: name };
  return {
    format: "vethscope-comparison",
    version: 1,
    before: snapshot,
    after: { ...snapshot, kernel: `${name}2` },
    summary: {
      flows: {
        compared: 9,
        lost: 5,
        gained: 5,
        answeredByAnother: 5,
        seenDifferently: 5,
        failsDifferently: 5,
        unknown: 1,
      },
      things: { added: 1, removed: 1, replaced: 1, changed: 1 },
      rules: 5,
      findings: { new: 1, gone: 1, same: 1 },
      ignored: 1,
    },
    flows,
    causes,
    changes: (["added", "removed", "replaced", "changed"] as const).map((kind) => ({
      kind,
      thing,
      formerly: thing,
      fields: [{ name, ...both }],
      before: sources,
      after: sources,
    })),
    chains: [chain, { ...chain, kind: "added" }],
    findings: { new: [finding], gone: [finding] },
    incomparable: [{ what: name, why: name }],
  };
}

function flow(kind: FlowReport["kind"], name: string, cause: number | null): FlowReport {
  const both = { before: name, after: name };
  const destination = {
    name: both,
    network: both,
    interface: both,
    publishes: null,
    address: both,
    protocol: "tcp",
    port: 80,
  } as const;
  return {
    kind,
    from: [
      { kind: "outside", ...both },
      { kind: "container", ...both },
    ],
    to: [
      { kind: "container", ...destination },
      { kind: "host", ...destination, publishes: both },
      { kind: "outside", ...destination, address: { before: name, after: `${name}2` } },
    ],
    before: { state: "open", answer: answer("delivered", name) },
    after: { state: "closed", answer: answer("dropped", name) },
    cause,
  };
}

function answer(verdict: "delivered" | "dropped", name: string): AnswerReport {
  const rule = { chain: name, text: `-A ${name} -j DROP`, file: name, line: 1, effect: "decided" } as const;
  const rules = [{ ...rule, failed: name, counters: null, because: [name] }];
  const isOpen = verdict === "delivered";
  return {
    from: name,
    to: name,
    verdict,
    deliveredTo: isOpen ? { kind: "container", name, names: [name], address: name, port: 80 } : null,
    sourceSeen: isOpen ? name : null,
    rejectedWith: name,
    behindProxy: null,
    reason: null,
    failure: isOpen ? null : "silence",
    code: "delivered",
    sent: { source: name, destination: name, port: 80 },
    decision: {
      namespace: name,
      hook: "forward",
      table: name,
      base: name,
      chain: name,
      rule: { text: name, file: name, line: 1 },
      direction: "request",
    },
    outcomes: [],
    because: isOpen ? [] : [name],
    reasons: isOpen ? [] : [{ code: name, text: name, facts: { by: name } }],
    assumes: [name],
    steps: [
      {
        kind: "send",
        namespace: name,
        text: name,
        interface: name,
        ports: [name],
        gateway: name,
        setting: name,
        hook: null,
        sources: [{ file: name, line: 1 }],
      },
      {
        kind: "hook",
        namespace: name,
        text: name,
        interface: name,
        ports: [name],
        gateway: name,
        setting: name,
        hook: {
          hook: "forward",
          table: name,
          chain: name,
          verdict: isOpen ? "accept" : "drop",
          policy: false,
          rules,
        },
        sources: [{ file: name, line: 1 }],
      },
    ],
    reply: null,
  };
}
