import * as z from "zod";
import type { DeepReadonly } from "../lib/deep-readonly.ts";
import { type VerdictCode, verdictCodes } from "../reasons/verdict-codes.ts";
import { reasonSchema } from "./reason.ts";
import { sourcesSchema as sources } from "./topology.ts";

/*
 * What `trace` prints as JSON for one question, published as `schema/answer.schema.json`: plain data, made of the engine's own
 * answer by `report-answer.ts`. Members are added in later minor versions and never change their meaning.
 */

const nullableText = z.string().nullable();

const hookName = z.enum(["prerouting", "input", "forward", "output", "postrouting"]);

const rule = z
  .object({
    chain: z.string(),
    text: z.string().describe("As iptables-save prints it, without counters."),
    file: z.string(),
    line: z.int(),
    effect: z
      .enum(["matched", "decided", "passed"])
      .describe("`decided`: the packet's way through this table ended here. `passed`: it did not match; only with -v."),
    failed: nullableText.describe("Of a rule passed over: the first part that did not match."),
    counters: z.object({ packets: z.int(), bytes: z.int() }).nullable().describe("Null when they were not captured."),
    because: z.array(z.string()).describe("Why it is not certain whether it matches."),
  })
  .meta({ id: "Rule" });

const step = z
  .object({
    kind: z.enum(["send", "receive", "route", "hook", "rewrite", "switch", "proxy", "return", "end"]),
    namespace: z.string().describe("`host`, `outside`, or the container that owns the network namespace."),
    text: z.string(),
    interface: nullableText.describe(
      "The interface that it passes: where it leaves by one that one; the bridge that switches it.",
    ),
    ports: z
      .array(z.string())
      .describe("The ports of the bridge that it passes, in that order, as far as they are known."),
    gateway: nullableText.describe("The next router's address."),
    setting: nullableText.describe("The kernel setting that decided: `net.ipv4.ip_forward`."),
    hook: z
      .object({
        hook: hookName,
        table: z.string(),
        chain: z.string(),
        verdict: z
          .string()
          .describe("`accept`, `drop`, `reject`, `nat` or `unknown`: what the table does with the packet."),
        policy: z.boolean().describe("Whether the chain's policy decided and no rule."),
        rules: z.array(rule),
      })
      .nullable(),
    sources,
  })
  .meta({ id: "Step" });

const decision = z
  .object({
    namespace: z.string(),
    hook: hookName,
    table: z.string(),
    base: z.string().describe("The chain that the hook calls: `FORWARD`."),
    chain: z.string().describe("The chain that the rule stands in, or whose policy decided."),
    rule: z.object({ text: z.string(), file: z.string(), line: z.int() }).nullable().describe("Null for a policy."),
    direction: z.enum(["request", "reply"]).describe("Whether it stopped the packet or the answer to it."),
  })
  .meta({ id: "Decision" });

const reply = z.object({
  verdict: z.enum(["delivered", "dropped", "rejected", "unroutable", "unknown"]),
  because: z.array(z.string()),
  reasons: z.array(reasonSchema).describe("The same as data, in the same order."),
  steps: z.array(step),
});

const end = {
  from: nullableText.describe("As it was asked; null only where a line of --queries is no question."),
  to: nullableText,
  verdict: z
    .enum(["delivered", "dropped", "rejected", "unroutable", "refused", "ambiguous", "unknown"])
    .describe("`ambiguous`: several ends are known, and chance decides which it is; `unknown`: it is not known."),
  code: z
    .enum(Object.keys(verdictCodes) as [VerdictCode, ...VerdictCode[]])
    .describe("Why the verdict is as it is, for programs: `vethscope explain <code>` says what it means."),
  decision: decision
    .nullable()
    .describe("The rule or policy that stopped it, for `dropped` and `rejected`; null where none did."),
  sent: z
    .object({ source: z.string(), destination: z.string(), port: z.int().nullable() })
    .nullable()
    .describe("The packet as its sender sent it; null where none was sent."),
  deliveredTo: z
    .object({
      kind: z.enum(["container", "host", "outside"]),
      name: z.string().describe("The container that owns the namespace; `host`; outside the address."),
      names: z.array(z.string()).describe("All containers that share the namespace."),
      address: z.string(),
      port: z.int().nullable(),
    })
    .nullable()
    .describe("Who got it, and at which address and port there; also where a connection is refused."),
  sourceSeen: nullableText.describe("The client's address as the receiver sees it."),
  rejectedWith: nullableText.describe("`tcp-reset`, `icmp-port-unreachable`, … for `rejected`."),
  reason: z
    .enum([
      "no-route",
      "blackhole",
      "unreachable",
      "prohibited",
      "forwarding-off",
      "no-neighbour",
      "no-address",
      "martian",
      "reverse-path",
      "link-down",
      "loop",
      "ttl-expired",
      "misrouted",
      "name-unknown",
    ])
    .nullable()
    .describe("Why there is no way, for `unroutable`."),
  failure: z
    .enum(["silence", "refusal"])
    .nullable()
    .describe("How the sender notices: it waits in vain, or is told at once. Null when delivered or unknown."),
  behindProxy: z
    .object({ verdict: z.enum(["dropped", "rejected", "unroutable", "refused"]), refusedBy: nullableText })
    .nullable()
    .describe(
      "What became of docker-proxy's own connection when it could not pass on what it took, and in which namespace nobody listened; null as a rule.",
    ),
  because: z.array(z.string()).describe("What decided; of an unknown verdict what it is that is not known."),
  reasons: z.array(reasonSchema).describe("The same as data, in the same order."),
  assumes: z.array(z.string()).describe("What was not captured and had to be assumed; empty for a certain answer."),
  steps: z.array(step),
  reply: reply.nullable().describe("The way back of the answer; null where none is to be expected."),
};

const { from, to, sent, assumes, ...ofOutcome } = end;

const outcome = z.object(ofOutcome).meta({ id: "PossibleOutcome" });

const ended = {
  ...end,
  outcomes: z.array(outcome).describe("Of an `ambiguous` one each end that is possible, with its way; else empty."),
};

const way = z
  .object({
    ...ended,
    kind: z
      .enum(["published", "direct"])
      .describe("At a port of the host that is published for it, or at an address of the container's own."),
    network: nullableText.describe("Of a direct way: the network that the address is on."),
    used: z.boolean().describe("Whether people ask like this from there, so that it counts for the whole answer."),
    decides: z.boolean().describe("Whether the whole answer is that of this way."),
    reached: z.boolean().describe("Whether the service itself is reached and answers; `delivered` may be to another."),
  })
  .meta({ id: "Way" });

export const answerSchema = z.object({
  ...ended,
  ways: z
    .array(way)
    .optional()
    .describe(
      "Where a name stands for several ways to ask (a service asked for from outside or from another network), each of them; all else is then of the way that decides. Absent where it is one address.",
    ),
  line: z.int().optional().describe("The line of --queries that could not be answered, from 1."),
  error: z.string().optional().describe("Why it could not: the question is malformed, or names what is not there."),
});

/** One question's answer, as published. */
export type AnswerReport = DeepReadonly<z.infer<typeof answerSchema>>;
export type WayReport = NonNullable<AnswerReport["ways"]>[number];
export type StepReport = AnswerReport["steps"][number];
export type RuleReport = NonNullable<StepReport["hook"]>["rules"][number];

/** The JSON Schema of an answer, as published in `schema/`. */
export function answerJsonSchema(): object {
  return { title: "Answer of vethscope trace", ...z.toJSONSchema(answerSchema) };
}
