import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "acorn";
import { full } from "acorn-walk";
import { transformSync } from "esbuild";

/** A regular expression as it stands in the source, and the files that hold it. */
export interface Expression {
  readonly text: string;
  readonly pattern: string;
  readonly flags: string;
  readonly files: readonly string[];
}

/** Every regular expression of a folder's TypeScript, each once. Those put together at run time are not found. */
export function findExpressions(folder: string): Expression[] {
  const found = new Map<string, Expression & { readonly files: string[] }>();
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((each) => /(?<!\.d)\.tsx?$/.test(each)).sort()) {
    const loader = name.endsWith("x") ? "tsx" : "ts";
    const { code } = transformSync(readFileSync(join(folder, name), "utf8"), { loader, target: "esnext" });
    full(parse(code, { ecmaVersion: "latest", sourceType: "module" }), (node) => {
      if (node.type !== "Literal" || !("regex" in node)) return;
      const { pattern, flags } = node.regex as { readonly pattern: string; readonly flags: string };
      const text = `/${pattern}/${flags}`;
      const known = found.get(text);
      if (known === undefined) found.set(text, { text, pattern, flags, files: [name] });
      else if (!known.files.includes(name)) known.files.push(name);
    });
  }
  return [...found.values()];
}
