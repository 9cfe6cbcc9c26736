import { type Address, bitsOf, lastAddress, type Prefix } from "../lib/address.ts";
import type { AddressRange } from "./fields.ts";

export const rangeOf = (prefix: Prefix): AddressRange => ({
  from: prefix.address.value,
  to: lastAddress(prefix).value,
});

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
