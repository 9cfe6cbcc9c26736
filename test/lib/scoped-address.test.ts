import fc from "fast-check";
import { expect, test } from "vitest";
import { formatScopedAddress, parseScopedAddress } from "../../src/lib/scoped-address.ts";
import { addresses } from "../support/addresses.ts";

test.each([
  ["192.0.2.53", "192.0.2.53"],
  ["FE80::1%eth0", "fe80::1%eth0"],
  ["fe80::1%br-app.100", "fe80::1%br-app.100"],
  ["192.0.2.53%eth0", null],
  ["fe80::1%", null],
  ["fe80::1%eth0%eth1", null],
  ["fe80::1%et h", null],
  ["%eth0", null],
  ["node7.example.org", null],
])("%s is %s", (text, expected) => {
  const found = parseScopedAddress(text);
  expect(found && formatScopedAddress(found)).toBe(expected);
});

test("what is written down is read back", () => {
  fc.assert(
    fc.property(addresses, fc.option(fc.constantFrom("eth0", "br-app", "7")), (address, zone) => {
      const scoped = { address, zone: address.family === 4 ? null : zone };
      expect(parseScopedAddress(formatScopedAddress(scoped))).toEqual(scoped);
    }),
  );
});
