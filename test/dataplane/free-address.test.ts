import { expect, test } from "vitest";
import { freeAddressesIn, freeAddressesOn, freeAddressOn } from "../../src/dataplane/free-address.ts";
import { type Address, formatAddress, sameAddress } from "../../src/lib/address.ts";
import { literalAddress, literalPrefix } from "../../src/lib/literals.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { type LabWishes, labSnapshot } from "../trace/lab.ts";

const labOf = (wishes: LabWishes) => makeTracer(rebuildHost(labSnapshot(wishes))).dataplane;
const texts = (addresses: Iterable<Address>) => [...addresses].map(formatAddress);

test("of a subnet: from its end, without the last and the first", () => {
  const taken = (address: Address) => sameAddress(address, literalAddress("192.0.2.5"));
  expect(texts(freeAddressesIn(literalPrefix("192.0.2.0/29"), taken))).toEqual([
    "192.0.2.6",
    "192.0.2.4",
    "192.0.2.3",
    "192.0.2.2",
    "192.0.2.1",
  ]);
  expect(texts(freeAddressesIn(literalPrefix("2001:db8::/126"), () => false))).toEqual(["2001:db8::2", "2001:db8::1"]);
});

test("of a link of two none are free, and of a large subnet not all are looked at", () => {
  expect(texts(freeAddressesIn(literalPrefix("192.0.2.0/31"), () => false))).toEqual([]);
  expect(texts(freeAddressesIn(literalPrefix("2001:db8::/127"), () => false))).toEqual([]);
  const full = literalPrefix("10.0.0.0/8");
  expect(texts(freeAddressesIn(full, ({ value }) => value > literalAddress("10.255.0.0").value))).toEqual([]);
});

test("on the host's links: those that nobody in the snapshot has, of each subnet in turn, none of the link alone", () => {
  const dataplane = labOf({
    interfaces: [
      "3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default",
      "    link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff",
      "    inet 169.254.3.4/16 scope link eth1",
      "    inet 10.0.0.2/30 scope global eth1",
      "    inet 10.0.1.1/30 scope global eth1",
      "    inet6 fe80::5/64 scope link",
    ],
  });
  expect(texts(freeAddressesOn(dataplane, "eth1", 4))).toEqual(["10.0.0.1", "10.0.1.2"]);
  expect(freeAddressOn(dataplane, "eth1", 6)).toBeNull();
  expect(freeAddressOn(dataplane, "eth7", 4)).toBeNull();
  expect(freeAddressOn(dataplane, "br-app", 4)).toEqual(literalAddress("172.18.255.254"));
});
