import { describe, expect, test } from "vitest";
import { representativeOutside } from "../../src/dataplane/outside-candidates.ts";
import { formatAddress } from "../../src/lib/address.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { ask, iptables, type LabWishes, labSnapshot } from "../trace/lab.ts";

const stranger = (wishes: LabWishes): string =>
  formatAddress(representativeOutside(makeTracer(rebuildHost(labSnapshot(wishes))).dataplane, 4));
const ruled = (...input: readonly string[]): LabWishes => ({ texts: { "iptables-save": iptables({ filter: input }) } });

describe("who stands for any machine outside", () => {
  test("is nobody whom a rule, a set, a route or a policy rule names", () => {
    expect(stranger({})).toBe("198.51.100.7");
    expect(stranger(ruled("-A INPUT -s 198.51.100.7/32 -j DROP"))).toBe("203.0.113.77");
    expect(stranger({ routes: ["198.51.100.0/24 via 192.0.2.1 dev eth0 "] })).toBe("203.0.113.77");
    const ipset = "create bad hash:net family inet\nadd bad 198.51.100.0/24\nadd bad 203.0.113.0/24\n";
    const bogons = { texts: { ...ruled("-A INPUT -m set --match-set bad src -j DROP").texts, "ipset-save": ipset } };
    expect(stranger(bogons)).toBe("198.18.7.7");
  });

  test("is told apart from nobody by a half of all addresses", () => {
    expect(stranger(ruled("-A INPUT -s 128.0.0.0/1 -j ACCEPT", "-A INPUT -s 0.0.0.0/0 -j ACCEPT"))).toBe(
      "198.51.100.7",
    );
  });

  test("is the first of all where all are named", () => {
    expect(stranger(ruled("-A INPUT -s 0.0.0.0/2 -j DROP", "-A INPUT -s 192.0.0.0/2 -j DROP"))).toBe("198.51.100.7");
  });

  test("does not meet a list of bans", () => {
    const bans = ruled("-A FORWARD -s 198.51.100.0/24 -j DROP");
    expect(ask(bans, "eth0", "172.18.0.2:80")).toMatchObject({ verdict: "delivered", sourceSeen: "203.0.113.77" });
  });
});
