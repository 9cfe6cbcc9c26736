import { type Address, bitsOf, lastAddress, type Prefix, prefixOf } from "../lib/address.ts";
import type { AddressRange } from "./fields.ts";

export const rangeOf = (prefix: Prefix): AddressRange => ({
  from: prefix.address.value,
  to: lastAddress(prefix).value,
});

/** The prefix that a range is; null where it is none. */
export function prefixOfRange({ from, to }: AddressRange, family: 4 | 6): Prefix | null {
  const size = to - from + 1n;
  const hostBits = size.toString(2).length - 1;
  if (size <= 0n || size !== 1n << BigInt(hostBits)) return null;
  const prefix = prefixOf({ family, value: from }, bitsOf(family) - hostBits);
  return prefix.address.value === from ? prefix : null;
}

/** The prefixes that a range is made of, in ascending order. */
export function prefixesOfRange({ from, to }: AddressRange, family: 4 | 6): readonly Prefix[] {
  const bits = bitsOf(family);
  const found: Prefix[] = [];
  for (let at = from; at <= to; ) {
    let hostBits = 0;
    while (hostBits < bits) {
      const size = 1n << BigInt(hostBits + 1);
      if (at % size !== 0n || at + size - 1n > to) break;
      hostBits++;
    }
    found.push({ address: { family, value: at }, length: bits - hostBits });
    at += 1n << BigInt(hostBits);
  }
  return found;
}

/** Whether a range has all addresses of a prefix of its family. */
export const covers = ({ from, to }: AddressRange, prefix: Prefix): boolean =>
  from <= prefix.address.value && lastAddress(prefix).value <= to;

/** Whether a range has any address of a prefix of its family. */
export const meets = ({ from, to }: AddressRange, prefix: Prefix): boolean =>
  from <= lastAddress(prefix).value && prefix.address.value <= to;

/** Whether a range has an address of its family. */
export const isInRange = ({ value }: Address, { from, to }: AddressRange): boolean => from <= value && value <= to;

/** Whether a range is all of a family. */
export const isEverything = ({ from, to }: AddressRange, family: 4 | 6): boolean =>
  from === 0n && to === (1n << BigInt(bitsOf(family))) - 1n;

/** Whether a range is just the addresses of a prefix. */
export const isWholly = (range: AddressRange | null, prefix: Prefix): boolean =>
  range !== null && range.from === prefix.address.value && range.to === lastAddress(prefix).value;
