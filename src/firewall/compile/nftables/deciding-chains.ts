import { onceFor } from "../../../lib/once-for.ts";
import type { NftChain, NftRule, NftRuleset } from "../../../parsers/nft-ruleset.ts";

/**
 * Which chains of nftables may decide what becomes of a packet, without going into when: their rules, or those that they
 * lead to, hold more than matches, counters and `accept`. A base chain that accepts, whose rules do no more, changes nothing
 * (nft(8), VERDICT STATEMENTS: an accept ends only its own base chain).
 */
export function mayDecide(ruleset: NftRuleset, chain: NftChain, family: 4 | 6): boolean {
  return chain.base?.policy === "drop" || deciding[family](ruleset).has(keyOf(chain, chain.name));
}

type InTable = Pick<NftChain, "family" | "table">;
const keyOf = ({ family, table }: InTable, chain: string): string => JSON.stringify([family, table, chain]);

const deciding = {
  4: onceFor((ruleset: NftRuleset) => findDeciding(ruleset, 4)),
  6: onceFor((ruleset: NftRuleset) => findDeciding(ruleset, 6)),
};

/** The chains with a rule that decides, and from there backwards those that lead to them. */
function findDeciding(ruleset: NftRuleset, family: 4 | 6): ReadonlySet<string> {
  const callers = new Map<string, Set<string>>();
  const found = new Set<string>();
  const maps = new Map(ruleset.sets.map((set) => [keyOf(set, set.name), set.elements]));
  for (const rule of ruleset.rules) {
    if (!canMeet(rule, family)) continue;
    const from = keyOf(rule, rule.chain);
    for (const statement of rule.expr) {
      const { decides, targets } = readStatement(statement, (name) => maps.get(keyOf(rule, name)));
      if (decides) found.add(from);
      for (const target of targets) {
        const to = keyOf(rule, target);
        callers.set(to, (callers.get(to) ?? new Set()).add(from));
      }
    }
  }
  // What is added on the way is visited, too.
  for (const chain of found) for (const caller of callers.get(chain) ?? []) found.add(caller);
  return found;
}

/** Statements that leave a packet and its connection as they are (libnftables-json(5), STATEMENTS). */
const harmless = new Set(["match", "counter", "accept", "continue", "return", "log", "limit", "quota", "last", "set"]);

interface Read {
  readonly decides: boolean;
  readonly targets: readonly string[];
}

function readStatement(statement: unknown, mapOf: (name: string) => readonly unknown[] | undefined): Read {
  const [kind = "", value] = membersOf(statement)[0] ?? [];
  if (kind !== "vmap") return readVerdict(kind, value);
  const data = member(value, "data");
  const elements = typeof data === "string" ? mapOf(data.replace(/^@/, "")) : member(data, "set");
  if (!Array.isArray(elements)) return { decides: true, targets: [] };
  const read = (elements as readonly unknown[]).map((element) => {
    const [, verdict] = Array.isArray(element) ? (element as readonly unknown[]) : [];
    return readVerdict(...(membersOf(verdict)[0] ?? ["", null]));
  });
  return { decides: read.some(({ decides }) => decides), targets: read.flatMap(({ targets }) => targets) };
}

function readVerdict(kind: string, value: unknown): Read {
  const target = kind === "jump" || kind === "goto" ? member(value, "target") : undefined;
  return typeof target === "string"
    ? { decides: false, targets: [target] }
    : { decides: !harmless.has(kind), targets: [] };
}

/** The protocols of which each address family has its own, ARP and neighbour discovery included. */
const only: Readonly<Record<string, 4 | 6 | undefined>> = { ip: 4, icmp: 4, igmp: 4, arp: 4, ip6: 6, icmpv6: 6 };

/** Whether packets of a family, or the questions after their neighbours, can meet all matches of a rule. */
function canMeet({ expr }: NftRule, family: 4 | 6): boolean {
  return expr.every((statement) => {
    const match = member(statement, "match");
    const left = member(match, "left");
    const payload = member(left, "payload");
    const protocol = String(member(payload, "protocol"));
    const asksType =
      (protocol === "ether" && member(payload, "field") === "type") ||
      member(member(left, "meta"), "key") === "protocol";
    const named = asksType && member(match, "op") === "==" ? String(member(match, "right")) : protocol;
    return (only[named] ?? family) === family;
  });
}

const membersOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
