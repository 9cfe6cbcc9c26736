// Builds dist/cli.js and its parts, which hold the whole command, so that it needs nothing installed; the page; and the
// licences of what they contain.
import { chmod, readdir, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { noticesOf } from "./build-notices.mjs";
import { buildPage } from "./build-page.mjs";

/**
 * What packages load and the command never asks them for: commander for commands that are programs of their own, a tenth of the
 * start; jszip for streams of Node; pako for packing.
 */
const unused = [
  ["/node_modules/commander/", "node:child_process"],
  ["/node_modules/jszip/", "readable-stream"],
  ["/node_modules/pako/", "./lib/deflate"],
];
const withoutUnused = {
  name: "without-unused",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:child_process|readable-stream|\.\/lib\/deflate)$/ }, ({ path, importer }) =>
      unused.some(([by, what]) => what === path && importer.includes(by)) ? { path, namespace: "empty" } : undefined,
    );
    onLoad({ filter: /./, namespace: "empty" }, () => ({ contents: "" }));
  },
};

const command = await build({
  entryPoints: { cli: "src/cli/main.ts" },
  outdir: "dist",
  bundle: true,
  // What is imported when it is needed is a file of its own, and so is what several of these share.
  splitting: true,
  chunkNames: "parts/[name]-[hash]",
  minify: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // jsonc-parser's CommonJS form requires its parts by computed names, which cannot be bundled.
  mainFields: ["module", "main"],
  // commander and jszip are CommonJS and call require() for Node's own modules.
  banner: { js: "const require = (id) => process.getBuiltinModule(id);" },
  // They stand in the notices, all of them.
  legalComments: "none",
  metafile: true,
  loader: { ".sh": "text" },
  plugins: [withoutUnused],
});
await chmod("dist/cli.js", 0o755);
// Their names change with what is in them: those of the builds before are left over.
for (const name of await readdir("dist/parts"))
  if (command.metafile.outputs[`dist/parts/${name}`] === undefined) await rm(`dist/parts/${name}`);
const page = await buildPage("dist/vethscope.html");
await writeFile("dist/THIRD-PARTY-NOTICES.txt", await noticesOf([command.metafile, ...page]));
