import { type Address, formatAddress, formatPrefix } from "../../src/lib/address.ts";
import { formatScopedAddress } from "../../src/lib/scoped-address.ts";

/** Data with its addresses and prefixes as people write them, which is what a test wants to read. */
export function asTexts(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(asTexts);
  if (isAddress(value)) return formatAddress(value);
  if ("zone" in value && "address" in value && isAddress(value.address))
    return formatScopedAddress({ address: value.address, zone: value.zone === null ? null : String(value.zone) });
  if ("length" in value && "address" in value && isAddress(value.address))
    return formatPrefix({ address: value.address, length: Number(value.length) });
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asTexts(inner)]));
}

const isAddress = (value: unknown): value is Address =>
  typeof value === "object" && value !== null && "value" in value && typeof value.value === "bigint";
