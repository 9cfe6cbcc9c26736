// Builds dist/cli.js: the whole command in one file, so that it starts fast and needs nothing installed; the page; and the
// licences of what they contain.
import { chmod, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { noticesOf } from "./build-notices.mjs";
import { buildPage } from "./build-page.mjs";

const command = await build({
  entryPoints: ["src/cli/main.ts"],
  outfile: "dist/cli.js",
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // jsonc-parser's CommonJS form requires its parts by computed names, which cannot be bundled.
  mainFields: ["module", "main"],
  // commander and jszip are CommonJS and call require() for Node's own modules.
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  // They stand in the notices, all of them.
  legalComments: "none",
  metafile: true,
  loader: { ".sh": "text" },
});
await chmod("dist/cli.js", 0o755);
const page = await buildPage("dist/vethscope.html");
await writeFile("dist/THIRD-PARTY-NOTICES.txt", await noticesOf([command.metafile, ...page]));
