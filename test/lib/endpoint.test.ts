import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAddress } from "../../src/lib/address.ts";
import { formatEndpoint, formatPort, hostPart, parseEndpoint } from "../../src/lib/endpoint.ts";
import { addresses } from "../support/addresses.ts";

const port = fc.integer({ min: 0, max: 65535 });
const protocol = fc.constantFrom("tcp", "udp", "sctp", "icmp");

test.each([
  ["192.0.2.1", 80, "192.0.2.1:80"],
  ["::1", 80, "[::1]:80"],
  ["::ffff:192.0.2.1", 80, "[::ffff:192.0.2.1]:80"],
  ["db", 3306, "db:3306"],
  ["2001:db8::1", "53/udp", "[2001:db8::1]:53/udp"],
])("%s and %s", (host, at, text) => {
  expect(formatEndpoint(host, at)).toBe(text);
});

test.each([
  ["db/icmp", { host: "db", port: null, protocol: "icmp" }],
  ["db", { host: "db", port: null, protocol: null }],
  ["[::1]", { host: "::1", port: null, protocol: null }],
  ["[fd00::2]:53/udp", { host: "fd00::2", port: 53, protocol: "udp" }],
  // Whether it is a port is not decided here.
  ["db:99999", { host: "db", port: 99999, protocol: null }],
])("%s is read", (text, parts) => {
  expect(parseEndpoint(text)).toEqual(parts);
});

test.each(["", "a b:80", "[::1", "[web]:80", "[::1]80", "db:80/", "db:123456/tcp/udp"])("%s is none", (text) => {
  expect(parseEndpoint(text)).toBeNull();
});

test("TCP goes without saying", () => {
  expect([
    formatPort({ protocol: "tcp", port: 80 }),
    formatPort({ protocol: "udp", port: 53 }),
    formatPort({ protocol: "TCP", port: 1 }),
  ]).toEqual(["80", "53/udp", "1/TCP"]);
});

test("what is written is read again, of either family", () => {
  fc.assert(
    fc.property(addresses, port, protocol, (address, number, name) => {
      const text = formatEndpoint(address, formatPort({ protocol: name, port: number }));
      const written = { host: formatAddress(address), port: number, protocol: name === "tcp" ? null : name };
      expect(parseEndpoint(text)).toEqual(written);
      expect(formatEndpoint(formatAddress(address), number)).toBe(formatEndpoint(address, number));
      expect(hostPart(address).startsWith("[")).toBe(address.family === 6);
    }),
  );
});
