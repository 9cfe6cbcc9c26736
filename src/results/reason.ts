import * as z from "zod";
import type { DeepReadonly } from "../lib/deep-readonly.ts";

/** A reason as data, wherever a result gives one. */
export const reasonSchema = z
  .object({
    code: z.string().describe("What kind of reason it is; later versions add codes."),
    text: z.string(),
    facts: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .describe("What the text names: addresses, interfaces, settings, rules (`by`)."),
  })
  .meta({ id: "Reason" });

export type ReasonReport = DeepReadonly<z.infer<typeof reasonSchema>>;
