import { captureKinds } from "../../src/captures/kinds.ts";
import { kindByName } from "../../src/captures/recognise.ts";
import type { Random } from "../support/random.ts";
import { bytesOf, commandOf, hostile, textOf } from "./corpus.ts";
import { type Draft, type Mutation, pickFile } from "./mutation.ts";

/** Does something with one file, if there is any. */
function overFile(
  name: string,
  change: (draft: Draft, file: string, bytes: Uint8Array, random: Random) => void,
): Mutation {
  return {
    name,
    apply: (draft, random) => {
      const file = pickFile(draft, random);
      if (file !== null) change(draft, file, draft.get(file) ?? new Uint8Array(), random);
    },
  };
}

function insert(bytes: Uint8Array, at: number, more: Uint8Array, cut = 0): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.slice(0, at), more, bytes.slice(at + cut)]));
}

const pieces: readonly Uint8Array[] = [
  [0],
  [0xff],
  [0xc3],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0x1b, 0x5b, 0x33, 0x31, 0x6d],
  [0x0d],
  [0x0d, 0x0a],
  [0xe2, 0x80, 0xa8],
  [0x08],
].map((bytes) => new Uint8Array(bytes));

const prompts = ["root@host:~# ", "$ ", "# ", "[root@host ~]# ", "/ # ", "ccd72fe225c8:/# ", "=== ", "PS C:\\> ssh h "];

export const fileMutations: readonly Mutation[] = [
  overFile("delete a file", (draft, file) => void draft.delete(file)),
  overFile("empty a file", (draft, file) => void draft.set(file, new Uint8Array())),
  overFile(
    "cut a file",
    (draft, file, bytes, random) => void draft.set(file, bytes.slice(0, random.below(bytes.length + 1))),
  ),
  overFile("change bytes", (draft, file, bytes, random) => {
    let changed = bytes;
    for (let times = 1 + random.below(6); times > 0; times--)
      changed = insert(changed, random.below(changed.length + 1), random.pick(pieces), random.below(3));
    draft.set(file, changed);
  }),
  overFile("flip bits", (draft, file, bytes, random) => {
    const changed = bytes.slice();
    for (let times = Math.min(bytes.length, 1 + random.below(20)); times > 0; times--) {
      const at = random.below(changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    }
    draft.set(file, changed);
  }),
  overFile(
    "UTF-16",
    (draft, file, bytes) =>
      void draft.set(
        file,
        insert(new Uint8Array(Buffer.from(textOf(bytes), "utf16le")), 0, new Uint8Array([0xff, 0xfe])),
      ),
  ),
  overFile("CRLF", (draft, file, bytes) => void draft.set(file, bytesOf(textOf(bytes).replaceAll("\n", "\r\n")))),
  overFile("another kind's name", (draft, file, bytes, random) => {
    draft.delete(file);
    draft.set(`${random.pick(captureKinds).id}.txt`, bytes);
  }),
  overFile("inside a container", (draft, file, bytes, random) => {
    const name = file.slice(file.lastIndexOf("/") + 1);
    draft.set(`netns/${random.pick(["web", "host", "__proto__", "a b", "-f", hostile(random)])}/${name}`, bytes);
  }),
  overFile("a hostile file name", (draft, _, bytes, random) => void draft.set(`${hostile(random)}.txt`, bytes)),
  {
    name: "no manifest",
    apply: (draft) => void draft.delete("manifest.json"),
  },
  {
    name: "pasted into one file",
    apply: (draft, random) => {
      const kinds = [...draft].flatMap(([file, bytes]) => {
        const kind = kindByName(file);
        return kind === null || random.chance(0.2) ? [] : [{ kind, text: textOf(bytes) }];
      });
      const prompt = random.pick(prompts);
      const sections = kinds.map(({ kind, text }) => {
        const shown = random.chance(0.1) ? random.pick(prompts) : prompt;
        return `${shown}${commandOf(kind)}${random.chance(0.1) ? " | head" : ""}\n${text}\n`;
      });
      draft.clear();
      draft.set(random.pick(["notes.txt", "log", "notes.md"]), bytesOf(sections.join("")));
    },
  },
];
