import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { bytesInOutput: number }>> }>>;
}

// A part of the build, which runs without any tool that knows types.
const { noticesOf } = (await import("../build-notices.mjs" as string)) as {
  noticesOf: (metafiles: readonly Metafile[]) => Promise<string>;
};

const box = mkdtempSync(join(tmpdir(), "vethscope-notices-"));
afterAll(() => rmSync(box, { recursive: true }));

/** A package of that licence with the files, and what esbuild says when it took one of its files in. */
function builtFrom(
  name: string,
  license: string,
  files: Readonly<Record<string, string>>,
  taken = "index.js",
): Metafile {
  const folder = join(box, "node_modules", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.2.3", license }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return { outputs: { "out.js": { inputs: { [`${folder}/${taken}`]: { bytesInOutput: 1 } } } } };
}

test("each package is named with its own terms, also one inside another, and one of a scope", async () => {
  const text = await noticesOf([
    builtFrom("a", "MIT", { LICENSE: "terms of a" }),
    builtFrom("a/node_modules/b", "ISC", { "license.md": "terms of b" }),
    builtFrom("@scope/c", "MIT", { "LICENCE.txt": "terms of c", NOTICE: "and a notice" }),
  ]);
  for (const part of ["a 1.2.3\n\nterms of a\n", "terms of b\n", "@scope/c 1.2.3\n\nterms of c\n\nand a notice\n"])
    expect(text).toContain(part);
});

test("what was dropped as unused needs no notice", async () => {
  const unused = builtFrom("unused", "MIT", { LICENSE: "terms" });
  for (const one of Object.values(unused.outputs["out.js"]?.inputs ?? {})) one.bytesInOutput = 0;
  expect(await noticesOf([unused])).not.toContain("unused");
});

test.each([
  ["has no terms", () => builtFrom("silent", "MIT", {}), "where are the terms of silent (MIT)?"],
  ["leaves a choice", () => builtFrom("dual", "(MIT OR X)", { LICENSE: "both" }), "where are the terms of dual"],
  ["is a bundle", () => builtFrom("packed", "MIT", { LICENSE: "its own" }, "all.min.js"), "all.min.js is a bundle"],
])("the build stops at a package that %s", async (_, make, why) => {
  await expect(noticesOf([make()])).rejects.toThrow(why);
});

test("the built notices have the terms of all that is bundled, and the licence that was chosen", () => {
  const text = readFileSync("dist/THIRD-PARTY-NOTICES.txt", "utf8");
  const bundled = ["commander", "diff", "jsonc-parser", "jszip", "pako", "picocolors", "preact", "yaml", "zod"];
  for (const name of bundled) expect(text).toMatch(new RegExp(`^${name} \\d`, "m"));
  expect(text).toContain("Jean-loup Gailly and Mark Adler");
  expect(text).not.toContain("GNU GENERAL PUBLIC LICENSE");
});
