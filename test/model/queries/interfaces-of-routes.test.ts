import { describe, expect, test } from "vitest";
import { formatPrefixedAddress } from "../../../src/lib/address.ts";
import { interfacesOf } from "../../../src/model/queries/interfaces-of-routes.ts";
import { rebuildHost } from "../../../src/operations/analyze.ts";
import { type LabWishes, labSnapshot } from "../../trace/lab.ts";

const routes = [
  "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10",
  "local 192.0.2.10 dev eth0 table local proto kernel scope host src 192.0.2.10",
  "local 192.0.2.11 dev eth0 table local proto kernel scope host src 192.0.2.10",
  "local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1",
  "local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1",
  "198.51.100.0/24 dev eth1 proto static scope link",
].join("\n");
const routes6 = [
  "2001:db8::/64 dev eth0 proto kernel metric 256 pref medium",
  "local 2001:db8::10 dev eth0 table local proto kernel metric 0 pref medium",
].join("\n");

function addresses(wishes: LabWishes): Record<string, readonly string[]> {
  const { own } = rebuildHost(labSnapshot(wishes));
  return Object.fromEntries(
    (interfacesOf(own) ?? []).map((each) => [each.name, each.addresses.map(formatPrefixedAddress)]),
  );
}

describe("without ip a", () => {
  const texts = { "ip-route": routes, "ip6-route": routes6 };

  test("the routes name the interfaces, and the addresses that are local there", () => {
    expect(addresses({ texts, without: ["ip-addr"] })).toEqual({
      eth0: ["192.0.2.10/24", "192.0.2.11/24", "2001:db8::10/64"],
      lo: ["127.0.0.1/8"],
      eth1: [],
    });
  });

  test("interfaces that ip link lists have them, too, and beside them are those that only the routes name", () => {
    const link = "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq state UP mode DEFAULT group default\n";
    expect(addresses({ texts: { ...texts, "ip-link": link }, without: ["ip-addr"] })).toEqual({
      eth0: ["192.0.2.10/24", "192.0.2.11/24", "2001:db8::10/64"],
      lo: ["127.0.0.1/8"],
      eth1: [],
    });
  });

  test("without any routes either nothing is known", () => {
    const { own } = rebuildHost(labSnapshot({ without: ["ip-addr", "ip-route", "ip6-route"] }));
    expect(interfacesOf(own)).toBeNull();
  });
});
