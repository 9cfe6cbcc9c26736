import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holdFrom, holds } from "../../src/firewall/match/match-test.ts";
import type { Match } from "../../src/firewall/matches.ts";
import type { Packet } from "../../src/firewall/packet.ts";
import type { Rule, Table } from "../../src/firewall/rules.ts";
import { lastAction, matchesBefore } from "../../src/firewall/statements.ts";
import { isMaybe, type Tri } from "../../src/firewall/tri.ts";
import { runs } from "../support/extent.ts";
import { environment, packet, packet6, ping, udp } from "./packets.ts";
import { compileText, filterTable, outcomes, rule } from "./rules.ts";

const anyPacket: fc.Arbitrary<Packet> = fc.constantFrom(
  packet(),
  udp(),
  ping(),
  packet({ incoming: null, owner: { uid: 0, gid: null } }),
  packet({ sourcePort: { from: 1, to: 100 }, ttl: { from: 0, to: 255 }, length: null, mac: null }),
  packet({ connection: { state: "untracked" } }),
  packet({ connection: { state: "established", seenReply: true, direction: "reply", mark: 7 }, mark: 1 }),
  packet({ incomingPort: "veth0", outgoingPort: "veth1", bridged: true }),
);

const matchTexts = [
  "-s 192.0.2.0/24",
  "-s 192.0.0.1/255.0.0.255",
  "-i eth+",
  "-p udp",
  "-p tcp -m tcp --sport 1:50",
  "-p tcp -m multiport --ports 80,90",
  "-p tcp -m tcp --tcp-flags SYN,ACK SYN",
  "-p icmp -m icmp --icmp-type 8",
  "-m conntrack --ctstate NEW,UNTRACKED",
  "-m conntrack --ctorigdstport 80",
  "-m mark --mark 0x1/0x1",
  "-m addrtype --dst-type LOCAL",
  "-m physdev --physdev-is-bridged",
  "-m ttl --ttl-gt 3",
  "-m length --length 1:100",
  "-m owner --uid-owner 0",
  "-m mac --mac-source 02:00:00:00:00:01",
  "-m limit --limit 1/sec",
];

const inverse = (value: Tri): Tri => (isMaybe(value) ? value : !value);

describe("negation", () => {
  it("inverts every match, and leaves the unknown unknown", () => {
    const matches = matchTexts.flatMap((text) => matchesBefore(rule(`${text} -j ACCEPT`)));
    fc.assert(
      fc.property(fc.constantFrom(...matches), anyPacket, (match: Match, tested) => {
        const negated: Match = { ...match, negated: !match.negated };
        const result = holds(match, tested, environment);
        expect(holds(negated, tested, environment)).toEqual(inverse(result));
      }),
      { numRuns: runs(500) },
    );
  });
});

const names = ["A", "B", "C", "D"];

/** Rules of chains that call only later ones, so that there are no loops. */
const ruleLine = (chain: number): fc.Arbitrary<string> => {
  const callable = names.slice(chain).flatMap((name) => [`-j ${name}`, `-g ${name}`]);
  const condition = fc.constantFrom(
    "",
    "-p udp",
    "-p tcp",
    "-s 192.0.2.0/24",
    "! -d 198.51.100.2/32",
    "-i eth0 -o eth9",
    "-i eth+",
    "-p tcp -m tcp --dport 1:80",
    "-p tcp -m multiport --sports 1,50000",
    "-m mark --mark 0x1/0x1",
    "-m mark ! --mark 0x2/0x2",
    "-m limit --limit 1/sec",
    "-m time --weekdays Mon -m mark --mark 0x1/0x1",
  );
  const action = fc.constantFrom(
    ...["ACCEPT", "DROP", "RETURN", "LOG", "MARK --set-xmark 0x1/0x1", "MARK --set-xmark 0x2/0x3"].map(
      (x) => `-j ${x}`,
    ),
    "",
    ...callable,
  );
  return fc.tuple(condition, action).map(([c, a]) => `-A ${chain === 0 ? "FORWARD" : names[chain - 1]} ${c} ${a}`);
};

const ruleSet: fc.Arbitrary<Table> = fc
  .tuple(...[0, 1, 2, 3, 4].map((chain) => fc.array(ruleLine(chain), { maxLength: 4 })))
  .map((lines) => filterTable([...names.map((name) => `:${name} - [0:0]`), ...lines.flat()], "DROP"));

/** The plainest evaluator: follows every choice to its end, one after the other, with nothing merged. */
function everyEnd(table: Table, start: Packet): Set<string> {
  const ends = new Set<string>();
  type Frame = { readonly chain: string; readonly at: number };
  type Step = { readonly stack: readonly Frame[]; readonly tested: Packet };
  const next = ({ stack, tested }: Step): Step[] => {
    const top = stack.at(-1);
    if (top === undefined) {
      ends.add(`drop policy ${tested.mark}`);
      return [];
    }
    const below = stack.slice(0, -1);
    const current: Rule | undefined = table.chains.get(top.chain)?.rules[top.at];
    if (current === undefined) return [{ stack: below, tested }];
    const onward = [...below, { chain: top.chain, at: top.at + 1 }];
    const matched = holdFrom(current.statements, 0, tested, environment);
    if (matched === false) return [{ stack: onward, tested }];
    const taken = take(current, { below, onward, tested });
    return isMaybe(matched) ? [...taken, { stack: onward, tested }] : taken;
  };
  const take = (taken: Rule, at: { below: Frame[]; onward: Frame[]; tested: Packet }): Step[] => {
    const { below, onward, tested } = at;
    const action = lastAction(taken);
    switch (action.kind) {
      case "accept":
      case "drop":
        ends.add(`${action.kind} ${taken.source.line} ${tested.mark}`);
        return [];
      case "return":
        return [{ stack: below, tested }];
      case "jump":
        return [{ stack: [...onward, { chain: action.chain, at: 0 }], tested }];
      case "goto":
        return [{ stack: [...below, { chain: action.chain, at: 0 }], tested }];
      case "mark":
        return [{ stack: onward, tested: { ...tested, mark: (tested.mark & ~action.clear) ^ action.xor } }];
      default:
        return [{ stack: onward, tested }];
    }
  };
  const todo: Step[] = [{ stack: [{ chain: "FORWARD", at: 0 }], tested: start }];
  for (let step = todo.pop(); step !== undefined; step = todo.pop()) todo.push(...next(step));
  return ends;
}

describe("the evaluator", () => {
  it("ends in what following every choice ends in", () => {
    fc.assert(
      fc.property(ruleSet, fc.constantFrom(packet(), udp({ mark: 1 }), packet({ mark: 2 })), (table, tested) => {
        const found = outcomes(table, tested);
        const ends = found.map((one) => `${one.verdict.kind} ${one.rule?.source.line ?? "policy"} ${one.packet.mark}`);
        expect(new Set(ends)).toEqual(everyEnd(table, tested));
        expect(ends.length).toBe(new Set(ends).size);
        for (const { because } of found) expect(because.length > 0).toBe(found.length > 1);
      }),
      { numRuns: runs(2000) },
    );
  });

  it("ends alike with and without the rules passed over", () => {
    fc.assert(
      fc.property(ruleSet, anyPacket, (table, tested) => {
        const strip = (verbose: boolean) =>
          outcomes(table, tested, { verbose }).map(({ steps, ...rest }) => ({
            ...rest,
            steps: steps.filter(({ effect }) => effect !== "passed").map((step) => step.rule.text),
          }));
        expect(strip(true)).toEqual(strip(false));
      }),
      { numRuns: runs(500) },
    );
  });
});

describe("hostile text", () => {
  const word = fc.oneof(
    fc.constantFrom(..."-A -m -j -g -p -s -d -i -o ! --dport --ctstate --match-set --mark --to-destination".split(" ")),
    fc.constantFrom(
      ..."FORWARD A B tcp udp set mark conntrack DNAT REJECT MARK __proto__ constructor toString".split(" "),
    ),
    fc.constantFrom("0x", "1-", ":", "[", "1.2.3.4/255.0.255.0", "a,b", "999999999999999999999", '"', "::", "-1"),
    fc.string({ maxLength: 12 }),
  );
  const line = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
  const chainLine = fc.constantFrom(
    ":A - [0:0]",
    ":B DROP [0:0]",
    ":__proto__ - [0:0]",
    "-A FORWARD -j A",
    "-A A -g A",
  );

  it("is compiled and evaluated without an error", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("filter", "nat", "mangle", "raw"),
        fc.array(
          fc.oneof(
            line.map((text) => `-A FORWARD ${text}`),
            line,
            chainLine,
          ),
          { maxLength: 12 },
        ),
        fc.constantFrom<4 | 6>(4, 6),
        (table, lines, family) => {
          const text = `*${table}\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${lines.join("\n")}\nCOMMIT\n`;
          for (const compiled of compileText(text, family)) {
            for (const base of compiled.baseChains) {
              outcomes(compiled, family === 4 ? packet() : packet6(), {
                hook: base.hook,
                verbose: lines.length % 2 === 0,
              });
            }
          }
        },
      ),
      { numRuns: runs(3000) },
    );
  });
});
