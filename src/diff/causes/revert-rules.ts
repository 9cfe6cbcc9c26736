import type { RuleSet } from "../../firewall/rule-set.ts";
import { several } from "../../lib/several.ts";
import type { Host } from "../../model/host.ts";
import { hostWord } from "../../model/namespace-id.ts";
import type { IptablesRule, IptablesTable } from "../../parsers/iptables-save.ts";
import type { ChainChange, ChainPlace, RuleEdit } from "../change.ts";
import { namespaceNamed, type Reversal, withNamespace } from "./reversal.ts";

/**
 * What was done to the rules, in pieces that can be taken back: each edit, each policy, each chain as a whole, each table, and
 * all rules of a namespace. nft's own rules are not evaluated, so that taking them back would show nothing.
 */
export function revertRules(before: Host, chains: readonly ChainChange[]): readonly Reversal[] {
  const own = chains.filter(({ place }) => place.backend !== "nftables");
  const single = own.flatMap((chain) => [...revertEdits(before, chain), ...revertPolicy(chain)]);
  const whole = own.filter((chain) => piecesOf(chain) > 1).map((chain) => revertChain(before, chain));
  return [...single, ...whole];
}

/** The edits of a chain, one by one. */
function revertEdits(before: Host, chain: ChainChange): readonly Reversal[] {
  const { place, formerly, edits } = chain;
  return edits.map((edit) => ({
    text: describeEdit(edit, place),
    before: edit.before === null ? [] : [edit.before.source],
    after: edit.after === null ? [] : [edit.after.source],
    apply: (after) => {
      const old = rulesIn(before, formerly ?? place);
      return withRules(after, place, (rules) => takeBack(rules, old, edits, edit));
    },
  }));
}

/** The rules of a chain with one edit taken back, the others as they are. */
function takeBack(
  after: readonly IptablesRule[],
  before: readonly IptablesRule[],
  edits: readonly RuleEdit[],
  reverted: RuleEdit,
): readonly IptablesRule[] {
  return slots(before.length, after.length, edits).flatMap(({ edit, before: one, after: other }) => {
    const at = edit === reverted ? one : other;
    const rule = at === null ? undefined : (edit === reverted ? before : after)[at];
    return rule === undefined ? [] : [rule];
  });
}

interface Slot {
  readonly edit: RuleEdit | null;
  readonly before: number | null;
  readonly after: number | null;
}

/** Both sequences side by side: rules that stayed share a slot, and so do two versions of a changed one in its place. */
function slots(countBefore: number, countAfter: number, edits: readonly RuleEdit[]): readonly Slot[] {
  const leaving = new Map(
    edits.flatMap((edit) => (edit.before === null ? [] : [[edit.before.position - 1, edit] as const])),
  );
  const coming = new Map(
    edits.flatMap((edit) => (edit.after === null ? [] : [[edit.after.position - 1, edit] as const])),
  );
  const found: Slot[] = [];
  for (let one = 0, other = 0; one < countBefore || other < countAfter; ) {
    const [left, right] = [leaving.get(one), coming.get(other)];
    if (one < countBefore && left !== undefined) found.push({ edit: left, before: one++, after: null });
    else if (other < countAfter && (right !== undefined || one >= countBefore))
      found.push({ edit: right ?? null, before: null, after: other++ });
    else found.push({ edit: null, before: one++, after: other++ });
  }
  return found;
}

function revertPolicy({ place, policy }: ChainChange): readonly Reversal[] {
  if (policy === null || policy.before === null) return [];
  return [
    {
      text: `the policy of ${nameOf(place)} was changed from ${policy.before} to ${policy.after ?? "none"}`,
      before: [],
      after: [],
      apply: (after) => withPolicy(after, place, policy.before),
    },
  ];
}

const piecesOf = ({ edits, policy }: ChainChange): number => edits.length + (policy === null ? 0 : 1);

function revertChain(before: Host, { kind, place, formerly, policy, edits }: ChainChange): Reversal {
  const was = formerly ?? place;
  return {
    text:
      kind === "changed"
        ? `${several(edits.length, "rule")} of ${nameOf(place)} ${edits.length === 1 ? "was" : "were"} ${whatHappened(edits)}`
        : `${nameOf(place)} was ${kind}`,
    before: edits.flatMap((edit) => (edit.before === null ? [] : [edit.before.source])),
    after: edits.flatMap((edit) => (edit.after === null ? [] : [edit.after.source])),
    apply: (after) => {
      const restored = withRules(after, place, () => rulesIn(before, was));
      return policy?.before == null ? restored : withPolicy(restored, place, policy.before);
    },
  };
}

function whatHappened(edits: readonly RuleEdit[]): string {
  const kinds = new Set(edits.map(({ kind }) => kind));
  const [only, ...others] = kinds;
  return only !== undefined && others.length === 0 ? only : "changed";
}

/** `rule 1 of DOCKER-USER was added` */
function describeEdit({ kind, before, after, options }: RuleEdit, place: ChainPlace): string {
  const chain = nameOf(place);
  const [only, ...others] = options;
  if (kind === "changed" && only !== undefined && others.length === 0)
    return `rule ${after?.position} of ${chain} was changed: ${only.name} from ${only.before ?? "none"} to ${only.after ?? "none"}`;
  if (kind === "moved") return `rule ${before?.position} of ${chain} was moved to ${after?.position}`;
  return `rule ${(after ?? before)?.position} of ${chain} was ${kind}`;
}

/** `DOCKER-USER`, `nat PREROUTING`, `filter INPUT of web`, with the family where it is IPv6. */
function nameOf({ namespace, family, table, chain }: ChainPlace): string {
  const builtIn = chain === chain.toUpperCase() && !chain.includes("DOCKER");
  const named = builtIn || table !== "filter" ? `${table} ${chain}` : chain;
  return `${named}${family === 6 ? " (IPv6)" : ""}${namespace === hostWord ? "" : ` of ${namespace}`}`;
}

const isSet = ({ backend, family }: RuleSet, place: ChainPlace): boolean =>
  family === place.family && backend === place.backend;

function rulesIn(host: Host, place: ChainPlace): readonly IptablesRule[] {
  const namespace = namespaceNamed(host, place.namespace);
  const sets = place.family === 6 ? namespace?.ip6tables : namespace?.iptables;
  if (sets?.known !== true) return [];
  const set = sets.value.sets.find((one) => isSet(one, place)) ?? sets.value.sets[0];
  const table = set?.tables.find(({ name }) => name === place.table);
  return (table?.rules ?? []).filter(({ chain }) => chain === place.chain);
}

/** The host with the rules of one chain made anew. A table or chain that is no longer there is made, too. */
function withRules(
  host: Host,
  place: ChainPlace,
  make: (rules: readonly IptablesRule[]) => readonly IptablesRule[],
): Host {
  return withTable(host, place, (table) => {
    const own = table.rules.filter(({ chain }) => chain === place.chain);
    const rules = make(own).map((rule) => (rule.chain === place.chain ? rule : { ...rule, chain: place.chain }));
    const declared = table.chains.some(({ name }) => name === place.chain);
    const chain = { line: table.line, name: place.chain, policy: null, counters: null };
    return {
      ...table,
      chains: declared ? table.chains : [...table.chains, chain],
      rules: [...table.rules.filter((rule) => rule.chain !== place.chain), ...rules],
    };
  });
}

const withPolicy = (host: Host, place: ChainPlace, policy: string | null): Host =>
  withTable(host, place, (table) => ({
    ...table,
    chains: table.chains.map((chain) => (chain.name === place.chain ? { ...chain, policy } : chain)),
  }));

function withTable(host: Host, place: ChainPlace, make: (table: IptablesTable) => IptablesTable): Host {
  const target = namespaceNamed(host, place.namespace);
  if (target === null) return host;
  const which = place.family === 6 ? "ip6tables" : "iptables";
  return withNamespace(host, target.name, (namespace) => {
    const sets = namespace[which];
    if (!sets.known) return namespace;
    const at = Math.max(
      0,
      sets.value.sets.findIndex((one) => isSet(one, place)),
    );
    const changed = sets.value.sets.map((set, i): RuleSet => {
      if (i !== at) return set;
      const empty: IptablesTable = { line: 1, name: place.table, chains: [], rules: [], commitLine: null };
      const exists = set.tables.some(({ name }) => name === place.table);
      const tables = exists ? set.tables : [...set.tables, empty];
      return { ...set, tables: tables.map((table) => (table.name === place.table ? make(table) : table)) };
    });
    return { ...namespace, [which]: { known: true, value: { ...sets.value, sets: changed } } };
  });
}
