import { type ReasonKind, sentences } from "./sentences.ts";

/** What a reason is: a code of a closed list. */
export type ReasonCode = keyof typeof sentences;

/** What has to be said with a reason of this code: names, addresses, settings. */
export type FactsOf<Code extends ReasonCode> =
  Parameters<(typeof sentences)[Code]["say"]> extends readonly [infer Facts] ? Facts : Record<never, never>;

/** Why a verdict is as it is, what it assumes, or why it is open: plain data, put into words by `say`. */
export type Reason = { readonly [Code in ReasonCode]: { readonly code: Code } & FactsOf<Code> }[ReasonCode];

export function say(reason: Reason): string {
  const { say: words } = sentences[reason.code] as { readonly say: (facts: Reason) => string };
  return words(reason);
}

export const sayAll = (reasons: readonly Reason[]): string => reasons.map(say).join("; ");

/** Reasons as a part of another one. */
export function saidBy(reasons: readonly Reason[]): { readonly said: string; readonly by: string | null } {
  const decided = reasons.find((one) => "by" in one);
  return { said: sayAll(reasons), by: decided !== undefined && "by" in decided ? decided.by : null };
}

export const kindOf = ({ code }: Reason): ReasonKind => sentences[code].kind;

/** Two reasons that say the same. Most are the very same value; only those of one code are put into words to tell them apart. */
const isSame = (a: Reason, b: Reason): boolean => a === b || (a.code === b.code && say(a) === say(b));

/** The first list with what the second has beside it, each once; the first itself where that is nothing. */
export function joinReasons(known: readonly Reason[], more: readonly Reason[]): readonly Reason[] {
  let joined: Reason[] | null = null;
  for (const one of more) {
    if ((joined ?? known).some((before) => isSame(before, one))) continue;
    joined ??= [...known];
    joined.push(one);
  }
  return joined ?? known;
}

/** Each reason once, in the order of its first mention. */
export const onceEach = (reasons: readonly Reason[]): readonly Reason[] => joinReasons([], reasons);
