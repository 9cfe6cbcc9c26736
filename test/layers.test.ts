import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * What each folder of `src` may import, beside itself, and why there: the table of ARCHITECTURE.md as data. What a row names
 * may be imported with all that lies inside it.
 */
const host = ["lib", "captures", "parsers", "reasons", "firewall", "model"];
const kernel = [...host, "dataplane", "trace", "reach"];
const judged = [...kernel, "docker-rules"];
const verbs = [...judged, "checks", "diff", "policy", "topology", "results", "operations"];
const layers: Readonly<Record<string, { readonly may: readonly string[]; readonly why: string }>> = {
  lib: { may: [], why: "rules of addresses, text and order, and nothing of the domain: everybody may use them" },
  results: { may: ["lib", "reasons"], why: "published shapes: whoever makes or reads a result needs no code for it" },
  reasons: {
    may: ["lib"],
    why: "why a verdict is as it is, as data and in words: whoever decides something says it so",
  },
  captures: { may: ["lib"], why: "bytes to texts; what a text says is not its matter" },
  parsers: { may: ["lib", "captures"], why: "one text to its records; no parser knows of another's capture" },
  firewall: {
    may: ["lib", "parsers", "reasons"],
    why: "rules in one form; what a packet's namespace looks like it asks its environment",
  },
  model: {
    may: ["lib", "captures", "parsers", "firewall"],
    why: "what all records together say of a host; what rules say of it they say in their one form",
  },
  topology: { may: ["lib", "model", "results"], why: "a host as a graph, without a question being asked" },
  picture: { may: ["lib", "topology", "results"], why: "places for a graph: the page draws without the model" },
  dataplane: {
    may: host,
    why: "the kernel's tables of a host: no packet is on its way yet",
  },
  trace: { may: [...host, "dataplane"], why: "one packet there and back through those tables" },
  reach: {
    may: [...host, "dataplane", "trace"],
    why: "many packets at once, by what tells them apart",
  },
  "docker-rules": { may: kernel, why: "what an engine would write, for whoever compares: a check, a diff, a policy" },
  checks: { may: judged, why: "a check asks all that was built so far, and no other stage" },
  diff: { may: judged, why: "two hosts side by side; what the checks find on them is put beside it by the operation" },
  policy: { may: judged, why: "what somebody wants of a host; the verdicts are the trace's" },
  operations: { may: verbs, why: "the verbs that the command and the page share, each from stages to a result" },
  reporters: { may: [...verbs, "picture"], why: "a result to text; nothing is found out here" },
  cli: { may: [...verbs, "picture", "reporters"], why: "the only folder that touches Node" },
  web: { may: [...verbs, "picture", "reporters"], why: "the only folder that touches the page" },
};

/**
 * The same inside a folder: what a sub-folder may import of its own folder, beside itself. `.` are the files that lie in the
 * folder itself. A sub-folder without a row is imported by its folder only in the ways that the rows allow.
 */
const categories = [
  "addresses",
  "bridge",
  "coexistence",
  "connectivity",
  "dns",
  "drift",
  "exposure",
  "firewall-backend",
  "isolation",
  "mtu",
  "performance",
  "snapshot",
];
const rooms: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  captures: { ".": ["pasted", "zip"], pasted: ["."], zip: ["."] },
  parsers: { ".": ["iproute", "iptables"], iproute: ["."], iptables: ["."] },
  // Those who ask need not know how it was built.
  model: { ".": [], queries: ["."], build: [".", "queries"] },
  // Rules and packets know neither where rules come from nor who goes through them.
  firewall: { ".": [], compile: ["."], lookup: [".", "compile"], match: [".", "lookup"] },
  dataplane: {},
  reach: { ".": ["flow-classes"], "flow-classes": ["."] },
  // A check imports no other check: what several need has a room of its own. Nor does it import its examples.
  checks: {
    ".": [...categories, "examples"],
    examples: [],
    probes: ["."],
    subnets: ["."],
    nftables: [".", "probes"],
    signatures: ["nftables"],
    ...Object.fromEntries(categories.map((name) => [name, [".", "probes", "subnets", "nftables", "signatures"]])),
  },
  diff: {
    ".": ["match", "things", "rules"],
    match: ["."],
    things: [".", "match"],
    rules: [".", "match"],
    flows: [".", "match"],
    causes: [".", "match", "rules", "flows"],
  },
  policy: { ".": [], read: ["."], select: ["."], judge: [".", "select"] },
  // Each kind of result has its own folder; `text` is for all of them.
  reporters: {
    ".": [],
    text: ["."],
    picture: [".", "text"],
    page: ["."],
    trace: [".", "text"],
    findings: [".", "text", "analysis"],
    analysis: [".", "text", "picture", "page", "findings"],
    assertions: [".", "text", "trace"],
    comparison: [".", "text", "trace"],
  },
  // What a command may be told is loaded for the help; what it does, when it is run.
  cli: { ".": ["commands"], commands: [".", "actions"], actions: [".", "commands"] },
  web: {
    ".": ["views", "changes", "worker"],
    views: [".", "changes", "worker"],
    changes: [".", "worker"],
    worker: ["."],
  },
};

/** The packages each layer may use; none where it has no row. Only the command touches Node. */
const packages: Readonly<Record<string, readonly RegExp[]>> = {
  captures: [/^jszip$/, /^zod$/, /^jsonc-parser$/],
  parsers: [/^zod$/],
  diff: [/^diff$/],
  policy: [/^yaml$/],
  results: [/^zod$/],
  reporters: [/^picocolors$/, /^diff$/, /^sarif$/],
  cli: [/^node:/, /^commander$/, /^picocolors$/],
  web: [/^preact(\/|$)/],
};

interface Import {
  readonly file: string;
  readonly layer: string;
  readonly specifier: string;
  /** Whether it is loaded when the program comes to it. */
  readonly late: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

const layerOf = (file: string): string => file.split("/")[1] ?? "";

/** The sub-folder that a file lies in, or `.` for its layer's own folder. Examples lie beside their checks and are a room all the same. */
const roomOf = (file: string): string => {
  if (file.endsWith(".examples.ts")) return "examples";
  const parts = file.split("/");
  return parts.length < 4 ? "." : (parts[2] ?? "");
};

const files = sourceFiles("src");
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(file, "utf8");
  const specifiers = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"|(?:^|\n)\s*import\s+"([^"]+)"/g,
    ),
  ];
  return specifiers.map((match) => ({
    file,
    layer: layerOf(file),
    specifier: match[1] ?? match[2] ?? match[3] ?? "",
    late: match[2] !== undefined,
  }));
});

/** A file without its comments. */
const prose = (file: string) => readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/[^\n]*/gm, "");

describe("layers", () => {
  test("every folder of src has a row", () => {
    // No file lies loose beside them.
    expect(readdirSync("src").toSorted()).toEqual(Object.keys(layers).toSorted());
  });

  test("imports run one way", () => {
    const wrong = imports.filter(({ file, layer, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      const target = normalize(join(dirname(file), specifier));
      if (!target.startsWith("src/")) return layer !== "cli";
      const other = layerOf(target);
      return other !== layer && !(layers[layer]?.may ?? []).includes(other);
    });
    expect(wrong).toEqual([]);
  });

  test("imports between the rooms of a folder run the way that is given", () => {
    const wrong = imports.filter(({ file, layer, specifier }) => {
      const target = normalize(join(dirname(file), specifier));
      if (!specifier.startsWith(".") || layerOf(target) !== layer) return false;
      const [own, other] = [roomOf(file), roomOf(target)];
      return own !== other && !(rooms[layer]?.[own] ?? []).includes(other);
    });
    expect(wrong.map(({ file, specifier }) => `${file}: ${specifier}`)).toEqual([]);
  });

  test("the examples of all checks are loaded only by who comes to need them", () => {
    const importers = imports.filter(({ specifier }) => specifier.endsWith("/all-examples.ts"));
    expect(importers.length).toBeGreaterThan(0);
    expect(importers.filter(({ late }) => !late)).toEqual([]);
  });

  test("what a command does is loaded when it is run: no other command waits for it", () => {
    const early = imports.filter(({ file, specifier, late }) => {
      const target = normalize(join(dirname(file), specifier));
      return !late && target.startsWith("src/cli/actions/") && !file.startsWith("src/cli/actions/");
    });
    expect(early).toEqual([]);
  });

  test("no rows are left of rooms that are gone", () => {
    const all = Object.entries(rooms).flatMap(([layer, row]) =>
      Object.keys(row).map((room) => join("src", layer, room)),
    );
    expect(all.filter((folder) => !existsSync(folder))).toEqual([]);
  });

  test("no exported type has the name of another: whoever searches for one finds it", () => {
    const files = new Map<string, string[]>();
    for (const file of sourceFiles("src"))
      for (const [, name = ""] of readFileSync(file, "utf8").matchAll(/^export (?:interface|type) (\w+)/gm))
        files.set(name, [...(files.get(name) ?? []), file]);
    expect([...files].filter(([, all]) => all.length > 1)).toEqual([]);
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

  test("the core names no flag of the command: the page has none", () => {
    const core = new Set(["reasons", "dataplane", "trace", "reach", "policy", "operations"]);
    const found = files.filter((file) => core.has(layerOf(file)) && /--(from|to|queries|verbose)\b/.test(prose(file)));
    expect(found).toEqual([]);
  });

  test("nothing is remembered between calls but by lib/once-for.ts", () => {
    expect(files.filter((file) => /\bnew WeakMap\b/.test(prose(file)))).toEqual(["src/lib/once-for.ts"]);
  });

  test("a namespace is known by its key or by `isHost`, never by the word `host`", () => {
    const shows = new Set(["picture", "topology", "reporters", "web", "results", "captures", "parsers"]);
    /** Kinds of things, modes, drivers and scopes of that name, and their types. */
    const kinds = [
      /\b(kind|type|driver|scope|networkMode|mode|told)\b( (===|!==) |: |: readonly \w+ \| )"(host|outside)"/g,
      /case "(host|outside)"|"(host|outside)" \||\| "(host|outside)"|\["host"\]|\[("\w+", )*"(host|outside)"(, "\w+")*\]\.includes/g,
    ];
    const others = (file: string) => kinds.reduce((text, kind) => text.replace(kind, ""), prose(file));
    const named = files.filter((file) => !shows.has(layerOf(file)) && roomOf(file) !== "examples");
    expect(named.filter((file) => /"(host|outside)"/.test(others(file)))).toEqual([
      "src/dataplane/given-interfaces.ts", // the scope of an address
      "src/diff/change.ts", // a kind of thing
      "src/firewall/compile/iptables/match-device.ts", // a packet type
      "src/model/build/networks.ts", // the engine's own network and its driver
      "src/model/namespace-id.ts", // the words themselves
      "src/model/queries/whole-lists.ts", // the engine's own network
      "src/trace/delivery.ts", // a kind of receiver
    ]);
    const made = (word: RegExp) => files.filter((file) => word.test(prose(file)));
    expect(made(/\bnamespaceKey\(/)).toEqual(["src/dataplane/stack-ref.ts"]);
    expect(made(/\bas NamespaceKey\b/)).toEqual(["src/model/namespace-id.ts"]);
  });

  test("no stage uses a global of Node or of the page", () => {
    const shells = new Set(["cli", "web"]);
    const globals = /\b(process\.|Buffer\b|__dirname|document\.|window\.)/;
    const code = (file: string) =>
      readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"[^"\n]*"|`[^`]*`/g, "");
    expect(files.filter((file) => !shells.has(layerOf(file)) && globals.test(code(file)))).toEqual([]);
  });
});
