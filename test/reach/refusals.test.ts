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
