import type { Random } from "../support/random.ts";
import { anyWord, hostile, textOf } from "./corpus.ts";
import { editText, type Mutation, pickFile } from "./mutation.ts";

/** Changes the lines of one file in place. */
function overLines(name: string, edit: (lines: string[], at: number, random: Random) => void): Mutation {
  return {
    name,
    apply: (draft, random) =>
      editText(draft, random, (text) => {
        const lines = text.split("\n");
        edit(lines, random.below(lines.length), random);
        return lines.join("\n");
      }),
  };
}

/** Changes the words of one line; what stands between them stays. */
function overWords(name: string, edit: (parts: string[], at: number, random: Random) => void): Mutation {
  return overLines(name, (lines, at, random) => {
    for (let times = 1 + random.below(4); times > 0; times--) {
      const line = random.chance(0.5) ? at : random.below(lines.length);
      const parts = (lines[line] ?? "").split(/([^\s"',:=/@.]+)/);
      if (parts.length > 1) edit(parts, 2 * random.below((parts.length - 1) / 2) + 1, random);
      lines[line] = parts.join("");
    }
  });
}

export const lineMutations: readonly Mutation[] = [
  overLines("delete lines", (lines, at, random) => void lines.splice(at, 1 + random.below(4))),
  overLines(
    "delete all other lines",
    (lines, at, random) => void lines.splice(0, lines.length, ...lines.slice(at, at + random.below(12))),
  ),
  overLines("repeat lines", (lines, at, random) => {
    const part = lines.slice(at, at + 1 + random.below(8));
    const times = random.pick([1, 2, 10, 100, 1000]);
    const repeated = Array.from({ length: times }, () => part).flat();
    lines.splice(at, 0, ...repeated);
  }),
  overLines("swap lines", (lines, at, random) => {
    const other = random.below(lines.length);
    [lines[at], lines[other]] = [lines[other] ?? "", lines[at] ?? ""];
  }),
  overLines("indent a line", (lines, at, random) => {
    lines[at] = random.pick(["", " ", "\t", "    ", "      "]) + (lines[at] ?? "").trimStart();
  }),
  overLines("break a line", (lines, at, random) => {
    const line = lines[at] ?? "";
    const cut = random.below(line.length + 1);
    lines.splice(at, 1, line.slice(0, cut), line.slice(cut));
  }),
  overLines("join lines", (lines, at) => void lines.splice(at, 2, lines.slice(at, at + 2).join(" "))),
  overLines("a hostile line", (lines, at, random) => void lines.splice(at, 0, hostile(random))),
  {
    name: "splice lines of another file",
    apply: (draft, random) => {
      const other = pickFile(draft, random);
      if (other === null) return;
      const theirs = textOf(draft.get(other) ?? new Uint8Array()).split("\n");
      const from = random.below(theirs.length);
      editText(draft, random, (text) => {
        const lines = text.split("\n");
        lines.splice(random.below(lines.length), random.below(5), ...theirs.slice(from, from + 1 + random.below(12)));
        return lines.join("\n");
      });
    },
  },
  overWords("replace words", (parts, at, random) => {
    parts[at] = anyWord(random);
  }),
  overWords("insert words", (parts, at, random) => {
    parts[at] = `${anyWord(random)}${random.pick([" ", "", ",", ":", "/", "@", "="])}${parts[at]}`;
  }),
  overWords("delete words", (parts, at) => void parts.splice(at, 2)),
  overWords("swap words", (parts, at, random) => {
    const other = 2 * random.below((parts.length - 1) / 2) + 1;
    [parts[at], parts[other]] = [parts[other] ?? "", parts[at] ?? ""];
  }),
];
