import { hostWord, outsideWord } from "../../model/namespace-id.ts";
import type { SetDefinition, SetItem, Term } from "../policy.ts";
import { members, readTerms, termsOf, textOf, type Wrong } from "./read-tree.ts";
import type { Tree } from "./yaml-tree.ts";

/** Words of rules that no set may be called. */
const reserved: readonly string[] = [outsideWord, hostWord];

/** Reads `sets:`: names with a text, a mapping, or a list of both. A set may use those above it: `@front`. */
export function readSets(tree: Tree, wrong: Wrong): readonly SetDefinition[] {
  if (tree.kind === "nothing") return [];
  if (tree.kind !== "map") throw wrong(tree.line, "sets: has to be a mapping of names, such as front: [proxy, web-*]");
  const known: SetDefinition[] = [];
  for (const { key, line, value } of tree.entries) {
    if (!/^[a-z0-9][\w.-]*$/i.test(key))
      throw wrong(line, `a set's name is made of letters, digits, _ . and -, unlike "${key}"`);
    if (reserved.includes(key)) throw wrong(line, `no set can be called ${key}: rules have a meaning for that word`);
    const items = (value.kind === "list" ? value.items : [value]).flatMap((item) => readItems(item, key, wrong));
    if (items.length === 0) throw wrong(line, `the set ${key} is empty`);
    for (const item of items) if (item.kind === "term") checkReference(item.term, known, wrong);
    known.push({ name: key, line, items });
  }
  return known;
}

function readItems(tree: Tree, name: string, wrong: Wrong): readonly SetItem[] {
  if (tree.kind === "text") return termsOf(tree.text, tree.line).map((term): SetItem => ({ kind: "term", term }));
  if (tree.kind !== "map") {
    const what = "names, patterns, or a mapping with project:, service: or network:";
    throw wrong(tree.line, tree.kind === "nothing" ? `the set ${name} is empty` : `the set ${name} takes ${what}`);
  }
  const found = members(tree.entries, ["project", "service", "network", "except"], wrong);
  const term = (key: "project" | "service" | "network"): Term | null => {
    const entry = found.get(key);
    return entry === undefined ? null : { text: textOf(entry.value, `${key}:`, wrong), line: entry.value.line };
  };
  const [project, service, network] = [term("project"), term("service"), term("network")];
  if (project === null && service === null && network === null)
    throw wrong(tree.line, `the set ${name} needs project:, service: or network:, of which containers are left out`);
  const except = found.get("except");
  return [
    {
      kind: "group",
      project,
      service,
      network,
      except: except === undefined ? [] : readTerms(except.value, "except:", wrong),
      line: tree.line,
    },
  ];
}

function checkReference({ text, line }: Term, above: readonly SetDefinition[], wrong: Wrong): void {
  if (!text.startsWith("@") || above.some(({ name }) => `@${name}` === text)) return;
  throw wrong(
    line,
    `no set above is called ${text}${above.length === 0 ? "" : `; there are ${above.map(({ name }) => `@${name}`).join(", ")}`}`,
  );
}
