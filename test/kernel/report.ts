import type { Sent } from "./generate-packets.ts";
import { printTables, type RuleTexts, type TableText } from "./generate-rules.ts";
import type { Failure } from "./judges.ts";
import type { Lab } from "./lab.ts";
import { describeObserved } from "./observe.ts";
import { type Round, replay } from "./round.ts";

/** What is left of a failure after everything was taken away that it does not need. */
export interface Small {
  readonly texts: RuleTexts;
  readonly failure: Failure;
}

/** Takes rules away as long as the same judge is still wrong about the packet. */
export async function shrink(lab: Lab, round: Round, failure: Failure): Promise<Small> {
  const { sent, after } = failure.tested;
  const packets: Sent[] = [...after, sent].slice(0, 1);
  const fails = async (texts: RuleTexts): Promise<Failure | null> => {
    const { loaded, tested } = await replay(lab, texts, packets);
    const { failures } = failure.judge.judge(loaded, tested);
    return failures.find((one) => one.tested.sent.wire.id === sent.wire.id) ?? null;
  };
  let { texts } = round.loaded;
  let best = await fails(texts);
  if (best === null) return { texts, failure };
  const { family } = sent.wire;
  const other = family === 4 ? 6 : 4;
  for (const smaller of candidates({ ...texts, iptables: { ...texts.iptables, [other]: { tables: [] } } }, family)) {
    const next = smaller(texts);
    const still = next === null ? null : await fails(next);
    if (next !== null && still !== null) [texts, best] = [next, still];
  }
  return { texts, failure: best };
}

type Change = (texts: RuleTexts) => RuleTexts | null;

/** What to try: without the other family, without each table, without halves of its rules, then without each rule. */
function candidates(first: RuleTexts, family: 4 | 6): Change[] {
  const changes: Change[] = [() => first];
  const inTable = (name: string, change: (table: TableText) => TableText | null): Change => {
    return (texts) => {
      const tables = texts.iptables[family].tables.flatMap((table) => {
        if (table.name !== name) return [table];
        const changed = change(table);
        return changed === null ? [] : [changed];
      });
      return { ...texts, iptables: { ...texts.iptables, [family]: { tables } } };
    };
  };
  for (const { name } of first.iptables[family].tables) changes.push(inTable(name, () => null));
  for (const { name, rules } of first.iptables[family].tables) {
    const half = Math.ceil(rules.length / 2);
    for (const part of [rules.slice(half), rules.slice(0, half)]) {
      changes.push(inTable(name, (table) => ({ ...table, rules: table.rules.filter((rule) => !part.includes(rule)) })));
    }
    for (const rule of rules) {
      const without: Change = inTable(name, (table) => ({
        ...table,
        rules: table.rules.filter((one) => one !== rule),
      }));
      changes.push((texts) => {
        const has = texts.iptables[family].tables.some((table) => table.name === name && table.rules.includes(rule));
        return has ? without(texts) : null;
      });
    }
  }
  return changes;
}

function describeSent(sent: Sent): string {
  const { wire } = sent;
  const ports = wire.destinationPort === 0 ? `id ${wire.sourcePort}` : `${wire.sourcePort} -> ${wire.destinationPort}`;
  return `${sent.machine} (uid ${sent.uid}): ${wire.source} -> ${wire.destination} protocol ${wire.protocol} ${ports} type ${wire.type} flags 0x${wire.flags.toString(16)} tos ${wire.tos} ttl ${wire.ttl} extra ${wire.extra}`;
}

/** Everything that is needed to see it again. */
export function describeFailure(round: Round, { texts, failure }: Small): string {
  const { sent, after, observed } = failure.tested;
  const { family } = sent.wire;
  const rules = texts.iptables[family].tables.map(
    (table) => `# iptables-${table.backend}-restore\n${printTables({ tables: [table] })}`,
  );
  const used = new Set([...rules.join("").matchAll(/--match-set (\S+)/g)].map(([, name]) => name));
  const hasList = [...used].some((name) => name?.startsWith("l"));
  const sets = texts.sets.filter(({ name }) => used.has(name) || hasList);
  return [
    `--- disagreement: ${failure.judge.name}, seed ${round.seed}, ${round.backend}, IPv${family}`,
    ...sets.flatMap(({ lines }) => lines),
    rules.join("").trimEnd(),
    ...after.map((one) => `first: ${describeSent(one)}`),
    `packet: ${describeSent(sent)}`,
    ...failure.said.map((text) => `said: ${text}`),
    `seen: ${describeObserved(observed)}`,
    "---",
  ].join("\n");
}
