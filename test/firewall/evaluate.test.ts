import { describe, expect, it } from "vitest";
import { say } from "../../src/reasons/reason.ts";
import { packet } from "./packets.ts";
import { filterTable, outcomes, verdicts } from "./rules.ts";

const maybe = "-m limit --limit 1/sec";

describe("a chain", () => {
  it.each<[string, string[], string[]]>([
    ["its policy", [], ["drop (policy)"]],
    ["the first rule that decides", ["-A FORWARD -j ACCEPT", "-A FORWARD -j REJECT"], ["accept"]],
    ["a rule without effect", ["-A FORWARD", "-A FORWARD -j LOG"], ["drop (policy)"]],
    ["RETURN in a base chain", ["-A FORWARD -j RETURN", "-A FORWARD -j ACCEPT"], ["drop (policy)"]],
    ["a jump and back", [":A - [0:0]", "-A FORWARD -j A", "-A FORWARD -j ACCEPT", "-A A -p udp -j REJECT"], ["accept"]],
    [
      "a verdict in a jump",
      [":A - [0:0]", "-A FORWARD -j A", "-A FORWARD -j ACCEPT", "-A A -j REJECT"],
      ["reject icmp-port-unreachable"],
    ],
    [
      "RETURN from a jump",
      [":A - [0:0]", "-A FORWARD -j A", "-A FORWARD -j ACCEPT", "-A A -j RETURN", "-A A -j REJECT"],
      ["accept"],
    ],
    ["a goto from a base chain", [":A - [0:0]", "-A FORWARD -g A", "-A FORWARD -j ACCEPT"], ["drop (policy)"]],
    [
      "a goto from a called chain",
      [":A - [0:0]", ":B - [0:0]", "-A FORWARD -j A", "-A FORWARD -j ACCEPT", "-A A -g B", "-A A -j REJECT"],
      ["accept"],
    ],
    [
      "a jump from a chain gone to",
      [
        ":A - [0:0]",
        ":B - [0:0]",
        ":C - [0:0]",
        "-A FORWARD -j A",
        "-A FORWARD -j ACCEPT",
        "-A A -g B",
        "-A A -j DROP",
      ].concat("-A B -j C", "-A B -j REJECT --reject-with icmp-host-unreachable"),
      ["reject icmp-host-unreachable"],
    ],
    ["a chain that is not there", ["-A FORWARD -j NOWHERE"], ["unknown"]],
    [
      "a rule that nobody knows the effect of",
      ["-A FORWARD -j NFQUEUE --queue-num 0", "-A FORWARD -j ACCEPT"],
      ["unknown"],
    ],
  ])("follows %s", (_, lines, expected) => {
    expect(verdicts(filterTable(lines, "DROP"), packet())).toEqual(expected);
    expect(verdicts(filterTable(lines, "DROP"), packet(), { verbose: true })).toEqual(expected);
  });
});

describe("a rule that may match", () => {
  it.each<[string, string[], string[]]>([
    [
      "goes both ways",
      [`-A FORWARD ${maybe} -j ACCEPT`, "-A FORWARD -j REJECT"],
      ["accept", "reject icmp-port-unreachable"],
    ],
    ["makes no difference before the same verdict of the policy", [`-A FORWARD ${maybe} -j RETURN`], ["drop (policy)"]],
    ["makes no difference when it logs", [`-A FORWARD ${maybe} -j LOG`], ["drop (policy)"]],
    [
      "makes no difference when its chain logs",
      [":L - [0:0]", `-A FORWARD ${maybe} -j L`, "-A L -j LOG"],
      ["drop (policy)"],
    ],
    [
      "makes a difference by its mark",
      [`-A FORWARD ${maybe} -j MARK --set-xmark 0x1/0x1`, "-A FORWARD -m mark --mark 0x1 -j ACCEPT"],
      ["accept", "drop (policy)"],
    ],
    [
      "makes no difference once its mark is gone",
      [`-A FORWARD ${maybe} -j MARK --set-xmark 0x1/0x1`, "-A FORWARD -j MARK --set-xmark 0x0/0x1"],
      ["drop (policy)"],
    ],
    [
      "may return",
      [":A - [0:0]", "-A FORWARD -j A", "-A FORWARD -j ACCEPT", `-A A ${maybe} -j RETURN`, "-A A -j REJECT"],
      ["accept", "reject icmp-port-unreachable"],
    ],
    ["may go", [":A - [0:0]", `-A FORWARD ${maybe} -g A`, "-A FORWARD -j ACCEPT"], ["accept", "drop (policy)"]],
  ])("%s", (_, lines, expected) => {
    expect(verdicts(filterTable(lines, "DROP"), packet())).toEqual(expected);
    expect(verdicts(filterTable(lines, "DROP"), packet(), { verbose: true })).toEqual(expected);
  });

  it("says why only when it matters", () => {
    const reason = "-m limit: it depends on how many packets came before";
    const both = outcomes(filterTable([`-A FORWARD ${maybe} -j ACCEPT`], "DROP"), packet());
    expect(both.map(({ because }) => because.map(say))).toEqual([[reason], [reason]]);
    const one = outcomes(filterTable([`-A FORWARD ${maybe} -j LOG`], "DROP"), packet());
    expect(one.map(({ because }) => because.map(say))).toEqual([[]]);
    expect(one[0]?.steps).toMatchObject([{ effect: "matched", because: [{ code: "match-unknowable", why: reason }] }]);
  });

  it("does not name what made no difference beside what did", () => {
    const lines = [
      ":L - [0:0]",
      `-A FORWARD ${maybe} -j L`,
      "-A L -j LOG",
      "-A FORWARD -m time --weekdays Mon -j ACCEPT",
    ];
    const found = outcomes(filterTable(lines, "DROP"), packet());
    expect(found.map(({ because }) => because.map(say))).toEqual([
      ["-m time: it depends on the time of day"],
      ["-m time: it depends on the time of day"],
    ]);
  });

  it("makes a changed set unknown", () => {
    const lines = ["-A FORWARD -j SET --add-set x src", "-A FORWARD -m set --match-set x src -j ACCEPT"];
    expect(verdicts(filterTable(lines, "DROP"), packet())).toEqual(["accept", "drop (policy)"]);
  });
});

describe("steps", () => {
  const table = filterTable(
    [
      ":A - [0:0]",
      "-A FORWARD -p udp -j DROP",
      "-A FORWARD -j A",
      "-A A ! -i eth0 -o eth1 -j DROP",
      "-A A -j LOG",
      "-A A -p tcp -j ACCEPT",
    ],
    "DROP",
  );
  const stepsOf = (verbose: boolean) =>
    outcomes(table, packet(), { verbose })[0]?.steps.map(
      ({ rule, effect, chain, failed }) => `${effect} ${chain}:${rule.position}${failed === null ? "" : ` ${failed}`}`,
    );

  it("are the rules that matched", () => {
    expect(stepsOf(false)).toEqual(["matched FORWARD:2", "matched A:2", "decided A:3"]);
  });

  it("are also those passed over, when asked for, with what failed", () => {
    expect(stepsOf(true)).toEqual([
      "passed FORWARD:1 -p udp",
      "matched FORWARD:2",
      "passed A:1 ! -i eth0",
      "matched A:2",
      "decided A:3",
    ]);
  });

  it("name the rule that decided", () => {
    const [outcome] = outcomes(table, packet());
    expect(outcome?.rule?.text).toBe("-A A -p tcp -j ACCEPT");
    expect(outcomes(filterTable([]), packet())[0]?.rule).toBeNull();
  });
});

describe("bounds", () => {
  it("notices chains that jump in a circle", () => {
    const lines = [":A - [0:0]", ":B - [0:0]", "-A FORWARD -j A", "-A A -j B", "-A B -g A"];
    expect(outcomes(filterTable(lines), packet()).map(({ verdict }) => verdict)).toEqual([
      { kind: "unknown", why: { code: "chain-loop", chain: "A" } },
    ]);
  });

  it("gives up on very deep chains", () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `C${i}`);
    const lines = [...names.map((name) => `:${name} - [0:0]`), "-A FORWARD -j C0"];
    for (const [i, name] of names.entries()) if (i > 0) lines.push(`-A C${i - 1} -j ${name}`);
    expect(outcomes(filterTable(lines), packet())[0]?.verdict).toMatchObject({ kind: "unknown" });
  });

  it("gives up on chains that call each other again and again", () => {
    const lines: string[] = [":C0 - [0:0]", "-A FORWARD -j C0"];
    for (let i = 1; i < 100; i++) lines.push(`:C${i} - [0:0]`, `-A C${i - 1} -j C${i}`, `-A C${i - 1} -j C${i}`);
    const [outcome] = outcomes(filterTable(lines), packet());
    expect(outcome?.verdict).toEqual({ kind: "unknown", why: { code: "rules-too-many", most: 20_000 } });
    // What had been walked until then is told, and is not much.
    expect(outcome?.steps.length).toBeLessThan(25_000);
  });

  it("follows a large rule set to its end, and a small chain as often as it is called", () => {
    const once = Array.from({ length: 100_000 }, () => "-A A -j LOG");
    const often = Array.from({ length: 2_000 }, () => "-A FORWARD -j B");
    const lines = [
      ":A - [0:0]",
      ":B - [0:0]",
      "-A FORWARD -j A",
      ...once,
      "-A B -j LOG",
      ...often,
      "-A FORWARD -j DROP",
    ];
    expect(outcomes(filterTable(lines), packet()).map(({ verdict }) => verdict)).toEqual([{ kind: "drop" }]);
  });

  it("gives up on very many ways", () => {
    const lines = Array.from({ length: 20 }, (_, i) => `-A FORWARD ${maybe} -j MARK --set-xmark ${2 ** i}/${2 ** i}`);
    const found = outcomes(filterTable(lines), packet());
    expect(found.length).toBeLessThanOrEqual(65);
    expect(found.at(-1)?.verdict).toEqual({ kind: "unknown", why: { code: "rule-ways-too-many", most: 64 } });
  });
});
