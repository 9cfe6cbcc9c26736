import type { AddressRange, FieldTest } from "../fields.ts";
import type { NumberRange, Packet } from "../packet.ts";
import { addressIn, numberIn, partlyIn } from "../read-field.ts";
import { maybe, type Tri } from "../tri.ts";

/** Whether a field of a packet, under the test's mask, lies in one of its ranges. One that the packet does not have lies in none. */
export function matchField(test: FieldTest, packet: Packet): Tri {
  switch (test.field) {
    case "source":
    case "destination":
    case "original-source":
    case "original-destination":
    case "reply-source":
    case "reply-destination": {
      const address = addressIn(packet, test.field);
      return isAddressIn(test.mask === null ? address : address & test.mask, test.ranges);
    }
  }
  const value = numberIn(packet, test.field);
  if (value === null) return false;
  if (typeof value === "number") return isNumberIn(masked(value, test.mask), test.ranges);
  if ("because" in value) return value;
  if (value.from === value.to) return isNumberIn(masked(value.from, test.mask), test.ranges);
  const whole = test.mask === null ? isRangeIn(value, test.ranges) : null;
  return whole ?? maybe(partlyIn(test.field, value));
}

/** Masks have 32 bits at most. */
const masked = (value: number, mask: number | null): number => (mask === null ? value : (value & mask) >>> 0);

function isAddressIn(value: bigint, ranges: readonly AddressRange[]): boolean {
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i] as AddressRange;
    if (value >= range.from && value <= range.to) return true;
  }
  return false;
}

function isNumberIn(value: number, ranges: readonly NumberRange[]): boolean {
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i] as NumberRange;
    if (value >= range.from && value <= range.to) return true;
  }
  return false;
}

/** True when all of a range is in the ranges, false when none of it is, else null. */
function isRangeIn({ from, to }: NumberRange, ranges: readonly NumberRange[]): boolean | null {
  let covered = 0;
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i] as NumberRange;
    if (to < range.from || from > range.to) continue;
    covered += Math.min(to, range.to) - Math.max(from, range.from) + 1;
  }
  if (covered === 0) return false;
  return covered === to - from + 1 ? true : null;
}
