import { describe, expect, test } from "vitest";
import { ask, iptables, type LabWishes } from "./lab.ts";

const filtered = (...filter: string[]): LabWishes => ({ texts: { "iptables-save": iptables({ filter }) } });
const question = ["far", "172.18.0.2:80"] as const;

describe("a rule that may or may not match", () => {
  test.each([
    ["-m limit --limit 3/min", "-m limit"],
    ["-m string --string GET --algo bm", "-m string"],
    ["-m recent --name seen --rcheck", "recent"],
    ["-m hitherto-unknown --thing 3", "hitherto-unknown"],
    ["-m set --match-set blocked src", "the members of ipset blocked were not captured"],
  ])("%s leaves the verdict open and says why", (match, why) => {
    const answer = ask(filtered(`-A FORWARD ${match} -j DROP`), ...question);
    expect(answer).toMatchObject({ verdict: "unknown", failure: null });
    expect(answer.because.join()).toContain(why);
  });

  test("-m statistic leaves several ends, each of which happens", () => {
    const rule = "-A FORWARD -m statistic --mode random --probability 0.5 -j DROP";
    const answer = ask(filtered(rule), ...question);
    expect(answer).toMatchObject({ verdict: "ambiguous", code: "several-outcomes", decision: null, failure: null });
    expect(answer.because).toEqual(["it matches 0.5 of all packets at random"]);
    expect(answer.outcomes).toMatchObject([
      { verdict: "dropped", code: "dropped-by-rule", decision: { chain: "FORWARD", direction: "request" } },
      { verdict: "dropped", code: "answer-lost", decision: { chain: "FORWARD", direction: "reply" } },
      { verdict: "delivered", code: "delivered", decision: null },
    ]);
    expect(answer.outcomes[0]?.decision?.rule?.text).toBe(rule);
  });

  test("chance beside something that is not known leaves it unknown", () => {
    const random = "-A FORWARD -m statistic --mode random --probability 0.5 -j DROP";
    const answer = ask(filtered("-A FORWARD -m limit --limit 3/min -j DROP", random), ...question);
    expect(answer).toMatchObject({ verdict: "unknown", code: "not-evaluated", outcomes: [] });
  });

  test("a set that a rule before has changed is not what was captured, at whichever hook it is asked", () => {
    const banned = "-A FORWARD -m set --match-set seen src -j DROP";
    const sets = "create seen hash:ip family inet hashsize 1024 maxelem 65536\n";
    const asked = (raw: readonly string[]) =>
      ask({ texts: { "iptables-save": iptables({ raw, filter: [banned] }), "ipset-save": sets } }, ...question);
    expect(asked([])).toMatchObject({ verdict: "delivered" });
    const changed = asked(["-A PREROUTING -j SET --add-set seen src"]);
    expect(changed).toMatchObject({ verdict: "unknown", failure: null });
    expect(changed.because.join()).toContain("a rule before has changed the set seen");
    expect(asked(["-A PREROUTING -j SET --add-set another src"])).toMatchObject({ verdict: "delivered" });
  });

  test("does not matter where both ways come to the same end", () => {
    expect(ask(filtered("-A FORWARD -m limit --limit 3/min -j ACCEPT"), ...question)).toMatchObject({
      verdict: "delivered",
      because: [],
    });
    expect(ask(filtered("-A FORWARD -m limit --limit 3/min -j LOG"), ...question).verdict).toBe("delivered");
    expect(ask(filtered("-A FORWARD -m limit --limit 3/min -j DROP", "-A FORWARD -j DROP"), ...question).verdict).toBe(
      "dropped",
    );
  });

  test("does not matter where it is for others", () => {
    expect(ask(filtered("-A FORWARD -s 10.0.0.0/8 -m limit --limit 3/min -j DROP"), ...question).verdict).toBe(
      "delivered",
    );
  });
});

describe("a target that nobody can foresee", () => {
  test.each(["NFQUEUE --queue-num 0", "TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1"])(
    "%s",
    (target) => {
      const table = target.startsWith("TPROXY")
        ? { mangle: [`-A PREROUTING -p tcp -j ${target}`] }
        : { filter: [`-A FORWARD -j ${target}`] };
      const answer = ask({ texts: { "iptables-save": iptables(table) } }, ...question);
      expect(answer.verdict).toBe("unknown");
      expect(answer.because.join()).toContain(target.split(" ")[0]);
    },
  );
});

describe("gaps", () => {
  test("no rules captured: unknown through the host, and the capture is named", () => {
    const answer = ask({ without: ["iptables-save"] }, ...question);
    expect(answer.verdict).toBe("unknown");
    expect(answer.because.join()).toContain("iptables-save");
  });

  test("no nftables captured: assumed to hold nothing", () => {
    const answer = ask({ without: ["nft-ruleset"] }, ...question);
    expect(answer.verdict).toBe("delivered");
    expect(answer.assumes.join()).toContain("there are no nftables rules beside iptables's");
  });

  test("a container that was not captured inside has what the engine gave it", () => {
    expect(ask({}, ...question).assumes).toContain(
      "far has the addresses and routes that the engine gave it: it was not captured inside",
    );
  });

  test("rules of nftables that are not evaluated yet", () => {
    const chain = {
      family: "inet",
      table: "mine",
      name: "forward",
      handle: 1,
      type: "filter",
      hook: "forward",
      prio: 0,
      policy: "drop",
    };
    const texts = {
      "nft-ruleset": JSON.stringify({ nftables: [{ table: { family: "inet", name: "mine", handle: 1 } }, { chain }] }),
    };
    const answer = ask({ texts }, ...question);
    expect(answer.verdict).toBe("unknown");
    expect(answer.because.join()).toContain("nftables");
  });

  test("a chain that jumps to itself", () => {
    expect(ask(filtered(":LOOP - ", "-A FORWARD -j LOOP", "-A LOOP -j LOOP"), ...question).verdict).toBe("unknown");
  });
});

test("both back ends are asked when both hold rules", () => {
  const texts = {
    "iptables-save": iptables({ filter: ["-A FORWARD -j ACCEPT"] }),
    "iptables-legacy-save": iptables({ filter: ["-A FORWARD -d 172.18.0.2/32 -j DROP"] }).replace(
      "(nf_tables)",
      "(legacy)",
    ),
  };
  expect(ask({ texts }, ...question)).toMatchObject({ verdict: "dropped" });
});

test("rules inside a container count", () => {
  const inside = {
    web: {
      "iptables-save": iptables({ filter: ["-A INPUT -p tcp -m tcp --dport 80 -j REJECT --reject-with tcp-reset"] }),
    },
  };
  expect(ask({ inside }, ...question)).toMatchObject({
    verdict: "rejected",
    rejectedWith: "tcp-reset",
    failure: "refusal",
  });
});

test("passed-over rules are kept only when asked for, with what did not match", () => {
  const wishes = filtered("-A FORWARD -s 10.0.0.0/8 -p tcp -j DROP");
  expect(ask(wishes, ...question).steps.flatMap(({ hook }) => hook?.rules ?? [])).toEqual([]);
  const [rule] = ask(wishes, ...question, {}, { verbose: true }).steps.flatMap(({ hook }) => hook?.rules ?? []);
  expect(rule).toMatchObject({
    effect: "passed",
    failed: "-s 10.0.0.0/8",
    rule: { source: { file: "iptables-save.txt" } },
  });
});
