import * as z from "zod";
import type { DeepReadonly } from "../lib/deep-readonly.ts";

/*
 * What `check` prints as JSON, and what every report of findings is made from: plain data, published as
 * `schema/findings.schema.json`. Members are added in later minor versions and never change their meaning.
 */
const severity = z.enum(["error", "warning", "info"]);

const finding = z.object({
  check: z.string().describe("The check's id: `vethscope explain <id>` tells all about it."),
  severity,
  sureness: z.enum(["proven", "strong", "hint"]),
  category: z.string(),
  title: z.string(),
  subject: z.object({ kind: z.string(), name: z.string() }),
  message: z.string().describe("What is wrong on this host."),
  why: z.string().describe("Why it matters."),
  evidence: z.array(z.object({ file: z.string(), line: z.int(), quote: z.string() })),
  fix: z
    .object({ text: z.string(), commands: z.array(z.string()), cutsTraffic: z.boolean() })
    .nullable()
    .describe("What to do, with this host's names."),
  sources: z.array(z.string()),
  get consequences() {
    return z.array(finding).describe("Findings that follow from this one.");
  },
});

export const findingsSchema = z.object({
  format: z.literal("vethscope-findings"),
  version: z.literal(1),
  snapshot: z.object({ hostname: z.string().nullable(), takenAt: z.string().nullable() }),
  findings: z.array(finding).describe("Most severe first; each with its consequences below it."),
  skipped: z
    .array(
      z.object({
        check: z.string(),
        title: z.string(),
        why: z.string(),
        how: z.string(),
        ran: z
          .boolean()
          .describe("Whether it ran, and could not tell everything; false where it could not run at all."),
        lacks: z
          .array(z.string())
          .describe("Of one that could not run: the commands whose outputs are missing, of alternatives the first."),
      }),
    )
    .describe("Checks that could not run, or not tell everything; some of these have findings, too."),
  passed: z.array(z.string()).describe("Checks that could tell everything and found nothing."),
  counts: z
    .object({
      of: z.int().describe("How many checks were to run: all, or those that --only and --skip leave."),
      ran: z.int().describe("They could tell everything that they look for, whether they found it or not."),
      inPart: z.int().describe("They ran, and could not tell everything."),
      notRun: z.int().describe("Something that they need is missing."),
    })
    .describe(
      "How many checks there were, before a baseline takes findings away. Each is in one of `ran`, `inPart` and `notRun`.",
    ),
  judged: z
    .boolean()
    .describe(
      "Whether the snapshot was enough to say anything of the host: a check told everything, or one found something on it. Where it is false, that nothing was found means nothing.",
    ),
});

/** What is read of an earlier report, whichever version wrote it. */
export const baselineSchema = findingsSchema.pick({ format: true, version: true, findings: true });

export type FindingsReport = DeepReadonly<z.infer<typeof findingsSchema>>;
export type ReportedFinding = FindingsReport["findings"][number];

/** The JSON Schema of a report of findings, as published in `schema/`. */
export const findingsJsonSchema = (): object => z.toJSONSchema(findingsSchema);
