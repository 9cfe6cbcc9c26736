// Builds dist/vethscope.html: the page, its style, its script and its worker's script in one file that loads nothing.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { build, transform } from "esbuild";
import { noticesOf } from "./build-notices.mjs";

const options = {
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  target: ["chrome123", "firefox120", "safari17.5"],
  mainFields: ["module", "main"],
  // Its file for browsers is a bundle already: esbuild could not tell whose licences belong to it.
  alias: { jszip: "jszip/lib/index.js" },
  // Which it does without where there is none.
  external: ["stream"],
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
};

const textOf = (result) => result.outputFiles[0].text;
const hashOf = (text) => createHash("sha256").update(text).digest("base64");

/** The functions that put the page together, taken from its own sources. */
async function loadParts() {
  const parts = await build({ ...options, entryPoints: ["src/web/page.ts"], format: "esm", platform: "node" });
  return import(`data:text/javascript;base64,${Buffer.from(textOf(parts)).toString("base64")}`);
}

/** Writes the page to the given file, and says what esbuild took into it. */
export async function buildPage(file) {
  const { makePage, pictureColours, inScript } = await loadParts();
  const worker = await build({
    ...options,
    entryPoints: ["src/web/worker/main.ts"],
    format: "iife",
    platform: "browser",
  });
  const main = await build({
    ...options,
    entryPoints: ["src/web/main.tsx"],
    format: "iife",
    platform: "browser",
    define: { WORKER_SOURCE: JSON.stringify(textOf(worker)) },
  });
  const css = `${await readFile("src/web/style.css", "utf8")}\n${pictureColours()}`;
  const style = (await transform(css, { loader: "css", minify: true, target: options.target })).code.trim();
  const script = inScript(textOf(main));
  const metafiles = [worker.metafile, main.metafile];
  const notices = await noticesOf(metafiles);
  await mkdir("dist", { recursive: true });
  await writeFile(file, makePage({ script, style, scriptHash: hashOf(script), styleHash: hashOf(style), notices }));
  return metafiles;
}
