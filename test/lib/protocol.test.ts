import fc from "fast-check";
import { expect, test } from "vitest";
import { isTransport, protocolNumber, transportNumbers, transportOf } from "../../src/lib/protocol.ts";

test.each([
  ["tcp", 6],
  ["UDP", 17],
  ["icmp", 1],
  ["ipv6-icmp", 58],
  ["icmpv6", 58],
  ["all", 0],
  ["toString", null],
  ["6", null],
])("%s is %s", (name, number) => {
  expect(protocolNumber(name)).toBe(number);
});

test("the transports are those of the table, there and back", () => {
  for (const [name, number] of Object.entries(transportNumbers)) {
    expect([isTransport(name), protocolNumber(name), transportOf(number)]).toEqual([true, number, name]);
  }
  fc.assert(
    fc.property(fc.nat(255), (number) => {
      const name = transportOf(number);
      expect(name === null ? [6, 17, 132].includes(number) : transportNumbers[name] !== number).toBe(false);
    }),
  );
});

test.each(["icmp", "other", "", "toString", "TCP"])("%s is no transport", (name) => {
  expect(isTransport(name)).toBe(false);
});
