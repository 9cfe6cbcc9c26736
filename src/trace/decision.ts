import type { Hook, Rule } from "../firewall/rules.ts";
import type { Source } from "../lib/source.ts";
import type { Reply } from "./answer.ts";
import type { Step } from "./packet-state.ts";

/** What a firewall did with a packet, and the rule or policy that decided it. */
export interface Decision {
  readonly namespace: string;
  readonly hook: Hook;
  readonly table: string;
  /** The base chain: `FORWARD`. */
  readonly base: string;
  /** The chain that the deciding rule stands in; the base chain for a policy. */
  readonly chain: string;
  /** All chains that a rule of this hook matched in, on the way to the decision. */
  readonly through: readonly string[];
  readonly verdict: string;
  /** Null when the chain's policy decided. */
  readonly rule: Rule | null;
  /** `-A DOCKER-USER -i eth0 -j DROP`; `policy DROP of FORWARD`. */
  readonly text: string;
  readonly source: Source;
}

/** The decision that stopped a question's packet, or the answer to it. */
export interface Stop extends Decision {
  readonly direction: "request" | "reply";
}

/** The last decision of a packet's way that is one of the given verdicts. */
export function lastDecision(steps: readonly Step[], verdicts: readonly string[]): Decision | null {
  const step = steps.findLast(({ hook }) => hook !== undefined && verdicts.includes(hook.verdict));
  return step === undefined ? null : decisionIn(step);
}

/** Why a firewall did not let a packet, or the answer to it, pass; null where something else stopped it. */
export function stopIn(steps: readonly Step[], reply: Reply | null): Stop | null {
  const isBack = reply?.verdict === "dropped" || reply?.verdict === "rejected";
  const found = lastDecision(isBack ? reply.steps : steps, ["drop", "reject"]);
  return found === null ? null : { ...found, direction: isBack ? "reply" : "request" };
}

/** What the hook of a step decided; null for a step that is no hook's. */
export function decisionIn({ hook, namespace, sources }: Step): Decision | null {
  const [source] = sources;
  if (hook === undefined || source === undefined) return null;
  const decided = hook.rules.findLast(({ effect }) => effect === "decided");
  const through = hook.rules.filter(({ effect }) => effect !== "passed").map(({ chain }) => chain);
  return {
    namespace,
    hook: hook.hook,
    table: hook.table,
    base: hook.chain,
    chain: decided?.chain ?? hook.chain,
    through: [...new Set(through)],
    verdict: hook.verdict,
    rule: decided?.rule ?? null,
    text: decided?.rule.text ?? `policy ${hook.verdict.toUpperCase()} of ${hook.chain}`,
    source,
  };
}
