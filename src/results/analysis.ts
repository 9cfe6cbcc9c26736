import * as z from "zod";
import type { DeepReadonly } from "../lib/deep-readonly.ts";
import { sourcesSchema as sources, topologySchema } from "./topology.ts";

/*
 * What `analyze` prints as JSON, and what every report is made from: plain data, published as `schema/analysis.schema.json`.
 * Members are added in later minor versions and never change their meaning.
 */

const nullableText = z.string().nullable();
const nullableFlag = z.boolean().nullable();

const snapshot = z
  .object({
    hostname: nullableText,
    kernel: nullableText,
    os: nullableText,
    takenAt: nullableText.describe("ISO 8601, as the manifest has it."),
    collector: nullableText.describe("The collector's version; null for a hand-made snapshot."),
    uid: z.int().nullable().describe("Who ran the collector."),
  })
  .describe("Who and when, as far as the snapshot says.");

const engine = z.object({
  version: nullableText,
  release: z
    .object({ from: z.int().nullable(), before: z.int().nullable() })
    .describe(
      "Its major release, by its version, else by what its networks look like: from this one, and before that one.",
    ),
  apiVersion: nullableText,
  rootless: nullableFlag,
  rootlesskit: z
    .object({ version: nullableText, portDriver: nullableText })
    .nullable()
    .describe("What passes published ports in to a rootless engine; null where no capture says."),
  swarm: nullableText,
  firewallBackend: nullableText,
  bridgeNfIptables: nullableFlag,
  bridgeNfIp6tables: nullableFlag,
  openApi: z
    .array(z.string())
    .describe("Where the engine itself says that its API asks nobody for a certificate: `http://0.0.0.0:2375`."),
  settings: z.object({
    userlandProxy: nullableFlag,
    iptables: nullableFlag,
    ip6tables: nullableFlag,
    icc: nullableFlag,
    ip: nullableText,
    ipv6: nullableFlag,
    dns: z.array(z.string()),
    allowDirectRouting: nullableFlag,
    tcpHosts: z.array(z.string()).describe("Addresses of the API on TCP, from daemon.json."),
    tlsVerify: nullableFlag,
    liveRestore: nullableFlag,
  }),
  sources,
});

const counts = z.object({
  containers: z.int(),
  running: z.int(),
  stopped: z.int().describe("What is in neither count is in no capture that tells."),
  networks: z.int(),
  bridges: z.int(),
  veths: z.object({
    total: z.int(),
    paired: z.int(),
    candidates: z.int().describe("Veths with several containers that may be behind them."),
    unknown: z.int(),
  }),
  publishedPorts: z.int().describe("Each once, on however many addresses it is published."),
  notCaptured: z
    .array(z.enum(["containers", "networks", "bridges", "veths", "publishedPorts"]))
    .describe("Those that no capture lists: what is counted of them is what others happen to name."),
});

const publishedPort = z.object({
  container: z.string(),
  protocol: z.string(),
  hostAddress: z.string().describe("0.0.0.0 and :: stand for every address of the family."),
  hostPort: z.int(),
  containerPort: z.int(),
  knownFrom: z.enum(["engine", "rules"]).describe("`rules`: read back from the NAT rules only."),
  sources,
});

const resolver = z.object({
  namespace: z
    .string()
    .describe(
      "`host` for the host itself, else the owner of the network namespace (`container:host` where that is its name).",
    ),
  isHost: z.boolean(),
  containers: z.array(z.string()),
  setup: z
    .enum(["embedded", "inherited", "stub", "direct", "none"])
    .describe(
      "`embedded`: 127.0.0.11 of a user-defined network. `inherited`: the host's servers. `stub`: systemd-resolved. `direct`: servers of its own.",
    ),
  knownFrom: z
    .enum(["resolv-conf", "rules", "settings"])
    .describe(
      "Where resolv.conf was not captured: `rules` lead to the embedded DNS, or it follows from the container's networks and `settings`.",
    ),
  nameservers: z.array(z.string()),
  search: z.array(z.string()),
  options: z.array(z.string()),
  upstreams: z
    .array(z.string())
    .describe(
      "Where an embedded or stub resolver forwards to; the engine's default (--dns, daemon.json, the host's) where it is not written down.",
    ),
  embeddedPorts: z.object({ tcp: z.int().nullable(), udp: z.int().nullable() }).nullable(),
  sources,
});

const capture = z.object({
  kind: z.string(),
  netns: nullableText.describe("The container inside whose namespace it was taken; null for the host."),
  file: z.string(),
  state: z
    .enum(["ok", "failed", "absent", "replaced"])
    .describe("`replaced`: the same was taken once more, and that one is read."),
  why: nullableText.describe("Why it failed or is absent; of one that was read, what a person should know about it."),
  truncated: z.boolean(),
});

const quality = z.object({
  captures: z.array(capture),
  notes: z
    .array(z.object({ file: z.string(), line: z.int(), text: z.string(), why: z.string() }))
    .describe("Lines that were not understood."),
  unread: z.array(z.object({ file: z.string(), why: z.string() })),
  contradictions: z
    .array(z.object({ subject: z.string(), message: z.string(), sources }))
    .describe("Facts of two captures that cannot both be true at one moment."),
  gaps: z.array(z.object({ subject: z.string(), message: z.string() })).describe("What is not known, and why."),
});

const severity = z.enum(["error", "warning", "info"]);
const findingSubject = z.object({ kind: z.string(), name: z.string() });

const findings = z
  .object({
    ran: z.int().describe("How many checks could tell everything that they look for."),
    skipped: z.int().describe("How many could not tell, or not everything: all others."),
    notRun: z.int().describe("How many of those could not run at all, since something that they need is missing."),
    judged: z.boolean().describe("Whether any check could say anything of the host, as in the report of `check`."),
    found: z.array(
      z.object({
        check: z.string(),
        severity,
        sureness: z.enum(["proven", "strong", "hint"]),
        subject: findingSubject,
        message: z.string(),
        follow: z.int().describe("How many further findings follow from it."),
        consequences: z
          .array(z.object({ check: z.string(), severity, subject: findingSubject }))
          .describe("Those that follow from it."),
        sources,
      }),
    ),
  })
  .describe("In short what `check` finds; only `analyze` runs the checks, and `show` for pictures that carry badges.");

export const analysisSchema = z.object({
  format: z.literal("vethscope-analysis"),
  version: z.literal(1),
  snapshot,
  engine,
  counts,
  topology: topologySchema,
  publishedPorts: z.array(publishedPort),
  resolvers: z.array(resolver),
  findings: findings.optional(),
  quality,
});

export type Analysis = DeepReadonly<z.infer<typeof analysisSchema>>;
export type PublishedPortReport = Analysis["publishedPorts"][number];
export type ResolverReport = Analysis["resolvers"][number];
export type FindingsSummary = NonNullable<Analysis["findings"]>;
export type Quality = Analysis["quality"];

/** The JSON Schema of an analysis, as published in `schema/`. */
export function analysisJsonSchema(): object {
  return { title: "Analysis of a vethscope snapshot", ...z.toJSONSchema(analysisSchema) };
}
