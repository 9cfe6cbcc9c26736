import type { Reason } from "../../reasons/reason.ts";
import { type AddressRange, isAddressField, type NumberField } from "../fields.ts";
import type { NumberRange, Packet } from "../packet.ts";
import { addressIn, type FieldValue, hasName, numberIn, partlyIn } from "../read-field.ts";
import type { ElementSet, InterfacePattern, KeyField, KeyPart, SetElement } from "../sets.ts";

/** What a set or map has for a packet. */
export interface Found<E> {
  /** The element whose key the packet has for certain. */
  readonly found: E | null;
  /** Where there is no such: those whose key it may have, and why that is not known. */
  readonly perhaps: readonly E[];
  readonly because: readonly Reason[];
}

/** Looks a packet up in a set or map of nftables: no two elements overlap, so that one is found at most. */
export function elementsFor<E extends SetElement>({ key, elements }: ElementSet<E>, packet: Packet): Found<E> {
  const values = key.map((field) => readKey(field, packet));
  const because: Reason[] = [];
  const perhaps = elements.filter((element) => {
    const reasons = compare(element.key, key, values);
    if (reasons !== null) because.push(...reasons);
    return reasons !== null;
  });
  const [only] = perhaps;
  return because.length === 0 ? { found: only ?? null, perhaps: [], because } : { found: null, perhaps, because };
}

type KeyValue = { readonly address: bigint } | { readonly name: string | null } | { readonly number: FieldValue };

function readKey(field: KeyField, packet: Packet): KeyValue {
  if (field === "incoming" || field === "outgoing") return { name: packet[field] };
  return isAddressField(field) ? { address: addressIn(packet, field) } : { number: numberIn(packet, field) };
}

/** Why it is not known whether the values are those of an element's key: nothing when they are, null when they are not. */
function compare(
  parts: readonly KeyPart[],
  fields: readonly KeyField[],
  values: readonly KeyValue[],
): readonly Reason[] | null {
  const because: Reason[] = [];
  for (const [i, value] of values.entries()) {
    const part = parts[i];
    if (part === undefined) return null;
    const result = comparePart(part, fields[i] as NumberField, value);
    if (result === null) return null;
    if (result !== true) because.push(...result);
  }
  return because;
}

function comparePart(part: KeyPart, field: NumberField, value: KeyValue): true | readonly Reason[] | null {
  if ("name" in value) return hasName(value.name, part as InterfacePattern) ? true : null;
  if ("address" in value) {
    const { from, to } = part as AddressRange;
    return value.address >= from && value.address <= to ? true : null;
  }
  const { number } = value;
  if (number === null) return null;
  if (typeof number === "object" && "because" in number) return number.because;
  const { from, to } = part as NumberRange;
  const asked = typeof number === "number" ? { from: number, to: number } : number;
  if (asked.from >= from && asked.to <= to) return true;
  return asked.to < from || asked.from > to ? null : [partlyIn(field, asked)];
}
