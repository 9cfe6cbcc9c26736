// Gathers the licences of the packages that a build took in: from what esbuild says it did, so that none can be forgotten.
import { readdir, readFile } from "node:fs/promises";

/**
 * The notices of all packages of which anything is in the outputs, as text. A package whose terms cannot be found fails the
 * build: it has to be added to `elsewhere`.
 */
export async function noticesOf(metafiles) {
  const texts = await Promise.all(packagesIn(metafiles).map(noticeOf));
  return [
    "vethscope contains, in whole or in part, the packages that are named here, each under its own terms. vethscope itself is",
    "under the Apache License, Version 2.0.",
    ...texts,
    "",
  ].join("\n\n");
}

/** The folders of all packages of which something is left after unused parts were dropped. */
function packagesIn(metafiles) {
  const inputs = metafiles
    .flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => Object.entries(output.inputs)))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const bundle = inputs.find(([path]) => /\.min\.[cm]?js$/.test(path));
  if (bundle !== undefined)
    throw new Error(`${bundle[0]} is a bundle, whose parts are not known: take its source instead`);
  const folders = inputs.map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const terms = (await (elsewhere[name] ?? licenceFiles)(folder)).trim();
  if (terms === "" || (/ (AND|OR) /.test(license) && !(name in elsewhere)))
    throw new Error(`where are the terms of ${name} (${license})? Say it in build-notices.mjs`);
  return `${"-".repeat(80)}\n${name} ${version}\n\n${terms.replaceAll("\r\n", "\n")}`;
}

/** What a package says in files of its own. */
async function licenceFiles(folder) {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(`${folder}/${name}`, "utf8")));
  return texts.map((text) => text.trim()).join("\n\n");
}

/** Packages that say their terms, or some of them, in another place, or that leave a choice. */
const elsewhere = {
  isarray: async (folder) => (await readFile(`${folder}/README.md`, "utf8")).split(/^## License$/m)[1] ?? "",
  // Of the two licences that one may choose, the first.
  jszip: async (folder) =>
    (await licenceFiles(folder)).split(/^The MIT License\n=+$/m)[1]?.split(/^GPL version 3$/m)[0] ?? "",
  // Its port of zlib is under the terms of zlib, which stand at the head of each file.
  pako: async (folder) => {
    const [, ...head] = (await readFile(`${folder}/lib/zlib/inflate.js`, "utf8")).split(/^\/\/ ?/m);
    const lines = head.map((line) => line.trimEnd());
    return `${await licenceFiles(folder)}\n\nlib/zlib:\n\n${lines.slice(0, 1 + lines.findIndex((line) => line.startsWith("3. "))).join("\n")}`;
  },
};
