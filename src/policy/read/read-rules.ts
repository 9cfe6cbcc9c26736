import type { AssertedRule } from "../policy.ts";
import { readFlow } from "./flow.ts";
import { members, readTerms, textOf, type Wrong } from "./read-tree.ts";
import type { Tree, YamlEntry } from "./yaml-tree.ts";

const kinds = ["allow", "deny", "isolated", "no-findings"] as const;
type Kind = (typeof kinds)[number];

const options = {
  allow: ["name", "unknown"],
  deny: ["name", "unknown", "refused", "published"],
  isolated: ["name", "unknown", "refused", "published"],
  "no-findings": ["name", "unknown", "except"],
} as const;

/** Reads `rules:`: a list of mappings, each with one of `allow`, `deny`, `isolated`, `no-findings`, and options beside it. */
export function readRules(tree: Tree, wrong: Wrong): readonly AssertedRule[] {
  if (tree.kind === "nothing" || (tree.kind === "list" && tree.items.length === 0))
    throw wrong(tree.line, "rules: is empty: a policy that asks for nothing would hold on any host");
  if (tree.kind !== "list") throw wrong(tree.line, "rules: has to be a list, each rule behind a dash");
  return tree.items.map((item) => readRule(item, wrong));
}

function readRule(tree: Tree, wrong: Wrong): AssertedRule {
  if (tree.kind !== "map")
    throw wrong(tree.line, `a rule is written as one of ${kinds.map((kind) => `${kind}:`).join(", ")}`);
  const given = tree.entries.filter((entry): entry is YamlEntry & { readonly key: Kind } =>
    kinds.some((kind) => kind === entry.key),
  );
  const [asked, other] = given;
  if (asked === undefined) {
    members(tree.entries, [...kinds, "name", "unknown"], wrong);
    throw wrong(tree.line, `this rule asks for nothing: it needs one of ${kinds.map((kind) => `${kind}:`).join(", ")}`);
  }
  if (other !== undefined)
    throw wrong(other.line, `${asked.key}: and ${other.key}: are two rules: put a dash before each`);
  const found: ReadonlyMap<string, YamlEntry> = members(tree.entries, [asked.key, ...options[asked.key]], wrong);
  const name = found.get("name");
  const base = {
    line: asked.line,
    name: name === undefined ? null : textOf(name.value, "name:", wrong).replace(/\s+/g, " "),
    unknownAllowed: isAllowed(found.get("unknown"), wrong),
  };
  const exceptions = {
    refusedAllowed: isAllowed(found.get("refused"), wrong),
    publishedAllowed: isAllowed(found.get("published"), wrong),
  };
  if (asked.key === "no-findings") return noFindings(base, asked, found.get("except"), wrong);
  if (asked.key === "isolated") {
    const sets = readTerms(asked.value, "isolated:", wrong);
    if (sets.length < 2) throw wrong(asked.line, "isolated: takes two or more sets: isolated: front, back");
    return {
      ...base,
      kind: "isolated",
      text: `isolated: ${sets.map(({ text }) => text).join(", ")}`,
      sets,
      ...exceptions,
    };
  }
  const text = textOf(asked.value, `${asked.key}:`, wrong).replace(/\s+/g, " ");
  const flow = readFlow(text, asked.value.line, wrong);
  return { ...base, kind: asked.key, text: `${asked.key}: ${text}`, ...flow, ...exceptions };
}

function noFindings(
  base: Pick<AssertedRule, "line" | "name" | "unknownAllowed">,
  { value }: YamlEntry,
  exceptions: YamlEntry | undefined,
  wrong: Wrong,
): AssertedRule {
  const severity = textOf(value, "no-findings:", wrong);
  if (severity !== "error" && severity !== "warning")
    throw wrong(value.line, `no-findings: takes error, or warning for both, unlike ${severity}`);
  const except = exceptions === undefined ? [] : readTerms(exceptions.value, "except:", wrong);
  const but = except.length === 0 ? "" : `, except ${except.map(({ text }) => text).join(", ")}`;
  return { ...base, kind: "no-findings", text: `no-findings: ${severity}${but}`, severity, except };
}

/** `unknown: allowed`, and nothing else: a policy says what is let pass, not what is not. */
function isAllowed(entry: YamlEntry | undefined, wrong: Wrong): boolean {
  if (entry === undefined) return false;
  if (textOf(entry.value, `${entry.key}:`, wrong) === "allowed") return true;
  throw wrong(entry.value.line, `${entry.key}: takes allowed, or is left out`);
}
