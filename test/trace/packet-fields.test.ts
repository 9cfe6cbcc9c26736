import { describe, expect, test } from "vitest";
import { ask, iptables, type LabWishes, web } from "./lab.ts";

const outsider = "192.0.2.77@eth0";
const ruled = (tables: Readonly<Record<string, readonly string[]>>, more: LabWishes = {}): LabWishes => ({
  ...more,
  texts: { "iptables-save": iptables(tables) },
});
const ttlSet = (ttl: number, chain = "PREROUTING") => `-A ${chain} -j TTL --ttl-set ${ttl}`;

describe("the TTL", () => {
  test("that a rule sets to 1 ends the way at the next forwarder, which says so", () => {
    expect(
      ask(ruled({ mangle: [`-A PREROUTING -i eth0 -j TTL --ttl-set 1`] }), outsider, "172.18.0.2:80"),
    ).toMatchObject({
      verdict: "unroutable",
      reason: "ttl-expired",
      failure: "refusal",
      because: ["its TTL has run out at host"],
      reply: { verdict: "delivered" },
    });
    const ipv6 = { "ip6tables-save": iptables({ mangle: ["-A PREROUTING -i br-app -j HL --hl-set 1"] }) };
    const answer = ask({ texts: ipv6 }, "web", "[2001:db8:9::1]:443");
    expect(answer).toMatchObject({ verdict: "unroutable", reason: "ttl-expired", failure: "refusal" });
    expect(answer.because).toEqual(["its hop limit has run out at host"]);
  });

  test("ends it in silence when the ICMP error is dropped", () => {
    const rules = {
      mangle: ["-A PREROUTING -i eth0 -j TTL --ttl-set 1"],
      filter: ["-A OUTPUT -p icmp -m icmp --icmp-type 11 -j DROP"],
    };
    expect(ask(ruled(rules), outsider, "172.18.0.2:80")).toMatchObject({
      verdict: "unroutable",
      reason: "ttl-expired",
      failure: "silence",
    });
  });

  test("does not matter to a receiver, or to a bridge", () => {
    expect(ask(ruled({ mangle: [ttlSet(1)] }), outsider, "192.0.2.10:22").verdict).toBe("delivered");
    expect(ask(ruled({ mangle: [ttlSet(1)] }), "web", "db:80").verdict).toBe("delivered");
  });

  test("is one less at FORWARD", () => {
    const forward = (match: string) =>
      ask(ruled({ mangle: [ttlSet(9)], filter: [`-A FORWARD ${match} -j DROP`] }), outsider, "172.18.0.2:80").verdict;
    expect(forward("-m ttl --ttl-eq 8")).toBe("dropped");
    expect(forward("-m ttl --ttl-eq 9")).toBe("delivered");
  });

  test("is the kernel's default for what it sends itself, where that was captured", () => {
    const sent = (sysctl: Record<string, number>, match: string) =>
      ask(ruled({ filter: [`-A OUTPUT -m ttl ${match} -j DROP`] }, { sysctl }), "host", "172.18.0.2:80").verdict;
    expect(sent({ "net.ipv4.ip_default_ttl": 64 }, "--ttl-eq 64")).toBe("dropped");
    expect(sent({ "net.ipv4.ip_default_ttl": 128 }, "--ttl-eq 64")).toBe("delivered");
    expect(sent({}, "--ttl-eq 64")).toBe("unknown");
  });

  test("is large from outside, and not known better", () => {
    const from = (match: string) =>
      ask(ruled({ filter: [`-A FORWARD -i eth0 -m ttl ${match} -j DROP`] }), outsider, "172.18.0.2:80").verdict;
    expect(from("--ttl-lt 5")).toBe("delivered");
    expect(from("--ttl-gt 5")).toBe("dropped");
    expect(from("--ttl-eq 64")).toBe("unknown");
  });
});

describe("the type of service", () => {
  test("that one hook's rules set is seen at the next", () => {
    const rules = {
      mangle: ["-A PREROUTING -i eth0 -j TOS --set-tos 0x10/0xff"],
      filter: ["-A FORWARD -m tos --tos 0x10/0xff -j DROP"],
    };
    expect(ask(ruled(rules), outsider, "172.18.0.2:80").verdict).toBe("dropped");
  });

  test("comes back with the answer to a ping, and with no other", () => {
    const rules = {
      mangle: ["-A PREROUTING -i eth0 -j TOS --set-tos 0x10/0xff"],
      filter: ["-A FORWARD -i br-app -m tos --tos 0x10/0xff -j DROP"],
    };
    expect(ask(ruled(rules), outsider, "172.18.0.2/icmp").reply).toMatchObject({ verdict: "dropped" });
    expect(ask(ruled(rules), outsider, "172.18.0.2:80").verdict).toBe("delivered");
  });
});

describe("what POSTROUTING sees of a forwarded packet", () => {
  const post = (rule: string, from: string, to: string) =>
    ask(ruled({ mangle: [":POST - ", "-A POSTROUTING -j POST", `-A POST ${rule} -j DROP`] }), from, to).verdict;

  test("the interface it came in by", () => {
    expect(post("-i eth0", outsider, "172.18.0.2:80")).toBe("dropped");
    expect(post("-i eth0", "host", "172.18.0.2:80")).toBe("delivered");
  });

  test("no socket, unlike what the host sends", () => {
    expect(post("-o br-app -m owner ! --socket-exists", outsider, "172.18.0.2:80")).toBe("dropped");
    expect(post("-m owner --uid-owner 0-4294967294", outsider, "172.18.0.2:80")).toBe("delivered");
    expect(post("-m owner ! --socket-exists", "host", "172.18.0.2:80")).toBe("delivered");
  });
});

describe("a mark in OUTPUT", () => {
  const marked = (table: string): LabWishes =>
    ruled(
      { [table]: ["-A OUTPUT -d 172.18.0.2/32 -p tcp -j MARK --set-xmark 0x3/0xffffffff"] },
      { routes: ["unreachable 172.18.0.2 table 77 "] },
    );
  const rules =
    "0:\tfrom all lookup local \n100:\tfrom all fwmark 0x3 lookup 77 \n32766:\tfrom all lookup main \n32767:\tfrom all lookup default \n";
  const asked = (table: string) => {
    const wishes = marked(table);
    return ask({ ...wishes, texts: { ...wishes.texts, "ip-rule": rules } }, "host", "172.18.0.2:80");
  };

  test("of the mangle table asks for another route; a TCP client is not told that there is none", () => {
    expect(asked("mangle")).toMatchObject({ verdict: "unroutable", reason: "unreachable", failure: "silence" });
  });

  test("of another table does not", () => {
    expect(asked("filter").verdict).toBe("delivered");
    expect(asked("raw").verdict).toBe("delivered");
  });
});

describe("addrtype of IPv6 addresses", () => {
  const matched = (match: string) => {
    const texts = { "ip6tables-save": iptables({ filter: [`-A INPUT -m addrtype ${match} -j DROP`] }) };
    return ask({ texts, containers: [web] }, "web", "[2001:db8::10]:22").verdict === "dropped";
  };

  test("an own address is also unicast", () => {
    expect(matched("--dst-type UNICAST")).toBe(true);
    expect(matched("--dst-type LOCAL")).toBe(true);
    expect(matched("--dst-type LOCAL,UNICAST")).toBe(true);
  });

  test("several kinds have to hold together", () => {
    expect(matched("--dst-type LOCAL,MULTICAST")).toBe(false);
    expect(matched("--dst-type UNICAST,ANYCAST")).toBe(false);
  });

  test("on one interface only", () => {
    expect(matched("--dst-type LOCAL --limit-iface-in")).toBe(false);
    expect(matched("--src-type UNREACHABLE --limit-iface-in")).toBe(false);
  });
});
