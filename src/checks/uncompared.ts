import { compareRules } from "../docker-rules/compare.ts";
import type { Host } from "../model/host.ts";
import type { Skip } from "./check.ts";
import { skipFor } from "./skip.ts";

/** What a check that rests on the comparison cannot tell. */
export const uncompared = (host: Host): readonly Skip[] =>
  compareRules(host).skipped.map(({ why, lacks }) => skipFor(why, lacks));
