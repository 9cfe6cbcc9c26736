import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonLine } from "../../src/lib/json-text.ts";
import { textWidth } from "../../src/lib/text-width.ts";
import { traceText } from "../../src/reporters/trace/text.ts";
import type { AnswerReport, RuleReport, StepReport } from "../../src/results/answer.ts";
import { hostileText } from "../support/hostile.ts";

const options = { width: 100, color: false, verbose: false };

const rule = (more: Partial<RuleReport> = {}): RuleReport => ({
  chain: "FORWARD",
  text: "-A FORWARD -i docker0 -j DROP",
  file: "iptables-save.txt",
  line: 7,
  effect: "decided",
  failed: null,
  counters: { packets: 1, bytes: 60 },
  because: [],

  ...more,
});

const forward = (verdict: string, rules: readonly RuleReport[]): StepReport => ({
  kind: "hook",
  namespace: "host",
  text: "filter FORWARD",
  interface: null,
  ports: [],
  gateway: null,
  setting: null,
  hook: {
    hook: "forward",
    table: "filter",
    chain: "FORWARD",
    verdict,
    policy: rules.every(({ effect }) => effect !== "decided"),
    rules,
  },
  sources: [{ file: "iptables-save.txt", line: 3 }],
});

const sent: StepReport = {
  kind: "send",
  namespace: "web",
  text: "172.18.0.2 → 192.0.2.1:80, via 172.18.0.1 out of eth0",
  interface: null,
  ports: [],
  gateway: null,
  setting: null,
  hook: null,
  sources: [{ file: "netns/web/ip-route.txt", line: 1 }],
};
const ended = (text: string): StepReport => ({
  kind: "end",
  namespace: "host",
  text,
  interface: null,
  ports: [],
  gateway: null,
  setting: null,
  hook: null,
  sources: [],
});

const answer = (more: Partial<AnswerReport>): AnswerReport => ({
  from: "web",
  to: "192.0.2.1:80",
  verdict: "dropped",
  code: "dropped-by-rule",
  sent: null,
  decision: null,
  outcomes: [],
  deliveredTo: null,
  sourceSeen: null,
  rejectedWith: null,
  reason: null,
  failure: "silence",
  behindProxy: null,
  because: [],
  reasons: [],
  assumes: [],
  steps: [sent],
  reply: null,
  ...more,
});

const show = (more: Partial<AnswerReport>, verbose = false): string => traceText(answer(more), { ...options, verbose });

/** What stands below the way. */
const below = (text: string): string[] => text.slice(text.search(/\n\n[✓✗!?]/) + 2).split("\n");

/** What the decision shows is not said again. */
const dropsIt = { code: "rules-dropped", text: "…", facts: { by: "-A FORWARD -i docker0 -j DROP" } };

describe("what became of it", () => {
  test("a rule that dropped it stands below the way again, with its counter and place", () => {
    const dropped = [rule({ effect: "matched", text: "-A FORWARD -j DOCKER-USER" }), rule()];
    const text = show({
      steps: [sent, forward("drop", dropped), ended("dropped by -A FORWARD -i docker0 -j DROP")],
      because: ["-A FORWARD -i docker0 -j DROP drops it"],
      reasons: [dropsIt],
    });
    expect(below(text)).toEqual([
      "✗ dropped, in filter FORWARD of host",
      `    -A FORWARD -i docker0 -j DROP${" ".repeat(38)}1 packet  iptables-save.txt:7`,
      "  web hears nothing and waits in vain",
      "",
    ]);
    expect(text).not.toContain("dropped by");
  });

  test("a policy is shown as iptables-save prints it", () => {
    const text = show({ steps: [sent, forward("drop", [])], because: ["the policy of FORWARD drops it"] });
    expect(below(text)[0]).toBe("✗ dropped by the policy of filter FORWARD of host");
    expect(below(text)[1]).toMatch(/^ {4}:FORWARD DROP +iptables-save\.txt:3$/);
  });

  test("an answer that is lost shows its own way", () => {
    const back = {
      verdict: "dropped",
      because: ["…"],
      reasons: [],
      steps: [{ ...sent, namespace: "db", text: "back again" }, forward("drop", [rule()])],
    } as const;
    const text = show({
      reply: back,
      because: ["the answer does not come back: -A FORWARD -i docker0 -j DROP drops it"],
      reasons: [dropsIt],
    });
    expect(text).toContain("the answer, on its way back:\n  db    back again");
    expect(below(text)[0]).toBe("✗ the answer is lost, in filter FORWARD of host");
    expect(below(text)[2]).toBe("  web gets no answer and waits in vain");
  });

  test("a delivery says to whom, and who it sees; the way back is for those who ask", () => {
    const reply = { verdict: "delivered", because: [], reasons: [], steps: [{ ...sent, text: "back again" }] } as const;
    const deliveredTo = {
      kind: "container",
      name: "db",
      names: ["db", "sidecar"],
      address: "fd00::2",
      port: 80,
    } as const;
    const more = { verdict: "delivered", failure: null, deliveredTo, sourceSeen: "fd00::3", reply } as const;
    expect(below(show(more))).toEqual([
      "✓ delivered to db (in one namespace with sidecar) at [fd00::2]:80, which sees fd00::3 as its client",
      "  the answer comes back to web",
      "",
    ]);
    expect(show(more)).not.toContain("back again");
    expect(show(more, true)).toContain("back again");
  });

  test("a sender hears from its own kernel of what its own rules drop", () => {
    expect(below(show({ verdict: "dropped", failure: "refusal" })).join()).toContain(
      'web is told at once: "operation not permitted"',
    );
  });

  test("a connection that only docker-proxy takes is no success", () => {
    const deliveredTo = { kind: "host", name: "host", names: ["host"], address: "192.0.2.1", port: 80 } as const;
    const text = show({
      verdict: "delivered",
      failure: null,
      deliveredTo,
      behindProxy: { verdict: "refused", refusedBy: "web" },
      because: ["docker-proxy cannot pass it on"],
      reasons: [],
    });
    expect(below(text)).toEqual(["! delivered to host at 192.0.2.1:80", "  docker-proxy cannot pass it on", ""]);
  });

  test.each([
    [
      { verdict: "refused", failure: "refusal", because: ["nobody listens on it"] },
      ["✗ refused: nobody listens on it", "  web is told at once"],
    ],
    [
      { verdict: "unroutable", because: ["web has no route to it"] },
      ["✗ no way there: web has no route to it", "  web hears nothing and waits in vain"],
    ],
    [
      { verdict: "unknown", failure: null, because: ["this", "and that"] },
      ["? unknown, since", "  this", "  and that"],
    ],
    [
      { verdict: "rejected", failure: "refusal", rejectedWith: "tcp-reset", steps: [forward("reject", [rule()])] },
      ["✗ rejected with tcp-reset, in filter FORWARD of host", expect.any(String), "  web is told at once"],
    ],
  ] as const)("%j", (more, lines) => {
    expect(below(show(more as Partial<AnswerReport>))).toEqual([...lines, ""]);
  });

  test("what was assumed stands last", () => {
    expect(show({ assumes: ["one thing", "another"] })).toMatch(/\n\nassumed:\n- one thing\n- another\n$/);
  });
});

test("a rule passed over says what did not match; one of unknown effect why", () => {
  const rules = [
    rule({ effect: "passed", failed: "-i docker0" }),
    rule({ effect: "matched", because: ["it depends"] }),
    rule({ effect: "passed", failed: "! -o eth0", counters: null }),
  ];
  const lines = show({ steps: [forward("accept", rules)] }, true).split("\n");
  expect(
    lines.filter((line) => line.includes("-A FORWARD")).map((line) => line.trim().replace(/ {3,}/g, "  ")),
  ).toEqual([
    "· -A FORWARD -i docker0 -j DROP  ≠ -i docker0  1 packet  iptables-save.txt:7",
    "-A FORWARD -i docker0 -j DROP  ? it depends  1 packet  iptables-save.txt:7",
    "· -A FORWARD -i docker0 -j DROP  ≠ ! -o eth0  iptables-save.txt:7",
  ]);
});

/** An answer in which everything that a snapshot or a person can name is named after the given text. */
function named(name: string): AnswerReport {
  const sources = [{ file: name, line: 1 }];
  const rules = [
    rule({ text: name, file: name, failed: name, because: [name], effect: "passed" }),
    rule({ text: name, file: name, chain: name }),
  ];
  const hook = { hook: "forward", table: name, chain: name, verdict: "drop", policy: false, rules } as const;
  const steps = [
    {
      kind: "send",
      namespace: name,
      text: name,
      interface: null,
      ports: [],
      gateway: null,
      setting: null,
      hook: null,
      sources,
    },
    {
      kind: "hook",
      namespace: name,
      text: name,
      interface: name,
      ports: [name],
      gateway: name,
      setting: name,
      hook,
      sources,
    },
    {
      kind: "end",
      namespace: `${name}2`,
      text: name,
      interface: null,
      ports: [],
      gateway: null,
      setting: null,
      hook: null,
      sources,
    },
  ] as const;
  const deliveredTo = { kind: "container", name, names: [name, `${name}2`], address: name, port: 80 } as const;
  const reply = { verdict: "dropped", because: [name], reasons: [], steps } as const;
  return answer({
    from: name,
    to: name,
    deliveredTo,
    sourceSeen: name,
    rejectedWith: name,
    because: [name],
    reasons: [],
    assumes: [name],
    steps,
    reply,
  });
}

describe("no name acts on the terminal", () => {
  const printable = /^(?:[^\p{C}\p{Zl}\p{Zp}]|\n)*\n$/u;
  const verdicts = ["delivered", "dropped", "rejected", "unroutable", "refused", "ambiguous", "unknown"] as const;

  test("text has only printable characters, and colours as its only escapes", () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom(...verdicts), (name, verdict) => {
        const hostile = { ...named(name), verdict };
        expect(traceText(hostile, { ...options, width: 60, verbose: true })).toMatch(printable);
        const coloured = traceText(hostile, { ...options, color: true });
        expect(coloured.replace(/\x1b\[\d{1,2}m/g, "")).toMatch(printable);
      }),
      { numRuns: 300 },
    );
  });

  test("a line of NDJSON is one line, and the value it was", () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const line = jsonLine(named(name));
        expect(line).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*\n$/u);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(named(name))));
      }),
    );
  });
});

test.each([60, 80, 100])("no line is wider than %i columns, unless a single word is", (width) => {
  const long = "-A DOCKER -d 172.20.0.2/32 ! -i br-4d3fa0799db2 -o br-4d3fa0799db2 -p tcp -m tcp --dport 80 -j ACCEPT";
  const steps = [
    sent,
    forward("accept", [rule({ text: long }), rule({ text: long, effect: "passed", failed: "-d 172.20.0.2/32" })]),
  ];
  const text = traceText(answer({ steps, because: ["so it is, and much more is said about it ".repeat(4).trim()] }), {
    ...options,
    width,
  });
  for (const line of text.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(width);
});
