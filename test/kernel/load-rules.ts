import { compileIptables } from "../../src/firewall/compile/iptables/compile-rule-set.ts";
import { ipsetSave } from "../../src/parsers/ipset-save.ts";
import { iptablesSave } from "../../src/parsers/iptables-save.ts";
import type { RuleTexts, TableText } from "./generate-rules.ts";
import { builtinChains, printTables } from "./generate-rules.ts";
import type { GeneratedSet } from "./generate-sets.ts";
import type { Lab } from "./lab.ts";
import { routerEnvironment } from "./router-environment.ts";
import type { RouterRules } from "./router-oracle.ts";

/** What each tool's `save` prints. */
export type Saved = readonly { readonly backend: "legacy" | "nft"; readonly family: 4 | 6; readonly text: string }[];

/** Rules as the kernel has them now, as text and compiled. */
export interface Loaded {
  readonly texts: RuleTexts;
  readonly saved: Saved;
  readonly savedSets: string;
  readonly rules: RouterRules;
}

const tool = (backend: TableText["backend"], family: 4 | 6, what: "restore" | "save"): string =>
  `${family === 4 ? "iptables" : "ip6tables"}-${backend}-${what}`;

/** An empty table keeps its policies unless they are named. */
const empty = Object.entries(builtinChains)
  .map(([name, chains]) => `*${name}\n${chains.map((chain) => `:${chain} ACCEPT [0:0]\n`).join("")}COMMIT\n`)
  .join("");

/** Takes all rules and sets away. */
export function unloadRules(lab: Lab): void {
  for (const family of [4, 6] as const) {
    lab.in("router", [tool("nft", family, "restore")], empty);
    lab.in("router", [tool("legacy", family, "restore")], empty);
  }
  destroySets(lab);
}

/** Sets that the kernel still holds on to for a while, after a refused rule named them, are left behind. */
function destroySets(lab: Lab): void {
  try {
    lab.in("router", ["ipset", "destroy"]);
    return;
  } catch {}
  const names = lab.in("router", ["ipset", "list", "-n"]).split("\n");
  // Lists of sets first: they hold on to their members.
  for (const name of names.filter((one) => one !== "").sort()) {
    try {
      lab.in("router", ["ipset", "destroy", name]);
    } catch {}
  }
}

/** Loads rules into the router; those that this kernel or its tools refuse are left out. */
export function loadRules(lab: Lab, texts: RuleTexts): Loaded {
  const sets = loadSets(lab, texts.sets);
  const names = new Set(sets.map(({ name }) => name));
  const known = (rule: string): boolean =>
    [...rule.matchAll(/--match-set (\S+)/g)].every(([, name = ""]) => names.has(name));
  const iptables = { 4: [] as TableText[], 6: [] as TableText[] };
  for (const family of [4, 6] as const) {
    for (const table of texts.iptables[family].tables) {
      iptables[family].push(loadTable(lab, family, { ...table, rules: table.rules.filter(known) }));
    }
  }
  const saved = (["nft", "legacy"] as const).flatMap((backend) =>
    ([4, 6] as const).map((family) => ({
      backend,
      family,
      text: lab.in("router", [tool(backend, family, "save"), "-c"]),
    })),
  );
  const savedSets = lab.in("router", ["ipset", "save"]);
  return {
    texts: { sets, iptables: { 4: { tables: iptables[4] }, 6: { tables: iptables[6] } } },
    saved,
    savedSets,
    rules: compileSaved(saved, savedSets),
  };
}

function compileSaved(saved: Saved, savedSets: string): RouterRules {
  const tables = saved.flatMap(({ backend, family, text }) => {
    const parsed = iptablesSave.parse(text);
    if (parsed.notes.length > 0) throw new Error(`not read: ${JSON.stringify(parsed.notes)}`);
    return compileIptables({
      backend: `iptables-${backend}`,
      family,
      file: tool(backend, family, "save"),
      tables: parsed.data.tables,
    });
  });
  return { tables, environment: routerEnvironment(ipsetSave.parse(savedSets).data) };
}

/** Loads sets all at once, and one by one when any is refused. */
function loadSets(lab: Lab, sets: readonly GeneratedSet[]): readonly GeneratedSet[] {
  try {
    lab.in("router", ["ipset", "restore", "-exist"], `${sets.flatMap(({ lines }) => lines).join("\n")}\n`);
    return sets;
  } catch {
    return sets.flatMap((set) => loadSet(lab, set));
  }
}

function loadSet(lab: Lab, set: GeneratedSet): GeneratedSet[] {
  try {
    lab.in("router", ["ipset", "restore", "-exist"], `${set.lines.join("\n")}\n`);
    return [set];
  } catch {
    // A list of sets that could not be made is left out as well.
    return [];
  }
}

/** Loads one table, without the rules that are refused: the tool names the line, or else they are tried one by one. */
function loadTable(lab: Lab, family: 4 | 6, table: TableText): TableText {
  let rules = table.rules;
  for (let tries = 0; tries < 40; tries++) {
    const error = tryTable(lab, family, { ...table, rules });
    if (error === null) return { ...table, rules };
    const line = Number(/(?:line|:) ?(\d+)/.exec(error.split(":").slice(1).join(":"))?.[1] ?? 0);
    const at = line - 2 - table.chains.length;
    if (at < 0 || at >= rules.length) break;
    rules = rules.filter((_, i) => i !== at);
  }
  const single = rules.filter((rule) => tryTable(lab, family, { ...table, rules: [rule] }) === null);
  const error = tryTable(lab, family, { ...table, rules: single });
  if (error === null) return { ...table, rules: single };
  const none = { ...table, rules: [] };
  tryTable(lab, family, none);
  return none;
}

function tryTable(lab: Lab, family: 4 | 6, table: TableText): string | null {
  try {
    lab.in("router", [tool(table.backend, family, "restore")], printTables({ tables: [table] }));
    return null;
  } catch (error) {
    return String(error);
  }
}
