import { say } from "../../src/reasons/reason.ts";
import type { Answer } from "../../src/trace/answer.ts";

/** An answer with its reasons in words, as tests compare them. */
export interface SaidAnswer extends Omit<Answer, "because" | "assumes" | "reply"> {
  readonly because: readonly string[];
  readonly assumes: readonly string[];
  readonly reply: (Omit<NonNullable<Answer["reply"]>, "because"> & { readonly because: readonly string[] }) | null;
}

export function inWords(answer: Answer): SaidAnswer {
  const { reply } = answer;
  return {
    ...answer,
    because: answer.because.map(say),
    assumes: answer.assumes.map(say),
    reply: reply === null ? null : { ...reply, because: reply.because.map(say) },
  };
}
