/**
 * Schemas for what Go's encoder writes: a nil slice, map or pointer is `null`, a member may be left out when it is empty, and
 * an empty string stands for "none".
 */
import * as z from "zod";
import { parsePrefix } from "../lib/address.ts";

/** A boolean with the engine's own default for older versions that do not know it. */
export const flag = (preset: boolean) =>
  z
    .boolean()
    .nullish()
    .transform((value) => value ?? preset);

/** A text; empty when absent. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

/** A text; null when absent or empty. */
export const textOrNull = z
  .string()
  .nullish()
  .transform((value) => (value ? value : null));

/** An address as `10.0.0.2/16`; null when absent or empty. What is none, or longer than its family allows, is refused. */
export const addressOrNull = textOrNull.refine(
  (value) => value === null || isPrefix(value),
  "not an address with its length",
);

/** Whether an address, if there is one, can have the length that stands beside it. */
export const fits = (address: string | null, length: number | null): boolean =>
  address === null || length === null || isPrefix(`${address}/${length}`);

const isPrefix = (text: string): boolean => parsePrefix(text) !== null;

/** A number; null when absent. */
export const numberOrNull = z
  .number()
  .nullish()
  .transform((value) => value ?? null);

/** A boolean; null when absent. */
export const flagOrNull = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/** A list of texts; empty when absent. */
export const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);

/** An empty list where a map is due: podman 1 wrote some of its maps as lists, and scripts in other languages do. */
const noMap = z.tuple([]);

/** A map of texts; empty when absent. */
export const textMap = z
  .union([z.record(z.string(), z.string()), noMap])
  .nullish()
  .transform((value) => (value && !Array.isArray(value) ? value : {}));

/** A list whose members are checked one by one; empty when absent. */
export const list = z
  .array(z.unknown())
  .nullish()
  .transform((value) => value ?? []);

/** A map whose values are checked one by one; empty when absent. */
export const map = z
  .union([z.record(z.string(), z.unknown()), noMap])
  .nullish()
  .transform((value): Readonly<Record<string, unknown>> => (value && !Array.isArray(value) ? value : {}));

/** A map reduced to the given keys: other labels are the owner's own business and never kept. */
export const onlyKeys = (...keys: readonly string[]) =>
  map.transform((value): Readonly<Record<string, string>> => {
    const kept = keys.flatMap((key) => (typeof value[key] === "string" ? [[key, value[key]] as const] : []));
    return Object.fromEntries(kept);
  });
