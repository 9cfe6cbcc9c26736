import { describe, expect, test } from "vitest";
import { ask, iptables, type LabWishes } from "./lab.ts";

const second = [
  "3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default",
  "    inet 198.51.100.10/24 scope global eth1",
];
const routes = ["198.51.100.0/24 dev eth1 proto kernel scope link src 198.51.100.10 "];

describe("forwarding", () => {
  test("off: what is not for the host ends silently", () => {
    const answer = ask({ sysctl: { "net.ipv4.ip_forward": 0 } }, "web", "203.0.113.9:443");
    expect(answer).toMatchObject({ verdict: "unroutable", reason: "forwarding-off", failure: "silence" });
    expect(answer.because.join()).toContain("net.ipv4.ip_forward = 0");
  });

  test("off for one interface only", () => {
    const sysctl = { "net.ipv4.conf.br-app.forwarding": 0, "net.ipv4.conf.br-other.forwarding": 1 };
    expect(ask({ sysctl }, "web", "203.0.113.9:443")).toMatchObject({ reason: "forwarding-off" });
    expect(ask({ sysctl }, "far", "203.0.113.9:443")).toMatchObject({ verdict: "delivered" });
  });

  test("off: the host itself and one bridge go on", () => {
    const sysctl = { "net.ipv4.ip_forward": 0 };
    expect(ask({ sysctl }, "host", "203.0.113.9:443").verdict).toBe("delivered");
    expect(ask({ sysctl }, "web", "db:5432").verdict).toBe("delivered");
    expect(ask({ sysctl }, "web", "172.18.0.1:22").verdict).toBe("delivered");
  });

  test("IPv6 has a switch of its own", () => {
    const sysctl = { "net.ipv6.conf.all.forwarding": 0 };
    expect(ask({ sysctl }, "web", "[2001:db8:9::1]:443")).toMatchObject({ reason: "forwarding-off" });
    expect(ask({ sysctl }, "web", "203.0.113.9:443").verdict).toBe("delivered");
  });

  test("not captured: on, since the engine needs it, and said", () => {
    const answer = ask({ without: ["sysctl"] }, "web", "203.0.113.9:443");
    expect(answer.verdict).toBe("delivered");
    expect(answer.assumes).toEqual(
      expect.arrayContaining([expect.stringContaining("forwarding of host was not captured: 1 is assumed")]),
    );
  });
});

describe("the reverse-path filter", () => {
  // What it lets in is answered by the other interface, and where that leads is in no capture.
  const from = (sysctl: LabWishes["sysctl"], more: LabWishes = {}) =>
    ask(
      { interfaces: second, routes, ...more, ...(sysctl === undefined ? {} : { sysctl }) },
      "203.0.113.9@eth1",
      "198.51.100.10:22",
    );

  test.each([
    [0, "unknown"],
    [1, "unroutable"],
    [2, "unknown"],
  ])("%i: a source behind another interface is %s", (value, verdict) => {
    expect(from({ "net.ipv4.conf.eth1.rp_filter": value })).toMatchObject({ verdict });
  });

  test("strict in `all` counts for every interface; loose beats strict", () => {
    expect(from({ "net.ipv4.conf.all.rp_filter": 1, "net.ipv4.conf.eth1.rp_filter": 0 })).toMatchObject({
      reason: "reverse-path",
      failure: "silence",
    });
    expect(from({ "net.ipv4.conf.all.rp_filter": 1, "net.ipv4.conf.eth1.rp_filter": 2 }).verdict).toBe("unknown");
  });

  test("loose asks for any way back", () => {
    const texts = { "ip-route": `192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10 \n${routes[0]}\n` };
    expect(from({ "net.ipv4.conf.eth1.rp_filter": 2 }, { texts })).toMatchObject({ reason: "reverse-path" });
  });

  test("not captured, but of no matter: nothing is assumed about it", () => {
    const answer = ask({ without: ["sysctl"] }, "192.0.2.77@eth0", "host:22");
    expect(answer.assumes.filter((text) => text.includes("rp_filter"))).toEqual([]);
  });

  test("not captured, and it matters", () => {
    const answer = ask({ interfaces: second, routes, without: ["sysctl"] }, "203.0.113.9@eth1", "198.51.100.10:22");
    expect(answer.verdict).toBe("unknown");
    expect(answer.assumes).toEqual(expect.arrayContaining([expect.stringContaining("rp_filter")]));
  });
});

describe("martians", () => {
  test("an address of the host itself cannot come in by a wire", () => {
    expect(ask({}, "192.0.2.10@eth0", "172.18.0.1:22")).toMatchObject({ reason: "martian", failure: "silence" });
    expect(
      ask({ sysctl: { "net.ipv4.conf.eth0.accept_local": 1 } }, "172.18.0.1@eth0", "192.0.2.10:22").reason,
    ).not.toBe("martian");
  });

  test("loopback addresses need route_localnet", () => {
    expect(ask({}, "192.0.2.77@eth0", "127.0.0.1:80")).toMatchObject({ reason: "martian" });
    const nat = iptables({
      nat: ["-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 127.0.0.1:80"],
    });
    const question = ["192.0.2.77@eth0", "192.0.2.10:8080"] as const;
    expect(ask({ texts: { "iptables-save": nat } }, ...question)).toMatchObject({ reason: "martian" });
    const open = ask(
      { texts: { "iptables-save": nat }, sysctl: { "net.ipv4.conf.eth0.route_localnet": 1 } },
      ...question,
    );
    expect(open).toMatchObject({ verdict: "delivered", deliveredTo: { address: "127.0.0.1", port: 80 } });
  });
});

test("an interface that is down takes nothing and sends nothing", () => {
  const interfaces = [
    "3: eth1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default",
    "    inet 198.51.100.10/24 scope global eth1",
  ];
  expect(ask({ interfaces, routes }, "198.51.100.77@eth1", "198.51.100.10:22")).toMatchObject({ reason: "link-down" });
});
