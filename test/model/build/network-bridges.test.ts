import { describe, expect, test } from "vitest";
import { hostOf } from "../../support/host-of.ts";
import { ipA, link, network } from "../../support/raw-captures.ts";

const id = "4dd0a33e1f72";
const lo = link("2: eth0", { inet: ["192.0.2.10/24"] });
const port = (master: string) => link("9: veth1a2b3c4@if8", { master, netnsid: 0 });
const inspect = (...networks: readonly object[]) => ({ "docker_network_inspect.json": networks });
const shop = network("shop", id, "172.20.0.0/16");

function bridgesOf(files: Readonly<Record<string, unknown>>): Readonly<Record<string, string | null>> {
  return Object.fromEntries(hostOf(files).networks.map(({ name, bridge }) => [name, bridge]));
}

describe("the bridge of a network", () => {
  test("is the one that is named after its id, whatever stands before", () => {
    const bare = link("5: docker-4dd0a33e");
    expect(bridgesOf({ ...inspect(shop), "ip_a.txt": ipA(lo, bare) })).toEqual({ shop: "docker-4dd0a33e" });
    expect(hostOf({ ...inspect(shop), "ip_a.txt": ipA(lo, bare) }).contradictions).toEqual([]);
  });

  test("is so, too, when only docker network ls tells of the network, or only brctl of the bridge", () => {
    const listing = `NETWORK ID     NAME   DRIVER   SCOPE\n${id}   shop   bridge   local\n`;
    const ls = { "docker_network_ls.txt": listing, "ip_a.txt": ipA(lo, link("5: nas-4dd0a33e1f")) };
    expect(bridgesOf(ls)).toEqual({ shop: "nas-4dd0a33e1f" });
    const brctl = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\ndocker-4dd0a33e\t8000.0242f0c749bd\tno\t\t\n";
    expect(bridgesOf({ ...inspect(shop), "brctl_show.txt": brctl })).toEqual({ shop: "docker-4dd0a33e" });
  });

  test("is the one that carries its gateway with its subnet's length, in either family", () => {
    const four = link("5: shopbr", { inet: ["172.20.0.1/16"] });
    expect(bridgesOf({ ...inspect(shop), "ip_a.txt": ipA(lo, four, port("shopbr")) })).toEqual({ shop: "shopbr" });
    const config = { IPAM: { Config: [{ Subnet: "fd00:20::/64", Gateway: "fd00:20::1" }] } };
    const six = network("six", id, "", {}, { ...config, EnableIPv4: false, EnableIPv6: true });
    const carrier = link("5: sixbr", { inet: ["fd00:20::1/64"] });
    expect(bridgesOf({ ...inspect(six), "ip_a.txt": ipA(lo, carrier, port("sixbr")) })).toEqual({ six: "sixbr" });
  });

  test("carries any address of the subnet where no gateway is printed", () => {
    const bare = network("shop", id, "", {}, { IPAM: { Config: [{ Subnet: "172.20.0.0/16" }] } });
    const carrier = link("5: shopbr", { inet: ["172.20.9.1/16"] });
    expect(bridgesOf({ ...inspect(bare), "ip_a.txt": ipA(lo, carrier, port("shopbr")) })).toEqual({ shop: "shopbr" });
  });

  test("is found though its option names one that was renamed", () => {
    const named = network("shop", id, "172.20.0.0/16", {}, { Options: { "com.docker.network.bridge.name": "gone0" } });
    const carrier = link("5: shopbr", { inet: ["172.20.0.1/16"] });
    expect(bridgesOf({ ...inspect(named), "ip_a.txt": ipA(lo, carrier, port("shopbr")) })).toEqual({ shop: "shopbr" });
  });

  test.each([
    ["another length", link("5: shopbr", { inet: ["172.20.0.1/24"] })],
    ["another address", link("5: shopbr", { inet: ["172.20.0.2/16"] })],
    ["no address any more", link("5: shopbr")],
    ["the name of another network's", link("5: br-aaaaaaaaaaaa", { inet: ["172.20.0.1/16"] })],
  ])("keeps its name where a bridge has %s", (_, carrier) => {
    const [, name = ""] = /: ([^:]+):/.exec(carrier) ?? [];
    expect(bridgesOf({ ...inspect(shop), "ip_a.txt": ipA(lo, carrier, port(name)) })).toEqual({ shop: `br-${id}` });
  });

  test("is no interface that is not known to be a bridge", () => {
    const card = link("5: eth1", { inet: ["172.20.0.1/16"] });
    expect(bridgesOf({ ...inspect(shop), "ip_a.txt": ipA(lo, card) })).toEqual({ shop: `br-${id}` });
  });

  test("is the one with the engine's own name, whatever else carries its gateway", () => {
    const [own, other] = [link(`4: br-${id}`), link("5: shopbr", { inet: ["172.20.0.1/16"] })];
    expect(bridgesOf({ ...inspect(shop), "ip_a.txt": ipA(lo, own, other, port("shopbr")) })).toEqual({
      shop: `br-${id}`,
    });
  });

  test("is nobody's where two networks, or two bridges, fit", () => {
    const twin = network("twin", "5ee0a33e1f72", "172.20.0.0/16");
    const carrier = link("5: shopbr", { inet: ["172.20.0.1/16"] });
    expect(bridgesOf({ ...inspect(shop, twin), "ip_a.txt": ipA(lo, carrier, port("shopbr")) })).toEqual({
      shop: `br-${id}`,
      twin: "br-5ee0a33e1f72",
    });
    const again = link("6: otherbr", { inet: ["172.20.0.1/16"] });
    const second = link("11: veth5a2b3c4@if10", { master: "otherbr", netnsid: 1 });
    const files = { ...inspect(shop), "ip_a.txt": ipA(lo, carrier, again, port("shopbr"), second) };
    expect(bridgesOf(files)).toEqual({ shop: `br-${id}` });
  });

  test("is read from the rules where no interface was captured", () => {
    const rules = (name: string) =>
      `*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -s 172.20.0.0/16 ! -o ${name} -j MASQUERADE\nCOMMIT\n`;
    expect(bridgesOf({ ...inspect(shop), "iptables_save.txt": rules("docker-4dd0a33e") })).toEqual({
      shop: "docker-4dd0a33e",
    });
    expect(bridgesOf({ ...inspect(shop), "iptables_save.txt": rules("shopbr") })).toEqual({ shop: "shopbr" });
    expect(bridgesOf({ ...inspect(shop), "iptables_save.txt": rules("br-aaaaaaaaaaaa") })).toEqual({
      shop: `br-${id}`,
    });
  });
});

test("a vendor's veth is paired like any other, and its bridge without a network is left over", () => {
  const host = hostOf({
    ...inspect(network("shop", id, "172.20.0.0/16", { web: ["172.20.0.2/16", "02:42:ac:14:00:02"] })),
    "ip_a.txt": ipA(
      lo,
      link("5: docker-4dd0a33e", { inet: ["172.20.0.1/16"] }),
      link("6: docker-0123abcd", { inet: ["172.21.0.1/16"] }),
      link("9: docker1a2b3c4@if8", { master: "docker-4dd0a33e" }),
    ),
  });
  expect(host.pairings).toMatchObject([{ kind: "paired", interface: "docker1a2b3c4", container: "web" }]);
  expect(host.bridges.map(({ name, owner }) => [name, owner])).toEqual([
    ["docker-4dd0a33e", "docker"],
    ["docker-0123abcd", "leftover"],
  ]);
});
