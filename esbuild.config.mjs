// Builds dist/cli.js: the whole command in one file, so that it starts fast and needs nothing installed; and the page.
import { chmod } from "node:fs/promises";
import { build } from "esbuild";
import { buildPage } from "./build-page.mjs";

await build({
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
  legalComments: "none",
  loader: { ".sh": "text" },
});
await chmod("dist/cli.js", 0o755);
await buildPage("dist/vethscope.html");
