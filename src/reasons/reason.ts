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

/** Each reason once, in the order of its first mention. Most are the very same value; the others are told apart by their words. */
export function onceEach(reasons: readonly Reason[]): readonly Reason[] {
  if (reasons.length < 2) return reasons;
  const [same, kept] = [new Set(reasons), new Map<string, Reason>()];
  if (same.size === 1) return [...same];
  for (const one of same) {
    const words = say(one);
    if (!kept.has(words)) kept.set(words, one);
  }
  return [...kept.values()];
}
