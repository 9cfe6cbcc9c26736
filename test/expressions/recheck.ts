import { checkSync } from "recheck";
import type { Expression } from "./find.ts";

/** What recheck says against an expression: an input on which it backtracks longer than in proportion; null when it is safe. */
export function whatIsWrong({ pattern, flags }: Expression): string | null {
  // Limits count characters, none counts time, and there is one seed: the answer depends on nothing but the expression. What
  // makes too large an automaton is tried on inputs instead.
  const found = checkSync(pattern, flags, {
    timeout: null,
    attackTimeout: null,
    incubationTimeout: null,
    seedingTimeout: null,
    randomSeed: 0,
    maxNFASize: 3000,
  });
  if (found.status === "safe") return null;
  return found.status === "vulnerable" ? `slow on ${found.attack.pattern}` : `not decided: ${found.error.kind}`;
}
