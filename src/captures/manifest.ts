import * as z from "zod";

const captureEntry = z.looseObject({
  id: z.string(),
  path: z.string(),
  command: z.string().default(""),
  netns: z.string().nullable().default(null),
  exit: z.number().nullable().default(null),
  ms: z.number().nullable().default(null),
  bytes: z.number().nullable().default(null),
  truncated: z.boolean().default(false),
  why: z.string().nullable().default(null),
});

/** `manifest.json`, version 1: what was run, when, by whom, and how it went. Unknown members are kept out of the way. */
export const manifestSchema = z.looseObject({
  format: z.literal("vethscope-snapshot"),
  version: z.number().int().min(1),
  collector: z.string().nullable().default(null),
  takenAt: z.string().nullable().default(null),
  finishedAt: z.string().nullable().default(null),
  host: z
    .looseObject({
      hostname: z.string().nullable().default(null),
      kernel: z.string().nullable().default(null),
      os: z.string().nullable().default(null),
    })
    .default({ hostname: null, kernel: null, os: null }),
  user: z
    .looseObject({ uid: z.number().nullable().default(null), groups: z.array(z.string()).default([]) })
    .default({ uid: null, groups: [] }),
  captures: z.array(captureEntry).default([]),
});

export type Manifest = z.infer<typeof manifestSchema>;
