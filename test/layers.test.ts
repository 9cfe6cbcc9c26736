import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * What each folder of `src` may import, beside itself: the table of ARCHITECTURE.md as data. `root` are the files that lie
 * in `src` itself. A folder that is not there yet may have its row already.
 */
const host = ["lib", "captures", "parsers", "model"];
const results = [...host, "firewall", "reach", "topology", "checks", "diff", "policy", "root", "picture"];
const layers: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  captures: ["lib"],
  parsers: ["lib", "captures"],
  model: ["lib", "captures", "parsers"],
  firewall: host,
  reach: [...host, "firewall"],
  topology: ["lib", "model"],
  picture: ["lib", "topology"],
  checks: [...host, "firewall", "reach"],
  diff: [...host, "firewall", "reach"],
  policy: [...host, "firewall", "reach"],
  root: [...host, "firewall", "reach", "topology", "checks", "diff", "policy"],
  reporters: results,
  cli: [...results, "reporters"],
  web: [...results, "reporters"],
};

/** The packages each layer may use; none where it has no row. Only the command touches Node. */
const packages: Readonly<Record<string, readonly RegExp[]>> = {
  captures: [/^jszip$/, /^zod$/, /^jsonc-parser$/],
  parsers: [/^zod$/],
  topology: [/^zod$/],
  diff: [/^diff$/],
  policy: [/^yaml$/],
  root: [/^zod$/],
  reporters: [/^picocolors$/, /^diff$/, /^sarif$/],
  cli: [/^node:/, /^commander$/, /^picocolors$/],
  web: [/^preact(\/|$)/],
};

interface Import {
  readonly file: string;
  readonly layer: string;
  readonly specifier: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

const layerOf = (file: string): string => {
  const parts = file.split("/");
  return parts.length === 2 ? "root" : (parts[1] ?? "");
};

const files = sourceFiles("src");
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(file, "utf8");
  const specifiers = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"|(?:^|\n)\s*import\s+"([^"]+)"/g,
    ),
  ];
  return specifiers.map((match) => ({ file, layer: layerOf(file), specifier: match[1] ?? match[2] ?? match[3] ?? "" }));
});

describe("layers", () => {
  test("every folder of src has a row", () => {
    const folders = readdirSync("src").filter((name) => statSync(join("src", name)).isDirectory());
    expect(folders.filter((name) => layers[name] === undefined)).toEqual([]);
  });

  test("imports run one way", () => {
    const wrong = imports.filter(({ file, layer, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      const target = normalize(join(dirname(file), specifier));
      if (!target.startsWith("src/")) return layer !== "cli";
      const other = layerOf(target);
      return other !== layer && !(layers[layer] ?? []).includes(other);
    });
    expect(wrong).toEqual([]);
  });

  test("packages are used where they belong, and Node only in the command", () => {
    const wrong = imports.filter(
      ({ layer, specifier }) =>
        !specifier.startsWith(".") && !(packages[layer] ?? []).some((allowed) => allowed.test(specifier)),
    );
    expect(wrong).toEqual([]);
  });

  test("zod is imported as a namespace: the named import takes all its languages along", () => {
    expect(files.filter((file) => /import\s*\{[^}]*\}\s*from\s*"zod"/.test(readFileSync(file, "utf8")))).toEqual([]);
  });

  test("no stage uses a global of Node or of the page", () => {
    const shells = new Set(["cli", "web"]);
    const globals = /\b(process\.|Buffer\b|__dirname|document\.|window\.)/;
    const code = (file: string) =>
      readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"[^"\n]*"|`[^`]*`/g, "");
    expect(files.filter((file) => !shells.has(layerOf(file)) && globals.test(code(file)))).toEqual([]);
  });
});
