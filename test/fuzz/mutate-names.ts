import type { Random } from "../support/random.ts";
import { anyWord, bytesOf, hostile, textOf } from "./corpus.ts";
import { type Draft, editText, type Mutation } from "./mutation.ts";

/** Words that stand in the files more than once: names of things, as a rule. */
function namesIn(draft: Draft): string[] {
  const counts = new Map<string, number>();
  for (const bytes of draft.values()) {
    for (const word of textOf(bytes.slice(0, 50_000)).match(/[A-Za-z][\w.-]{1,40}|\d+(?:\.\d+){3}|[0-9a-f]{12,64}/g) ??
      [])
      counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].flatMap(([word, count]) => (count > 1 ? [word] : []));
}

function rename(draft: Draft, from: string, to: string): void {
  for (const [file, bytes] of draft) {
    const text = textOf(bytes);
    if (text.includes(from)) draft.set(file, bytesOf(text.replaceAll(from, () => to)));
  }
}

function renaming(name: string, target: (names: readonly string[], random: Random) => string): Mutation {
  return {
    name,
    apply: (draft, random) => {
      const names = namesIn(draft);
      if (names.length > 0) rename(draft, random.pick(names), target(names, random));
    },
  };
}

/** Points every reference of a kind at any of the names that are referred to or declared: circles, and things of themselves. */
function rewiring(name: string, reference: RegExp, declared: RegExp): Mutation {
  return {
    name,
    apply: (draft, random) =>
      editText(
        draft,
        random,
        (text) => {
          const names = [...text.matchAll(declared)].flatMap(([, found]) => found ?? []);
          const few = names.slice(0, random.pick([1, 2, 5, 50]));
          if (few.length === 0) return text;
          const rate = random.pick([0.1, 0.5, 1]);
          return text.replace(reference, (whole, before: string) =>
            random.chance(rate) ? `${before}${random.pick(few)}` : whole,
          );
        },
        (file) => new RegExp(reference.source, reference.flags).test(textOf(draft.get(file) ?? new Uint8Array())),
      ),
  };
}

const interfaces = /^\d+: ([^\s:@]+)/gm;
const chains = /^(?:-N |:)(\S+)/gm;

export const nameMutations: readonly Mutation[] = [
  renaming("two names are one", (names, random) => random.pick(names)),
  renaming("a hostile name", (_, random) => hostile(random)),
  renaming("another name", (_, random) => anyWord(random)),
  rewiring("masters in circles", /( master )\S+/g, interfaces),
  rewiring("interfaces upon each other", /(^\d+: [^\s:@]+@)[^\s:]+/gm, interfaces),
  rewiring("jumps in circles", /((?:-j|-g|--goto|--jump) )\S+/g, chains),
  rewiring("nft jumps in circles", /((?:jump|goto) )\S+/g, /chain (\S+) \{/g),
  rewiring("containers of containers", /("NetworkMode": *"(?:container:)?)[^"]*/g, /"Id": *"([^"]*)"/g),
  rewiring("ids of others", /("(?:NetworkID|EndpointID|Id|SandboxID)": *")[^"]*/g, /"Id": *"([^"]*)"/g),
  rewiring("devices of others", /( dev )\S+/g, / dev (\S+)/g),
];
