import type { Address, Prefix } from "../../lib/address.ts";
import { lastAddress } from "../../lib/address.ts";
import type { Name, Symbols } from "./symbols.ts";

/** What a word is called in a text: the same text for things that only differ in their names. Null: the word itself. */
export type Naming = (word: Name) => string | null;

/**
 * Data as text with its owners' words renamed: addresses, prefixes, interfaces. Where from something was read does not
 * count.
 */
export function textOf(value: unknown, owners: Symbols, naming: Naming): string {
  const rename = (word: Name | null): string | null => (word === null ? null : naming(word));
  const named = (one: unknown): unknown => {
    if (isAddress(one)) return rename(owners.range(one.family, one.value, one.value)) ?? one;
    if (isPrefix(one))
      return rename(owners.range(one.address.family, one.address.value, lastAddress(one).value)) ?? one;
    if (typeof one !== "string") return one;
    const bare = one.replace(/^(bridge|uplink):/, "");
    return rename(owners.iface(bare)) ?? one;
  };
  return (
    JSON.stringify(value, (key, one: unknown) => {
      if (dropped.has(key)) return undefined;
      if (typeof one === "bigint") return one.toString(16);
      if (one instanceof Map) return [...one].map(([name, inner]) => [named(name), inner]);
      return named(one);
    }) ?? ""
  );
}

/** Places, texts for people, and names that only say whose something is. */
const dropped = new Set([
  "sources",
  "source",
  "text",
  "assumes",
  "id",
  "names",
  "counters",
  "mac",
  "processes",
  "stack",
]);

const isAddress = (value: unknown): value is Address =>
  typeof value === "object" &&
  value !== null &&
  "family" in value &&
  "value" in value &&
  typeof value.value === "bigint";

const isPrefix = (value: unknown): value is Prefix =>
  typeof value === "object" && value !== null && "address" in value && "length" in value && isAddress(value.address);
