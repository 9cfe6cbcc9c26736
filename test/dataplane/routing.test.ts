import { describe, expect, test } from "vitest";
import type { SaidAnswer } from "../support/said.ts";
import { ask, iptables, type LabWishes, web } from "../trace/lab.ts";

/** The texts of the way's steps. */
const way = ({ steps }: SaidAnswer): string => steps.map(({ text }) => text).join("\n");
const outward = (wishes: LabWishes, to = "203.0.113.9:443") => ask(wishes, "host", to);
const second = [
  "3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default",
  "    inet 198.51.100.10/24 scope global eth1",
];
const eth1 = "198.51.100.0/24 dev eth1 proto kernel scope link src 198.51.100.10 ";

describe("the host's routes", () => {
  test("the default route, with the address of its interface as the source", () => {
    const answer = outward({});
    expect(answer).toMatchObject({
      verdict: "delivered",
      sourceSeen: "192.0.2.10",
      deliveredTo: { kind: "outside", address: "203.0.113.9", port: 443 },
    });
    expect(way(answer)).toContain("via 192.0.2.1 out of eth0");
  });

  test("the longest prefix goes before the smaller metric", () => {
    const routes = [
      eth1,
      "203.0.113.0/24 via 198.51.100.1 dev eth1 metric 500 ",
      "203.0.0.0/8 via 192.0.2.1 dev eth0 metric 1 ",
    ];
    expect(outward({ interfaces: second, routes }).sourceSeen).toBe("198.51.100.10");
  });

  test("the smaller metric wins among equal prefixes", () => {
    const routes = [
      eth1,
      "203.0.113.0/24 via 198.51.100.1 dev eth1 metric 500 ",
      "203.0.113.0/24 via 192.0.2.1 dev eth0 metric 100 ",
    ];
    expect(outward({ interfaces: second, routes }).sourceSeen).toBe("192.0.2.10");
  });

  test("a source hint is the source", () => {
    const routes = ["203.0.113.0/24 via 192.0.2.1 dev eth0 src 172.18.0.1 "];
    expect(outward({ routes }).sourceSeen).toBe("172.18.0.1");
  });

  test("multipath leaves the source open, not the verdict", () => {
    const routes = [
      eth1,
      "203.0.113.0/24 \n\tnexthop via 192.0.2.1 dev eth0 weight 1 \n\tnexthop via 198.51.100.1 dev eth1 weight 1 ",
    ];
    expect(outward({ interfaces: second, routes })).toMatchObject({ verdict: "delivered", sourceSeen: null });
  });

  test("a dead next hop is passed over", () => {
    const routes = ["203.0.113.0/24 via 198.51.100.1 dev eth1 dead linkdown "];
    expect(outward({ routes }).sourceSeen).toBe("192.0.2.10");
  });

  test.each([
    ["blackhole", "blackhole", "refusal"],
    ["unreachable", "unreachable", "refusal"],
    ["prohibit", "prohibited", "refusal"],
  ])("a %s route ends the way", (type, reason, failure) => {
    expect(outward({ routes: [`${type} 203.0.113.0/24 `] })).toMatchObject({ verdict: "unroutable", reason, failure });
  });

  test("a blackhole on the way of a forwarded packet is silent, a prohibit is told", () => {
    expect(ask({ routes: ["blackhole 203.0.113.0/24 "] }, "web", "203.0.113.9:443")).toMatchObject({
      reason: "blackhole",
      failure: "silence",
    });
    expect(ask({ routes: ["prohibit 203.0.113.0/24 "] }, "web", "203.0.113.9:443")).toMatchObject({
      reason: "prohibited",
      failure: "refusal",
    });
  });

  test("throw goes on with the next table", () => {
    expect(outward({ routes: ["throw 203.0.113.0/24 "] })).toMatchObject({ verdict: "unroutable", reason: "no-route" });
  });

  test("without a default route there is none", () => {
    const texts = { "ip-route": "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10 \n" };
    expect(outward({ texts })).toMatchObject({ verdict: "unroutable", reason: "no-route", failure: "refusal" });
  });

  test("routes that were not captured follow from the addresses, and that is said", () => {
    const answer = outward({ without: ["ip-route"] }, "172.18.0.2:80");
    expect(answer.verdict).toBe("delivered");
    expect(answer.assumes).toContain("the IPv4 routes were not captured: they are derived from the addresses");
  });

  test("IPv6 takes the source of the longest common prefix", () => {
    expect(outward({}, "[fd00:18::2]:80").sourceSeen).toBe("fd00:18::1");
    expect(outward({}, "[2001:db8:9::1]:80").sourceSeen).toBe("2001:db8::10");
  });

  test("local addresses go by lo, from themselves", () => {
    const answer = ask({}, "host", "172.18.0.1:22");
    expect(answer.sourceSeen).toBe("172.18.0.1");
    expect(way(answer)).toContain("in by lo");
  });
});

describe("policy rules", () => {
  const rules = (...lines: string[]) => ({
    "ip-rule": `0:\tfrom all lookup local\n${lines.join("\n")}\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n`,
  });
  const other = [eth1, "default via 198.51.100.1 dev eth1 table 100 "];

  test("by source", () => {
    const texts = rules("100:\tfrom 172.18.0.0/16 lookup 100");
    expect(way(ask({ interfaces: second, routes: other, texts }, "web", "203.0.113.9:443"))).toContain(
      "via 198.51.100.1 out of eth1",
    );
    expect(way(ask({ interfaces: second, routes: other, texts }, "far", "203.0.113.9:443"))).toContain(
      "via 192.0.2.1 out of eth0",
    );
  });

  test("by incoming interface", () => {
    const texts = rules("100:\tfrom all iif br-app lookup 100");
    expect(way(ask({ interfaces: second, routes: other, texts }, "web", "203.0.113.9:443"))).toContain("out of eth1");
    expect(way(ask({ interfaces: second, routes: other, texts }, "host", "203.0.113.9:443"))).toContain("out of eth0");
  });

  test("by mark, set in mangle before routing and in OUTPUT after it", () => {
    const marked = (chain: string) => ({
      ...rules("100:\tfrom all fwmark 0x1 lookup 100"),
      "iptables-save": iptables({ mangle: [`-A ${chain} -d 203.0.113.9/32 -j MARK --set-xmark 0x1/0xffffffff`] }),
    });
    expect(
      way(ask({ interfaces: second, routes: other, texts: marked("PREROUTING") }, "web", "203.0.113.9:443")),
    ).toContain("via 198.51.100.1 out of eth1");
    expect(
      way(ask({ interfaces: second, routes: other, texts: marked("OUTPUT") }, "host", "203.0.113.9:443")),
    ).toContain("routed again: via 198.51.100.1 out of eth1");
    expect(
      way(ask({ interfaces: second, routes: other, texts: marked("OUTPUT") }, "web", "203.0.113.9:443")),
    ).toContain("out of eth0");
  });

  test("not, and a suppressed default route", () => {
    const not = rules("100:\tnot from 172.18.0.0/16 lookup 100");
    expect(way(ask({ interfaces: second, routes: other, texts: not }, "far", "203.0.113.9:443"))).toContain(
      "out of eth1",
    );
    expect(way(ask({ interfaces: second, routes: other, texts: not }, "web", "203.0.113.9:443"))).toContain(
      "out of eth0",
    );
    const suppressed = rules("100:\tfrom all lookup main suppress_prefixlength 0", "101:\tfrom all lookup 100");
    expect(way(outward({ interfaces: second, routes: other, texts: suppressed }))).toContain("out of eth1");
    expect(way(outward({ interfaces: second, routes: other, texts: suppressed }, "192.0.2.9:80"))).toContain(
      "out of eth0",
    );
  });

  test("prohibit ends the way", () => {
    const texts = rules("100:\tfrom 172.18.0.2 prohibit");
    expect(ask({ texts }, "web", "203.0.113.9:443")).toMatchObject({
      verdict: "unroutable",
      reason: "prohibited",
      failure: "refusal",
    });
  });

  test("a selector that is not evaluated leaves both ways open", () => {
    const texts = rules("100:\tfrom all uidrange 1000-1000 prohibit");
    const answer = outward({ texts });
    expect(answer.verdict).toBe("unknown");
    expect(answer.because.join()).toContain("uidrange 1000-1000");
  });

  test("very many of them leave more ways open than are followed", () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i + 1}:\tfrom all uidrange ${i}-${i} prohibit`);
    const answer = outward({ texts: rules(...lines) });
    expect(answer).toMatchObject({ verdict: "unknown", because: ["more than 64 routes are possible"] });
  });

  test("very many that lead from one to the next are followed to their end", () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i + 1}:\tfrom all goto ${i + 2}`);
    expect(outward({ texts: rules(...lines) }).sourceSeen).toBe("192.0.2.10");
  });
});

test("a multipath route with very many next hops leaves more ways open than are followed", () => {
  const hops = Array.from({ length: 5_000 }, () => "\tnexthop via 192.0.2.1 dev eth0 weight 1 ");
  const answer = outward({ routes: [`203.0.113.0/24 \n${hops.join("\n")}`] });
  expect(answer).toMatchObject({ verdict: "unknown", because: ["more than 64 routes are possible"] });
});

test("a container without a default route reaches its own network only", () => {
  const inside = {
    web: {
      "ip-addr":
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n2: eth0@if22: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n    link/ether 02:42:ac:00:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0\n    inet 172.18.0.2/16 scope global eth0\n",
      "ip-route": "172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.2 \n",
    },
  };
  expect(ask({ inside }, web.name, "203.0.113.9:443")).toMatchObject({
    verdict: "unroutable",
    reason: "no-route",
    failure: "refusal",
  });
  expect(ask({ inside }, web.name, "172.18.0.3:80").verdict).toBe("delivered");
});
