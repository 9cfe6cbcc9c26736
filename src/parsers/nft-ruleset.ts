import * as z from "zod";
import { list, numberOrNull, textOrNull } from "./go-json.ts";
import { type JsonText, readJson } from "./json.ts";
import type { Parser } from "./parser.ts";

/** An nftables rule set, from `nft -j list ruleset`. Syntax only: expressions stay as the JSON that nft prints. */
export interface NftRuleset {
  readonly version: string | null;
  readonly tables: readonly {
    readonly line: number;
    readonly family: string;
    readonly name: string;
    readonly handle: number | null;
    /** As printed; nft before 1.1.0 prints what it likes for a single one (see `model/nft-tables.ts`). */
    readonly flags: readonly string[];
  }[];
  readonly chains: readonly NftChain[];
  readonly rules: readonly NftRule[];
  readonly sets: readonly NftSet[];
  /** `counter`, `quota`, `limit`, `ct helper`, `flowtable`, … as printed. */
  readonly objects: readonly { readonly line: number; readonly kind: string; readonly value: unknown }[];
}

export interface NftChain {
  readonly line: number;
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly handle: number | null;
  /** Null for a chain that is not attached to a hook. */
  readonly base: {
    readonly type: string;
    readonly hook: string;
    readonly priority: number;
    readonly policy: string | null;
    /** Names, or their beginnings with `*` behind; nft 0.9.3 to 1.0.9 prints none although there are some. */
    readonly devices: readonly string[];
  } | null;
}

export interface NftRule {
  readonly line: number;
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number | null;
  readonly comment: string | null;
  readonly expr: readonly unknown[];
}

/** A set or, with `map` set, a map (verdict maps included). */
export interface NftSet {
  readonly line: number;
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly type: unknown;
  readonly map: unknown;
  readonly flags: readonly string[];
  readonly elements: readonly unknown[];
}

// The shape: libnftables-json(5) and nftables src/json.c (1.0.6, 1.1.7). A list of one member may be printed as that member.
const oneOrMore = z.union([z.string(), z.array(z.string())]).nullish();
const inTable = { family: z.string(), table: z.string() };

const metainfoSchema = z.object({ version: textOrNull });

const tableSchema = z.object({ family: z.string(), name: z.string(), handle: numberOrNull, flags: oneOrMore });

const chainSchema = z.object({
  ...inTable,
  name: z.string(),
  handle: numberOrNull,
  type: textOrNull,
  hook: textOrNull,
  prio: numberOrNull,
  policy: textOrNull,
  dev: oneOrMore,
});

const ruleSchema = z.object({
  ...inTable,
  chain: z.string(),
  handle: numberOrNull,
  comment: z.string().nullish(),
  expr: list,
});

const setSchema = z.object({
  ...inTable,
  name: z.string(),
  type: z.unknown().optional(),
  map: z.unknown().optional(),
  flags: oneOrMore,
  elem: list,
});

const elementSchema = z.object({ ...inTable, name: z.string(), elem: list });

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

/** Elements that were printed apart from their set, as `{"element": {…}}`. */
interface ElementsApart {
  readonly line: number;
  readonly set: string;
  readonly elements: readonly unknown[];
  readonly value: unknown;
}

/** What nft calls its list of everything. */
const wrapper = "nftables";

/** Reads one member of the list: `{"rule": {…}}`. */
function readMember(json: JsonText, member: object, ruleset: Mutable<NftRuleset>, apart: ElementsApart[]): void {
  const [entry, ...others] = Object.entries(member);
  if (entry === undefined || others.length > 0) {
    json.note(member, "expected one kind of object");
    return;
  }
  const [kind, value] = entry as [string, unknown];
  if (kind === wrapper) {
    json.note(member, `expected {"${wrapper}": [`);
    return;
  }
  const line = json.lineOf(member, kind);
  const check = <T>(schema: z.ZodType<T>): T | null => json.check(schema, value, member, kind);
  if (kind === "metainfo") {
    ruleset.version = check(metainfoSchema)?.version ?? ruleset.version;
  } else if (kind === "table") {
    const table = check(tableSchema);
    if (table !== null) ruleset.tables.push({ line, ...table, flags: [table.flags ?? []].flat() });
  } else if (kind === "chain") {
    const chain = check(chainSchema);
    if (chain !== null) ruleset.chains.push(toChain(line, chain));
  } else if (kind === "rule") {
    const rule = check(ruleSchema);
    if (rule !== null) ruleset.rules.push({ line, ...rule, comment: rule.comment ?? null });
  } else if (kind === "set" || kind === "map") {
    const set = check(setSchema);
    if (set !== null) ruleset.sets.push(toSet(line, set));
  } else if (kind === "element") {
    const element = check(elementSchema);
    if (element !== null) apart.push({ line, set: setKey(element), elements: element.elem, value });
  } else {
    ruleset.objects.push({ line, kind, value });
  }
}

const setKey = ({ family, table, name }: { family: string; table: string; name: string }): string =>
  JSON.stringify([family, table, name]);

function toChain(line: number, chain: z.infer<typeof chainSchema>): NftChain {
  const { family, table, name, handle, type, hook, prio, policy, dev } = chain;
  const devices = [dev ?? []].flat();
  const base = type === null || hook === null ? null : { type, hook, priority: prio ?? 0, policy, devices };
  return { line, family, table, name, handle, base };
}

function toSet(line: number, { family, table, name, type, map, flags, elem }: z.infer<typeof setSchema>): NftSet {
  return { line, family, table, name, type, map: map ?? null, flags: [flags ?? []].flat(), elements: elem };
}

/** Adds the elements that were printed apart to their sets; those of a set that is not there stay as printed. */
function joinElements(ruleset: NftRuleset, apart: readonly ElementsApart[]): NftRuleset {
  const sets = new Map(ruleset.sets.map((set) => [setKey(set), { ...set, elements: [...set.elements] }]));
  const objects = [...ruleset.objects];
  for (const { line, set, elements, value } of apart) {
    const target = sets.get(set)?.elements;
    if (target === undefined) objects.push({ line, kind: "element", value });
    else for (const element of elements) target.push(element);
  }
  return { ...ruleset, sets: [...sets.values()], objects };
}

function printRuleset({ version, tables, chains, rules, sets, objects }: NftRuleset): string {
  const nftables = [
    ...(version === null ? [] : [{ metainfo: { version, json_schema_version: 1 } }]),
    ...tables.map(({ line: _, flags, ...table }) => ({ table: flags.length === 0 ? table : { ...table, flags } })),
    ...chains.map(({ line: _, base, ...chain }) => ({
      chain: { ...chain, ...(base === null ? {} : printBase(base)) },
    })),
    ...sets.map(({ line: _, map, elements, flags, ...set }) => {
      const printed = { ...set, ...(map === null ? {} : { map }), flags, elem: elements };
      return map === null ? { set: printed } : { map: printed };
    }),
    ...objects.map(({ kind, value }) => ({ [kind]: value })),
    ...rules.map(({ line: _, comment, expr, ...rule }) => ({
      rule: { ...rule, ...(comment === null ? {} : { comment }), expr },
    })),
  ];
  return `${JSON.stringify({ nftables })}\n`;
}

function printBase({ type, hook, priority, policy, devices }: NonNullable<NftChain["base"]>): object {
  return {
    type,
    hook,
    prio: priority,
    ...(policy === null ? {} : { policy }),
    ...(devices.length === 0 ? {} : { dev: devices }),
  };
}

/** Reads `nft -j list ruleset`. An empty text, which nft 1.0 prints when there are no tables, is an empty rule set. */
export const nftRuleset: Parser<NftRuleset> = {
  parse(text, firstLine = 1) {
    const ruleset: Mutable<NftRuleset> = { version: null, tables: [], chains: [], rules: [], sets: [], objects: [] };
    const native = /^[ \t]*table \w+ \S+ \{/m.exec(text);
    if (native !== null && !text.includes('"nftables"')) {
      const line = firstLine + text.slice(0, native.index).split("\n").length - 1;
      const why = "this is nft's own syntax; only JSON (nft -j list ruleset) is read";
      return { data: ruleset, notes: [{ line, text: native[0].trim(), why }] };
    }
    const json = readJson(text, firstLine, wrapper);
    const apart: ElementsApart[] = [];
    for (const member of json.elements) readMember(json, member, ruleset, apart);
    return json.parsed(apart.length === 0 ? ruleset : joinElements(ruleset, apart));
  },
  print: printRuleset,
};
