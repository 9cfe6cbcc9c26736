import { describe, expect, test } from "vitest";
import { ask, iptables, type LabWishes } from "./lab.ts";

const outsider = "192.0.2.77@eth0";
const ruled = (tables: Readonly<Record<string, readonly string[]>>, more: LabWishes = {}): LabWishes => ({
  ...more,
  texts: { "iptables-save": iptables(tables) },
});
const reject = (how: string, port = 80) => `-A FORWARD -p tcp -m tcp --dport ${port} -j REJECT --reject-with ${how}`;

describe("a reset of REJECT", () => {
  const rejects = (...output: string[]) =>
    ask(ruled({ filter: [reject("tcp-reset"), ...output] }), outsider, "172.18.0.2:80");

  test("is related to the connection, not part of it", () => {
    expect(rejects("-A OUTPUT -m conntrack --ctstate ESTABLISHED -j DROP").failure).toBe("refusal");
    expect(rejects("-A OUTPUT -m conntrack --ctstate RELATED -j DROP").failure).toBe("silence");
  });

  test("carries RST and comes from no socket", () => {
    expect(rejects("-A OUTPUT -p tcp -m tcp --tcp-flags RST RST -j DROP").failure).toBe("silence");
    expect(rejects("-A OUTPUT -m owner ! --socket-exists -j DROP").failure).toBe("silence");
  });

  test("of an untracked packet has no connection either", () => {
    const tables = {
      raw: ["-A PREROUTING -i eth0 -j CT --notrack"],
      filter: [reject("tcp-reset"), "-A OUTPUT -m conntrack --ctstate INVALID -j DROP"],
    };
    expect(ask(ruled(tables), outsider, "172.18.0.2:80").failure).toBe("silence");
  });

  test("leaves by the port that a bridged packet came by, past OUTPUT", () => {
    const closed = { filter: [reject("tcp-reset"), "-A OUTPUT -j DROP"] };
    expect(ask(ruled(closed), "web", "db:80")).toMatchObject({ verdict: "rejected", failure: "refusal" });
    expect(ask(ruled(closed), "web", "203.0.113.9:80")).toMatchObject({ verdict: "rejected", failure: "refusal" });
    const sysctl = { "net.bridge.bridge-nf-call-iptables": 0 };
    expect(ask(ruled(closed, { sysctl }), "web", "203.0.113.9:80")).toMatchObject({ failure: "silence" });
  });

  test("and there with the address after DNAT, for which nobody waits", () => {
    const tables = {
      nat: ["-A PREROUTING -d 192.0.2.10/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.3:80"],
      filter: [reject("tcp-reset")],
    };
    expect(ask(ruled(tables), "web", "192.0.2.10:8080")).toMatchObject({ verdict: "rejected", failure: "silence" });
    expect(ask(ruled(tables), outsider, "192.0.2.10:8080")).toMatchObject({ verdict: "rejected", failure: "refusal" });
  });
});

describe("an ICMP error", () => {
  const rejects = (...output: string[]) =>
    ask(ruled({ filter: [reject("icmp-port-unreachable"), ...output] }), outsider, "172.18.0.2:80");

  test("has the precedence of network control", () => {
    expect(rejects("-A OUTPUT -m tos --tos 0xc0/0xff -j DROP").failure).toBe("silence");
    expect(rejects("-A OUTPUT -m tos --tos 0x00/0xff -j DROP").failure).toBe("refusal");
  });

  test("comes from a socket that no user owns", () => {
    expect(rejects("-A OUTPUT -m owner --uid-owner 0 -j DROP").failure).toBe("refusal");
    expect(rejects("-A OUTPUT -m owner --socket-exists -j DROP").failure).toBe("silence");
  });

  test("does not make its connection one that has seen an answer", () => {
    expect(rejects("-A OUTPUT -m conntrack --ctstatus SEEN_REPLY -j DROP").failure).toBe("refusal");
  });

  test("about an untracked packet is invalid", () => {
    const tables = {
      raw: ["-A PREROUTING -i eth0 -j CT --notrack"],
      filter: [reject("icmp-port-unreachable"), "-A OUTPUT -m conntrack --ctstate INVALID -j DROP"],
    };
    expect(ask(ruled(tables), outsider, "172.18.0.2:80").failure).toBe("silence");
  });

  test("of a forwarder without a route has to come back to be heard", () => {
    const routes = ["unreachable 198.51.100.0/24 "];
    expect(ask({ routes }, "web", "198.51.100.9:80")).toMatchObject({ verdict: "unroutable", failure: "refusal" });
    const closed = ruled({ filter: ["-A OUTPUT -p icmp -j DROP"] }, { routes });
    expect(ask(closed, "web", "198.51.100.9:80")).toMatchObject({ verdict: "unroutable", failure: "silence" });
  });

  test("answers a datagram that nobody listens for", () => {
    const listening = "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n";
    const wishes = ruled(
      { filter: ["-A FORWARD -i br-app -p icmp -m conntrack --ctstate RELATED -j DROP"] },
      { inside: { web: { "ss-listen": listening } } },
    );
    expect(ask(wishes, outsider, "172.18.0.2:53/udp")).toMatchObject({ verdict: "dropped", failure: "silence" });
    expect(ask(wishes, outsider, "172.18.0.2:80")).toMatchObject({ verdict: "refused", failure: "refusal" });
  });
});

/** What a connected socket noticed on Linux 6.18, from a sender, a router and a receiver in three namespaces. */
describe("the sender's program", () => {
  const forwardRejects = (how: string, protocol: string) =>
    ask(ruled({ filter: [`-A FORWARD -j REJECT --reject-with ${how}`] }), outsider, `172.18.0.2:80/${protocol}`)
      .failure;

  test.each([
    ["icmp-net-unreachable", "silence"],
    ["icmp-host-unreachable", "silence"],
    ["icmp-proto-unreachable", "refusal"],
    ["icmp-port-unreachable", "refusal"],
    ["icmp-net-prohibited", "refusal"],
    ["icmp-host-prohibited", "refusal"],
    ["icmp-admin-prohibited", "refusal"],
  ])("hears of %s over UDP as of a %s", (how, failure) => {
    expect(forwardRejects(how, "udp")).toBe(failure);
    expect(forwardRejects(how, "tcp")).toBe("refusal");
  });

  test.each([
    ["icmp6-no-route", "silence"],
    ["icmp6-adm-prohibited", "refusal"],
    ["icmp6-addr-unreachable", "silence"],
    ["icmp6-port-unreachable", "refusal"],
    ["icmp6-policy-fail", "refusal"],
    ["icmp6-reject-route", "refusal"],
  ])("hears of %s over UDP as of a %s", (how, failure) => {
    const rules = iptables({ filter: [`-A FORWARD -j REJECT --reject-with ${how}`] });
    const answer = (protocol: string) =>
      ask({ texts: { "ip6tables-save": rules } }, "2001:db8::77@eth0", `[fd00:18::2]:80/${protocol}`);
    expect(answer("udp")).toMatchObject({ verdict: "rejected", failure });
    expect(answer("tcp")).toMatchObject({ verdict: "rejected", failure: "refusal" });
  });

  test("hears over UDP of an administrative end of the way, not of a missing one", () => {
    const routed = (route: string) => ask({ routes: [route] }, "web", "198.51.100.9:53/udp");
    expect(routed("unreachable 198.51.100.0/24 ")).toMatchObject({ verdict: "unroutable", failure: "silence" });
    expect(routed("prohibit 198.51.100.0/24 ")).toMatchObject({ verdict: "unroutable", failure: "refusal" });
  });

  test.each(["DROP", "REJECT --reject-with icmp-host-unreachable"])(
    "is told by its own kernel of a datagram that OUTPUT meets with %s",
    (target) => {
      const drops = { filter: [`-A OUTPUT -d 172.18.0.2/32 -j ${target}`] };
      expect(ask(ruled(drops), "host", "172.18.0.2:53/udp").failure).toBe("refusal");
      expect(ask(ruled(drops), "host", "172.18.0.2/icmp").failure).toBe("refusal");
    },
  );

  test("is not told by its own kernel of a segment that OUTPUT or POSTROUTING drops", () => {
    const drops = (table: string, chain: string) =>
      ask(ruled({ [table]: [`-A ${chain} -d 172.18.0.2/32 -j DROP`] }), "host", "172.18.0.2:80");
    expect(drops("filter", "OUTPUT").failure).toBe("silence");
    expect(drops("mangle", "POSTROUTING").failure).toBe("silence");
  });

  test("is not told of what another namespace drops on its way out", () => {
    const drops = { mangle: ["-A POSTROUTING -d 172.18.0.2/32 -j DROP"] };
    expect(ask(ruled(drops), "host", "172.18.0.2:53/udp").failure).toBe("refusal");
    expect(ask(ruled(drops), outsider, "172.18.0.2:53/udp").failure).toBe("silence");
  });

  test("hears of no ICMP error in the middle of a TCP connection", () => {
    const tables = { filter: ["-A FORWARD -j REJECT --reject-with icmp-port-unreachable"] };
    const answer = ask(ruled(tables), outsider, "172.18.0.2:80", { state: "established" });
    expect(answer).toMatchObject({ verdict: "rejected", failure: "silence" });
  });
});

test("whether a refusal is heard is not known when only one way of it is", () => {
  const tables = { filter: [reject("tcp-reset"), "-A OUTPUT -m length --length 20:50 -j DROP"] };
  expect(ask(ruled(tables), outsider, "172.18.0.2:80")).toMatchObject({ verdict: "rejected", failure: null });
});

describe("the answer to an untracked packet", () => {
  test("has to come from where the packet was sent", () => {
    const tables = {
      raw: ["-A PREROUTING -i eth0 -j CT --notrack"],
      nat: ["-A POSTROUTING -o eth0 -p udp -j SNAT --to-source 192.0.2.10"],
    };
    const answer = ask(ruled(tables), outsider, "172.18.0.2:53/udp");
    expect(answer).toMatchObject({ verdict: "dropped", reply: { verdict: "dropped" } });
    expect(answer.because.join()).toContain("but the sender waits for one from 172.18.0.2:53");
  });
});

test("the answer to an untracked ping begins no connection, so that nothing translates it", () => {
  const tables = {
    raw: ["-A OUTPUT -p icmp -j CT --notrack"],
    nat: ["-A INPUT -p icmp -j SNAT --to-source 192.0.2.99"],
    filter: ["-A INPUT -p icmp -m conntrack ! --ctstate INVALID -j DROP"],
  };
  expect(ask(ruled(tables), "host", "172.18.0.2/icmp")).toMatchObject({
    verdict: "delivered",
    reply: { verdict: "delivered" },
  });
});

test("a bridge that does not call iptables does not tell it the port", () => {
  const tables = { filter: ["-A FORWARD -m physdev --physdev-is-in -j DROP"] };
  expect(ask(ruled(tables), "web", "203.0.113.9:80").verdict).toBe("dropped");
  const sysctl = { "net.bridge.bridge-nf-call-iptables": 0 };
  expect(ask(ruled(tables, { sysctl }), "web", "203.0.113.9:80").verdict).toBe("delivered");
});

describe("a server of datagrams", () => {
  const listening = (where: string) =>
    `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nudp   UNCONN 0      0 ${where}      0.0.0.0:*\n`;
  const assumed = (where: string, routes: readonly string[], to: string) =>
    ask({ texts: { "ss-listen": listening(where) }, routes }, "198.51.100.9@eth0", `${to}:161/udp`).assumes;
  const elsewhere = ["198.51.100.0/24 via 192.0.2.1 dev eth0 src 192.0.2.99 "];

  test("answers from the address that it is bound to", () => {
    expect(assumed("192.0.2.10:161", elsewhere, "192.0.2.10")).toEqual([]);
  });

  test("of all addresses may answer from the one that the route back picks", () => {
    expect(assumed("0.0.0.0:161", [], "192.0.2.10")).toEqual([]);
    expect(assumed("0.0.0.0:161", elsewhere, "192.0.2.10").join()).toContain(
      "answers from the address it was asked at",
    );
    expect(assumed("0.0.0.0:161", [], "172.18.0.1").join()).toContain("answers from the address it was asked at");
  });

  test("of all addresses may have no way back but from the one that was asked", () => {
    const texts = {
      "ss-listen": listening("0.0.0.0:161"),
      "ip-rule": "0:\tfrom all lookup local \n100:\tfrom 192.0.2.10 lookup 100 \n32766:\tfrom all lookup main \n",
    };
    const routes = ["prohibit 198.51.100.0/24 ", "default via 192.0.2.1 dev eth0 table 100 "];
    const answer = ask({ texts, routes }, "198.51.100.9@eth0", "192.0.2.10:161/udp");
    expect(answer.verdict).toBe("delivered");
    expect(answer.assumes.join()).toContain("answers from the address it was asked at");
  });
});
