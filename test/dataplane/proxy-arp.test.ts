import { describe, expect, test } from "vitest";
import { ask, iptables, type LabWishes, type NetworkSpec, web } from "../trace/lab.ts";

/** A second uplink, 10.0.0.0/8 and fd10::/16, and a network that has a part of both. */
const slice: NetworkSpec = { name: "app", bridge: "br-app", base: "10.18.0", base6: "fd10:18" };
const lan: LabWishes = {
  networks: [slice],
  containers: [web],
  interfaces: [
    "30: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default",
    "    link/ether 02:00:00:00:00:30 brd ff:ff:ff:ff:ff:ff",
    "    inet 10.0.0.10/8 scope global eth1",
    "    inet6 fd10::10/16 scope global",
  ],
  routes: ["10.0.0.0/8 dev eth1 proto kernel scope link src 10.0.0.10 ", "198.51.100.0/24 via 10.0.0.1 dev eth1 "],
};
const routes6 = [
  "2001:db8::/64 dev eth0 proto kernel metric 256 pref medium",
  "fd10:18::/64 dev br-app proto kernel metric 256 pref medium",
  "fd10::/16 dev eth1 proto kernel metric 256 pref medium",
  "default via fd10::1 dev eth1 metric 1024 pref medium",
  "",
].join("\n");

const withSettings = (sysctl: Record<string, number>, texts: LabWishes["texts"] = {}): LabWishes => ({
  ...lan,
  texts: { "ip6-route": routes6, ...texts },
  sysctl: { "net.ipv4.conf.all.proxy_arp": 0, "net.ipv6.conf.all.proxy_ndp": 0, ...sysctl },
});
const [near, far] = ["10.1.0.9:443", "198.51.100.9:443"];
const [near6, far6] = ["[fd10:1::9]:443", "[2001:db8:ffff::9]:443"];

describe("a container's address in the uplink's own subnet is asked for on the link", () => {
  test.each([near, far])("nobody answers ARP for it: the answer of %s is lost", (to) => {
    const answer = ask(withSettings({ "net.ipv4.conf.eth1.proxy_arp": 0 }), "web", to);
    expect(answer).toMatchObject({ verdict: "dropped", failure: "silence", reply: { verdict: "unroutable" } });
    expect(answer.because.join()).toContain(
      "by ARP for 10.18.0.2, and nobody answers: host does not (net.ipv4.conf.eth1.proxy_arp = 0)",
    );
    expect(answer.assumes.join()).toContain("ip neigh show proxy");
  });

  test.each<[string, Record<string, number>, LabWishes["texts"], string]>([
    ["proxy_arp of the uplink", { "net.ipv4.conf.eth1.proxy_arp": 1 }, {}, "delivered"],
    ["proxy_arp of all", { "net.ipv4.conf.all.proxy_arp": 1 }, {}, "delivered"],
    ["proxy_arp of the bridge", { "net.ipv4.conf.br-app.proxy_arp": 1 }, {}, "dropped"],
    ["proxy_arp_pvlan", { "net.ipv4.conf.eth1.proxy_arp_pvlan": 1 }, {}, "dropped"],
    ["an entry for it", {}, { "ip-neigh": "10.18.0.2 dev eth1  proxy\n" }, "delivered"],
    ["an entry on another interface", {}, { "ip-neigh": "10.18.0.2 dev br-app  proxy\n" }, "dropped"],
    ["an entry for another address", {}, { "ip-neigh": "10.18.0.3 dev eth1  proxy\n" }, "dropped"],
    ["a neighbour that is none", {}, { "ip-neigh": "10.18.0.2 dev eth1 lladdr 02:00:00:00:00:09 STALE\n" }, "dropped"],
  ])("with %s", (_, sysctl, texts, verdict) => {
    expect(ask(withSettings(sysctl, texts), "web", near).verdict).toBe(verdict);
  });

  test("where the setting was not captured it is assumed to be off, and that is said", () => {
    const answer = ask(lan, "web", near);
    expect(answer.verdict).toBe("dropped");
    expect(answer.assumes).toContain("net.ipv4.conf.eth1.proxy_arp of host was not captured: 0 is assumed");
  });

  test("questions from there do not arrive either", () => {
    expect(ask(withSettings({}), "10.1.0.9@eth1", "10.18.0.2:80")).toMatchObject({
      verdict: "unroutable",
      reason: "no-neighbour",
    });
    expect(ask(withSettings({ "net.ipv4.conf.eth1.proxy_arp": 1 }), "10.1.0.9@eth1", "10.18.0.2:80").verdict).toBe(
      "delivered",
    );
  });
});

describe("IPv6 asks for the setting and an entry", () => {
  const entry = "fd10:18::2 dev eth1  proxy\n";
  test.each<[string, Record<string, number>, string, string]>([
    ["neither", {}, "", "dropped"],
    ["an entry alone", {}, entry, "dropped"],
    ["both", { "net.ipv6.conf.eth1.proxy_ndp": 1 }, entry, "delivered"],
    ["both, for all interfaces", { "net.ipv6.conf.all.proxy_ndp": 1 }, entry, "delivered"],
    [
      "the setting, and an entry for another",
      { "net.ipv6.conf.eth1.proxy_ndp": 1 },
      "fd10:18::77 dev eth1  proxy\n",
      "dropped",
    ],
    ["the setting, and which entries there are was not captured", { "net.ipv6.conf.eth1.proxy_ndp": 1 }, "", "unknown"],
  ])("%s", (_, sysctl, neighbours, verdict) => {
    for (const to of [near6, far6])
      expect(ask(withSettings(sysctl, { "ip-neigh": neighbours }), "web", to).verdict).toBe(verdict);
  });

  test("an address of the host's own on another interface is nobody's there", () => {
    const answer = ask(withSettings({}), "fd10:1::9@eth1", "[fd10:18::1]:22");
    expect(answer).toMatchObject({ verdict: "unroutable", reason: "no-neighbour" });
  });
});

describe("does not concern", () => {
  test("what leaves with the host's own address", () => {
    const texts = {
      "iptables-save": iptables({ filter: [], nat: ["-A POSTROUTING -s 10.18.0.0/24 ! -o br-app -j MASQUERADE"] }),
    };
    expect(ask(withSettings({}, texts), "web", near).verdict).toBe("delivered");
  });

  test("published ports", () => {
    const texts = {
      "iptables-save": iptables({
        filter: [],
        nat: ["-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.18.0.2:80"],
      }),
    };
    expect(ask(withSettings({}, texts), "10.1.0.9@eth1", "10.0.0.10:8080").verdict).toBe("delivered");
  });

  test("subnets that are not the link's: routers have or lack a route for them", () => {
    expect(ask({}, "web", far).verdict).toBe("delivered");
  });
});
