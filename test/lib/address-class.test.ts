import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAddress, parseAddress, unmapped } from "../../src/lib/address.ts";
import * as classes from "../../src/lib/address-class.ts";
import { addresses } from "../support/addresses.ts";

const { isDocumentation, isLinkLocal, isLoopback, isMulticast, isPublic, isUnspecified } = classes;

/** The names of all classes of an address. */
const classesOf = (text: string): string[] =>
  Object.entries(classes).flatMap(([name, test]) => (test(parseAddress(text)) ? [name] : []));

test.each([
  ["0.0.0.0", ["isUnspecified"]],
  ["::", ["isUnspecified"]],
  ["127.255.255.254", ["isLoopback"]],
  ["::1", ["isLoopback"]],
  ["::2", []],
  // IPv4-mapped addresses are a class of their own: whoever means the address inside takes it out first.
  ["::ffff:127.0.0.1", []],
  ["169.254.169.254", ["isLinkLocal"]],
  ["febf::1", ["isLinkLocal"]],
  ["fec0::1", []],
  ["224.0.0.251", ["isMulticast"]],
  ["ff02::fb", ["isMulticast"]],
  ["255.255.255.255", []],
  ["198.51.100.7", ["isDocumentation", "isPublic"]],
  ["3fff:fff::1", ["isDocumentation", "isPublic"]],
  ["3fff:1000::1", ["isPublic"]],
  ["8.8.8.8", ["isPublic"]],
  ["2a00::1", ["isPublic"]],
  ["172.15.255.255", ["isPublic"]],
  ["172.31.255.255", []],
  ["100.64.0.1", []],
  ["100.128.0.1", ["isPublic"]],
  ["192.0.0.2", []],
  ["fd00::1", []],
  ["web", []],
])("%s: %j", (text, expected) => {
  expect(classesOf(text).toSorted()).toEqual(expected);
});

test("the texts of the classes begin as people know them", () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const text = formatAddress(address);
      expect(isLoopback(address)).toBe(text === "::1" || (address.family === 4 && text.startsWith("127.")));
      expect(isMulticast(address)).toBe(
        address.family === 6
          ? /^ff..:/.test(text)
          : Number(text.split(".")[0]) >= 224 && Number(text.split(".")[0]) < 240,
      );
      expect(isLoopback(unmapped(address))).toBe(isLoopback(address) || text.startsWith("::ffff:127."));
    }),
  );
});

test("an address of one's own link, of a group or of nobody is not public", () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const special = [isLoopback, isLinkLocal, isMulticast, isUnspecified].some((test) => test(address));
      expect(special && isPublic(address)).toBe(false);
      expect(isDocumentation(address) && !isPublic(address)).toBe(false);
    }),
  );
});
