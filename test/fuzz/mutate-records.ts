import type { CaptureKind } from "../../src/captures/kinds.ts";
import { kindByName } from "../../src/captures/recognise.ts";
import { parseAs, printAs } from "../../src/parsers/parse-capture.ts";
import type { Random } from "../support/random.ts";
import { anyWord } from "./corpus.ts";
import { editText, type Mutation, pickFile } from "./mutation.ts";

/** Reads an output, changes the records, and prints them: what comes out is well-formed as far as the parser's own hand goes. */
export const recordMutations: readonly Mutation[] = [
  {
    name: "records",
    apply: (draft, random) => {
      const file = pickFile(draft, random, (name) => kindByName(name) !== null);
      const kind = file === null ? null : kindByName(file);
      if (kind !== null)
        editText(
          draft,
          random,
          (text) => reprinted(kind, text, random),
          (name) => name === file,
        );
    },
  },
];

function reprinted(kind: CaptureKind, text: string, random: Random): string {
  const { data } = parseAs(kind, text);
  const strings: string[] = [];
  visit(data, (value) => {
    if (typeof value === "string") strings.push(value);
    return value;
  });
  const rate = random.pick([0.01, 0.05, 0.3]);
  const changed = visit(data, (value) => (random.chance(rate) ? another(value, strings, random) : value));
  try {
    return printAs(kind, changed as typeof data);
  } catch {
    // No text gives such records, so that their printer owes them nothing.
    return text;
  }
}

/** Another value of the same type. */
function another(value: unknown, strings: readonly string[], random: Random): unknown {
  if (typeof value === "string") return random.chance(0.7) ? random.pick(strings) : anyWord(random);
  if (typeof value === "number") return random.pick([0, 1, value + 1, 65535, 2 ** 31, 2 ** 32 - 1, random.below(20)]);
  if (typeof value === "boolean") return !value;
  if (!Array.isArray(value) || value.length === 0) return value;
  const at = random.below(value.length);
  const copies = Array.from({ length: random.pick([0, 2, 2, 20]) }, () => structuredClone(value[at]));
  return value.toSpliced(at, 1, ...copies);
}

/** A copy in which every value went through the function, outer ones first. */
function visit(value: unknown, change: (value: unknown) => unknown): unknown {
  const changed = change(value);
  if (typeof changed !== "object" || changed === null) return changed;
  if (Array.isArray(changed)) return changed.map((one) => visit(one, change));
  return Object.fromEntries(Object.entries(changed).map(([key, one]) => [key, visit(one, change)]));
}
