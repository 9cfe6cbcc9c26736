import { isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument, type YAMLError } from "yaml";
import { policyError } from "../policy.ts";

/** What a YAML file says, with lines, as far as policies use it: every scalar is a text. */
export type Tree =
  | { readonly kind: "text"; readonly text: string; readonly line: number }
  | { readonly kind: "list"; readonly items: readonly Tree[]; readonly line: number }
  | { readonly kind: "map"; readonly entries: readonly YamlEntry[]; readonly line: number }
  | { readonly kind: "nothing"; readonly line: number };

export interface YamlEntry {
  readonly key: string;
  readonly line: number;
  readonly value: Tree;
}

/** The tags that say what a policy is made of anyway; others make things of a node that it does not look like (`!!omap`). */
const plainTags = ["str", "seq", "map"].map((name) => `tag:yaml.org,2002:${name}`);

/** Policies nest four deep. */
const deepest = 10;

/** Reads one YAML document. Throws a PolicyError for what is no YAML, and for anchors, aliases and tags, which policies do not need. */
export function readYaml(text: string, file: string): Tree {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const parsed = parse(text, file, lines);
  const [trouble] = [...parsed.errors, ...parsed.warnings];
  if (trouble !== undefined) {
    const line = lineAt(trouble.pos[0]);
    throw policyError(file, line, needsQuotes(text, line) ?? wordsFor(trouble));
  }
  return toTree(parsed.contents, lines.linePos(0).line, 0);

  function toTree(node: ParsedNode | null, before: number, depth: number): Tree {
    if (node === null) return { kind: "nothing", line: before };
    const line = lineAt(node.range[0]);
    const wrong = (message: string) => policyError(file, line, message);
    if (depth > deepest) throw wrong(tooDeep);
    if (isAlias(node)) throw wrong(needsQuotes(text, line) ?? "YAML's aliases (*name) have no place in a policy");
    if (node.anchor !== undefined) throw wrong("YAML's anchors (&name) have no place in a policy");
    if (node.tag !== undefined && !plainTags.includes(node.tag))
      throw wrong("YAML's tags (!name) have no place in a policy");
    if (isScalar(node)) {
      const value = String(node.value ?? "").trim();
      return value === "" ? { kind: "nothing", line } : { kind: "text", text: value, line };
    }
    if (isSeq(node))
      return { kind: "list", items: node.items.map((item) => toTree(item as ParsedNode, line, depth + 1)), line };
    if (!isMap(node)) throw wrong("this is neither a text nor a list nor a mapping");
    const entries = node.items.map(({ key, value }) => {
      if (!isScalar(key)) throw wrong("the keys of a mapping have to be texts");
      const at = lineAt((key as ParsedNode).range?.[0] ?? node.range[0]);
      return { key: String(key.value ?? ""), line: at, value: toTree(value as ParsedNode | null, at, depth + 1) };
    });
    return { kind: "map", entries, line };
  }
}

function parse(text: string, file: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, { schema: "failsafe", lineCounter, prettyErrors: false, stringKeys: true });
  } catch (error) {
    // Thousands of open brackets exhaust the reader's stack.
    if (error instanceof RangeError) throw policyError(file, 1, tooDeep);
    throw error;
  }
}

function wordsFor({ code, message }: YAMLError): string {
  if (code === "RESOURCE_EXHAUSTION") return tooDeep;
  if (code === "MULTIPLE_DOCS") return "a policy is one YAML document: a second one begins here";
  const isLayout = code === "BAD_INDENT" || code === "BLOCK_AS_IMPLICIT_KEY";
  const hint = isLayout ? "; look at the indentation here and above" : "";
  return `this is no YAML: ${(message.split("\n")[0] ?? message).replace(/\.$/, "")}${hint}`;
}

/** `- deny: * -> db:*`: what YAML keeps for itself may not begin a text without quotes. */
function needsQuotes(text: string, line: number): string | null {
  const found = /[:-]\s+(([*@`%])[\s\S]*)/.exec(text.split("\n")[line - 1] ?? "");
  if (found === null) return null;
  return `put this in quotes, since YAML keeps a leading ${found[2]} for itself: "${found[1]
    ?.trim()
    .replace(/\s#[\s\S]*/, "")
    .trimEnd()
    .slice(0, 80)}"`;
}

const tooDeep = "this is nested deeper than any policy";
