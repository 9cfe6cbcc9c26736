import * as z from "zod";
import type { DeepReadonly } from "../lib/deep-readonly.ts";
import { answerSchema } from "./answer.ts";
import { sourcesSchema as sources } from "./topology.ts";

/*
 * What `diff` prints as JSON, and what every report of a comparison is made from: plain data, published as
 * `schema/comparison.schema.json`. Members are added in later minor versions and never change their meaning.
 */

const nullableText = z.string().nullable();
const both = z.object({ before: nullableText, after: nullableText });

const snapshot = z.object({
  hostname: nullableText,
  takenAt: nullableText,
  kernel: nullableText,
  engine: nullableText,
});

const party = z
  .object({
    kind: z.enum(["container", "host", "outside"]),
    before: nullableText.describe("Its name before; null when it was not there."),
    after: nullableText.describe("Its name after; null when it is no longer there."),
  })
  .describe(
    "Who connects. Outside: `eth0` is anyone behind that interface, `192.168.50.0/24@eth0` its neighbours there, `192.0.2.7@eth0` somebody whom a rule names.",
  )
  .meta({ id: "Party" });

const destination = z
  .object({
    kind: z.enum(["container", "host", "outside"]).describe("Whose address is asked."),
    name: both.describe("The container; `host`; outside the party."),
    network: both.nullable().describe("Of a container's address: the network that it is on. Of the host's: null."),
    interface: both.nullable().describe("Of the host's address: its interface. Of a container's: null."),
    publishes: both
      .nullable()
      .describe("Of a port of the host: the container's port that is published there, `web:80`."),
    address: both,
    protocol: z.enum(["tcp", "udp", "sctp"]),
    port: z.int(),
  })
  .meta({ id: "Destination" });

const outcome = z
  .object({
    state: z
      .enum(["open", "closed", "unknown", "absent"])
      .describe("`absent`: on that side there is nobody to ask, or nobody to be asked."),
    answer: answerSchema
      .nullable()
      .describe("The trace of the first of `from` to the first of `to`; null when absent."),
  })
  .meta({ id: "Outcome" });

const flow = z.object({
  kind: z
    .enum(["lost", "gained", "answered-by-another", "seen-differently", "fails-differently"])
    .describe(
      "`lost`: it was open and is not. `gained`: the reverse. `answered-by-another`: another container or port answers. `seen-differently`: the receiver sees another client address. `fails-differently`: it fails before and after, but the sender notices something else.",
    ),
  from: z.array(party).describe("All of them…"),
  to: z.array(destination).describe("…to all of these."),
  before: outcome,
  after: outcome,
  cause: z
    .int()
    .nullable()
    .describe("Which of `causes` brought it about, counted from 0; null where none could be named."),
});

const cause = z.object({
  text: z.string().describe("What was changed, in a few words."),
  proof: z
    .enum(["taken-back", "absent", "replaced"])
    .describe(
      "`taken-back`: with this change alone undone on the after side, the flow is as before. `absent`: one of its ends exists on one side only. `replaced`: one of its ends is another of the same name, and no single change was found.",
    ),
  before: sources,
  after: sources,
});

const thing = z.object({ kind: z.string(), name: z.string(), within: nullableText });
const field = z.object({ name: z.string(), before: nullableText, after: nullableText });

const change = z.object({
  kind: z.enum(["added", "removed", "replaced", "changed"]),
  thing,
  formerly: thing.nullable().describe("What it was called before, where that is another name now."),
  fields: z.array(field),
  before: sources,
  after: sources,
});

const chainPlace = z.object({
  namespace: z.string(),
  family: z.union([z.literal(4), z.literal(6), z.enum(["inet", "arp", "bridge", "netdev"])]),
  backend: z.enum(["nft", "legacy", "unknown", "nftables"]),
  table: z.string(),
  chain: z.string(),
});

const rulePlace = z.object({
  text: z.string(),
  position: z.int(),
  source: z.object({ file: z.string(), line: z.int() }),
});

const chain = z.object({
  kind: z.enum(["added", "removed", "changed"]),
  place: chainPlace,
  formerly: chainPlace.nullable(),
  policy: field.nullable(),
  edits: z.array(
    z.object({
      kind: z.enum(["added", "removed", "moved", "changed"]),
      before: rulePlace.nullable(),
      after: rulePlace.nullable(),
      options: z.array(field),
    }),
  ),
  lines: z
    .object({ before: z.array(z.string()), after: z.array(z.string()) })
    .describe("All rules of the chain on each side, without counters."),
});

const finding = z.object({
  check: z.string(),
  severity: z.enum(["error", "warning", "info"]),
  subject: z.object({ kind: z.string(), name: z.string() }),
  message: z.string(),
  follows: z
    .object({ check: z.string(), subject: z.object({ kind: z.string(), name: z.string() }) })
    .nullable()
    .describe("The finding of the same list that has the same cause and that this one follows from."),
  sources,
});

export const comparisonSchema = z.object({
  format: z.literal("vethscope-comparison"),
  version: z.literal(1),
  before: snapshot,
  after: snapshot,
  summary: z.object({
    flows: z
      .object({
        compared: z.int(),
        lost: z.int(),
        gained: z.int(),
        answeredByAnother: z.int(),
        seenDifferently: z.int(),
        failsDifferently: z.int(),
        unknown: z.int().describe("One side or both cannot say how they come out."),
      })
      .describe("Each from one party to one destination."),
    things: z.object({ added: z.int(), removed: z.int(), replaced: z.int(), changed: z.int() }),
    rules: z.int().describe("Rules that were added, removed, moved or changed, and policies."),
    findings: z.object({ new: z.int(), gone: z.int(), same: z.int() }),
    ignored: z.int().describe("What --ignore left out."),
  }),
  flows: z.array(flow).describe("Lost ones first."),
  causes: z.array(cause),
  changes: z.array(change),
  chains: z.array(chain),
  findings: z.object({ new: z.array(finding), gone: z.array(finding) }),
  incomparable: z
    .array(z.object({ what: z.string(), why: z.string() }))
    .describe("What cannot be compared, since one snapshot does not hold it or it cannot be told. Never a change."),
});

export type Comparison = DeepReadonly<z.infer<typeof comparisonSchema>>;
export type FlowReport = Comparison["flows"][number];
export type DestinationReport = FlowReport["to"][number];
export type PartyReport = FlowReport["from"][number];

/** The JSON Schema of a comparison, as published in `schema/`. */
export function comparisonJsonSchema(): object {
  return { title: "Comparison of two vethscope snapshots", ...z.toJSONSchema(comparisonSchema) };
}
