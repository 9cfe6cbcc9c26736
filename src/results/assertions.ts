import * as z from "zod";
import type { DeepReadonly } from "../lib/deep-readonly.ts";
import { reasonSchema } from "./reason.ts";

/*
 * What `assert` prints as JSON, and what every report of assertions is made from: plain data, published as
 * `schema/assertions.schema.json`. Members are added in later minor versions and never change their meaning.
 */

const problem = z.object({
  kind: z.enum(["failed", "unknown"]),
  message: z.string().describe("One sentence, with the names and ports of this host."),
  asked: z
    .object({ from: z.string(), to: z.string() })
    .nullable()
    .describe("The question that shows it: `vethscope trace --from … --to …` tells its whole way."),
  because: z.array(z.string()).describe("What decided; of an unknown one what it is that is not known."),
  reasons: z.array(reasonSchema).describe("The same as data, in the same order; empty where it is no trace's."),
  evidence: z.array(z.object({ file: z.string(), line: z.int(), quote: z.string() })),
});

const assertion = z.object({
  name: z.string().describe("The rule's `name:`, or the rule as it is written."),
  rule: z.string(),
  kind: z.enum(["allow", "deny", "isolated", "no-findings"]),
  line: z.int().describe("Where it stands in the policy, from 1."),
  outcome: z
    .enum(["passed", "failed", "unknown"])
    .describe("`unknown`: nothing contradicts it, and something that it depends on is not known."),
  passes: z.boolean().describe("Whether it holds, or is unknown and `unknown: allowed`."),
  problems: z.array(problem).describe("What contradicts it first, then what is not known."),
  more: z.int().describe("How many problems there are beside those listed."),
  assumes: z.array(z.string()).describe("What was not captured and had to be assumed."),
  notes: z.array(z.string()),
});

export const assertionsSchema = z.object({
  format: z.literal("vethscope-assertions"),
  version: z.literal(1),
  snapshot: z.object({ hostname: z.string().nullable(), takenAt: z.string().nullable() }),
  policy: z.string().describe("The policy's file."),
  passes: z.boolean().describe("Whether all assertions pass."),
  questions: z.int().describe("How many different questions were asked of the host."),
  assertions: z.array(assertion).describe("In the order of the policy."),
});

export type AssertionsReport = DeepReadonly<z.infer<typeof assertionsSchema>>;
export type AssertionReport = AssertionsReport["assertions"][number];

/** The JSON Schema of a report of assertions, as published in `schema/`. */
export const assertionsJsonSchema = (): object => z.toJSONSchema(assertionsSchema);
