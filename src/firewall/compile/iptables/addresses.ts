import { bitsOf, lastAddress, parseAddress, parsePrefix } from "../../../lib/address.ts";
import type { AddressRange, AddressTest } from "../../fields.ts";

/** An address with its mask: as a range where the mask is a prefix length, else as the bits to compare. */
export type MaskedAddress = Pick<AddressTest, "mask" | "ranges">;

/** `10.0.0.0/8`, `10.0.0.1`, `10.0.0.1/255.0.0.255`, `fd00::/ffff::`; null when it is none or of the other family. */
export function readMaskedAddress(text: string, family: 4 | 6): MaskedAddress | null {
  const prefix = parsePrefix(text);
  if (prefix !== null) {
    if (prefix.address.family !== family) return null;
    return { mask: null, ranges: [{ from: prefix.address.value, to: lastAddress(prefix).value }] };
  }
  const [first = "", second = "", ...rest] = text.split("/");
  const address = parseAddress(first);
  const mask = parseAddress(second);
  if (address?.family !== family || mask?.family !== family || rest.length > 0) return null;
  const length = prefixLength(mask.value, family);
  if (length !== null) return readMaskedAddress(`${first}/${length}`, family);
  const value = address.value & mask.value;
  return { mask: mask.value, ranges: [{ from: value, to: value }] };
}

/** The prefix length that a mask stands for; null when its ones are not all in front. */
function prefixLength(mask: bigint, family: 4 | 6): number | null {
  const bits = bitsOf(family);
  const hostPart = mask ^ ((1n << BigInt(bits)) - 1n);
  const ones = hostPart.toString(2).replace(/^0$/, "");
  return ones.includes("0") ? null : bits - ones.length;
}

/** `10.0.0.1-10.0.0.9`, or one address alone; null when it is none, of the other family, or runs backwards. */
export function readAddressRange(text: string, family: 4 | 6): AddressRange | null {
  const [first = "", second, ...rest] = text.split("-");
  const from = parseAddress(first);
  const to = second === undefined ? from : parseAddress(second);
  if (from?.family !== family || to?.family !== family || rest.length > 0) return null;
  return from.value <= to.value ? { from: from.value, to: to.value } : null;
}
