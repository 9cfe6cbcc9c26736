import { describe, expect, it } from "vitest";
import type { Environment } from "../../src/firewall/outcome.ts";
import type { Packet } from "../../src/firewall/packet.ts";
import type { IpSet } from "../../src/parsers/ipset-save.ts";
import { environment, packet, packet6, ping, udp } from "./packets.ts";
import { matches } from "./rules.ts";

/** A set; an entry may end in ` nomatch` or ` wildcard`. */
function ipset(name: string, type: string, entries: readonly string[], options: Record<string, string> = {}): IpSet {
  const members = entries.map((text, i) => {
    const [entry = "", flag] = text.split(" ");
    return { line: i, entry, nomatch: flag === "nomatch", options: flag === "wildcard" ? { wildcard: "" } : {} };
  });
  return { line: 1, name, type, options, members };
}

const sets = [
  ipset("ip", "hash:ip", ["192.0.2.1", "192.0.2.16/30", "192.0.2.40-192.0.2.42"], { family: "inet", timeout: "60" }),
  ipset("ip24", "hash:ip", ["192.0.2.0"], { netmask: "24" }),
  ipset("ipodd", "hash:ip", ["0.0.2.1"], { bitmask: "0.0.255.255" }),
  ipset("ip6", "hash:ip", ["2001:db8::1"], { family: "inet6" }),
  ipset("net", "hash:net", ["192.0.2.0/24", "192.0.2.0/28 nomatch", "192.0.2.1", "10.0.0.0/8 nomatch"]),
  ipset("net6", "hash:net", ["2001:db8::/32"], { family: "inet6" }),
  ipset("ipport", "hash:ip,port", ["192.0.2.1,tcp:80", "192.0.2.1,udp:53-60", "192.0.2.1,8080", "192.0.2.1,gre:0"]),
  ipset("icmp", "hash:ip,port", ["192.0.2.1,icmp:echo-request", "192.0.2.1,icmp:3/4"]),
  ipset("netport", "hash:net,port", ["192.0.0.0/16,tcp:80", "192.0.2.0/24,tcp:80 nomatch"]),
  ipset("ipportip", "hash:ip,port,ip", ["192.0.2.1,tcp:80,198.51.100.2"]),
  ipset("ipportnet", "hash:ip,port,net", ["192.0.2.1,tcp:80,198.51.100.0/24"]),
  ipset("netnet", "hash:net,net", ["192.0.2.0/24,198.51.0.0/16", "192.0.0.0/16,198.51.100.0/24 nomatch"]),
  ipset("netportnet", "hash:net,port,net", ["192.0.2.0/24,udp:80,198.51.100.0/24"]),
  ipset("netiface", "hash:net,iface", ["192.0.2.0/24,eth9", "192.0.0.0/16,eth0", "198.51.0.0/16,eth+"]),
  ipset("wild", "hash:net,iface", ["192.0.0.0/16,eth wildcard", "198.51.0.0/16,physdev:veth1"]),
  ipset("mac", "hash:mac", ["02:00:00:00:00:01"]),
  ipset("ipmac", "hash:ip,mac", ["192.0.2.1,02:00:00:00:00:01"]),
  ipset("ipmark", "hash:ip,mark", ["192.0.2.1,0x10"], { markmask: "0x000000f0" }),
  ipset("bip", "bitmap:ip", ["192.0.2.1"], { range: "192.0.2.0-192.0.2.255" }),
  ipset("bport", "bitmap:port", ["80", "100-200"], { range: "0-1024" }),
  ipset("bipmac", "bitmap:ip,mac", ["192.0.2.1", "192.0.2.2,02:00:00:00:00:09"]),
  ipset("list", "list:set", ["ip6", "net", "netport"]),
  ipset("loop", "list:set", ["loop", "list"]),
  ipset("odd", "hash:ip", ["nonsense"]),
  ipset("strange", "hash:moon", ["full"]),
];

const withSets: Environment = { ...environment, ipset: (name) => sets.find((set) => set.name === name) ?? null };

type Case = readonly [string, Packet, boolean | "maybe"];
const tcp = packet();
const from = (source: string): Packet => packet({ source });
const ephemeral = packet({ sourcePort: { from: 50, to: 90 } });

describe("sets", () => {
  it.each<Case>([
    ["ip src", tcp, true],
    ["ip dst", tcp, false],
    ["ip src,dst", tcp, true],
    ["ip src", from("192.0.2.18"), true],
    ["ip src", from("192.0.2.41"), true],
    ["ip src", from("192.0.2.43"), false],
    ["ip src", packet6(), false],
    ["ip24 src", tcp, true],
    ["ip24 src", from("192.0.3.1"), false],
    ["ipodd src", from("7.7.2.1"), true],
    ["ip6 src", packet6(), true],
    ["net src", tcp, true],
    ["net src", from("192.0.2.2"), false],
    ["net src", from("192.0.2.77"), true],
    ["net src", from("10.1.1.1"), false],
    ["net6 src", packet6(), true],
    ["ipport src,dst", tcp, true],
    ["ipport src", tcp, false],
    ["ipport src,src", tcp, false],
    ["ipport src,dst", packet({ destinationPort: { from: 8080, to: 8080 } }), true],
    ["ipport src,dst", udp({ destinationPort: { from: 55, to: 55 } }), true],
    ["ipport src,dst", udp(), false],
    ["ipport src,dst", packet({ protocol: 47 }), true],
    ["ipport src,src", ephemeral, "maybe"],
    ["ipport src,src", packet({ sourcePort: { from: 50_000, to: 60_000 } }), false],
    ["icmp src,dst", ping(), true],
    ["icmp src,dst", ping({ icmp: { type: 3, code: 4 } }), true],
    ["icmp src,dst", ping({ icmp: { type: 3, code: 1 } }), false],
    ["icmp src,dst", ping({ icmp: null }), "maybe"],
    ["netport src,dst", tcp, false],
    ["netport src,dst", from("192.0.9.1"), true],
    ["ipportip src,dst,dst", tcp, true],
    ["ipportip src,dst,src", tcp, false],
    ["ipportnet src,dst,dst", tcp, true],
    ["netnet src,dst", tcp, true],
    ["netnet src,dst", from("192.0.9.1"), false],
    ["netportnet src,dst,dst", tcp, false],
    ["netportnet src,dst,dst", udp(), true],
    ["netiface src,src", tcp, false],
    ["netiface src,src", from("192.0.9.1"), true],
    ["netiface dst,dst", tcp, false],
    ["netiface src,src", packet({ source: "192.0.9.1", incoming: null }), false],
    ["wild src,src", tcp, true],
    ["wild src,dst", packet({ outgoing: "lo" }), false],
    ["wild dst,dst", tcp, "maybe"],
    ["mac src", tcp, true],
    ["mac dst", tcp, "maybe"],
    ["mac src", packet({ mac: null }), "maybe"],
    ["mac src", packet({ mac: 0x02_00_00_00_00_02 }), false],
    ["ipmac src,src", tcp, true],
    ["ipmac src,src", packet({ mac: 0x02_00_00_00_00_02 }), false],
    ["ipmark src", packet({ mark: 0x10 }), false],
    ["ipmark src,src", packet({ mark: 0xf1f }), true],
    ["ipmark src,src", packet({ mark: 0x2f }), false],
    ["bip src", tcp, true],
    ["bip dst", tcp, false],
    ["bport dst", tcp, true],
    ["bport dst", udp(), true],
    ["bport dst", packet({ protocol: 132 }), false],
    ["bport src", ephemeral, "maybe"],
    ["bport src", packet({ sourcePort: { from: 110, to: 120 } }), true],
    ["bipmac src,src", tcp, true],
    ["bipmac src,src", from("192.0.2.2"), false],
    ["list src,dst", tcp, true],
    ["list src,dst", from("192.0.9.1"), true],
    ["list src,dst", from("10.0.0.1"), false],
    ["loop src", from("192.0.2.77"), false],
    ["odd src", tcp, "maybe"],
    ["strange src", tcp, "maybe"],
    ["missing src", tcp, "maybe"],
    ["ip sideways", tcp, "maybe"],
  ])("%s", (text, tested, expected) => {
    for (const negated of [false, true]) {
      const result = matches(`-m set ${negated ? "! " : ""}--match-set ${text} -j DROP`, tested, withSets);
      const unexpected = typeof expected === "boolean" && negated ? !expected : expected;
      expect(typeof result === "boolean" ? result : "maybe").toBe(unexpected);
    }
  });

  it("inverts the meaning of nomatch when asked to", () => {
    const rule = "-m set --match-set net src --return-nomatch -j DROP";
    expect(matches(rule, from("192.0.2.2"), withSets)).toBe(true);
    expect(matches(rule, from("192.0.2.77"), withSets)).toBe(false);
    expect(matches("-m set --match-set ip src --return-nomatch -j DROP", tcp, withSets)).toBe(true);
  });

  it("knows nothing of counters", () => {
    expect(matches("-m set --match-set ip src ! --update-counters -j DROP", tcp, withSets)).toBe(true);
    expect(matches("-m set --match-set ip src --packets-gt 3 -j DROP", tcp, withSets)).toEqual([
      "the counters of a set's entries change with every packet",
    ]);
  });

  it("says that sets were not captured", () => {
    const without: Environment = {
      ...environment,
      ipset: () => ({ because: { code: "sets-missing", set: "ip", lacks: "ipset-save" } }),
    };
    expect(matches("-m set --match-set ip src -j DROP", tcp, without)).toEqual([
      "the members of ipset ip were not captured",
    ]);
  });

  it("reads 10,000 members once, and none of them to look one up", () => {
    const entries = Array.from({ length: 10_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/${24 + (i % 8)}`);
    let reads = 0;
    const read = (entry: string): string => {
      reads++;
      return entry;
    };
    const { members, ...rest } = ipset("large", "hash:net", entries);
    const counted = members.map((member) => ({
      ...member,
      get entry() {
        return read(member.entry);
      },
    }));
    const large: IpSet = { ...rest, members: counted };
    const env: Environment = { ...environment, ipset: () => large };
    const text = "-m set --match-set large src -j DROP";
    expect(matches(text, from("10.0.0.0"), env)).toBe(true);
    expect(reads).toBeGreaterThan(0);
    reads = 0;
    for (let i = 0; i < 100; i++) expect(matches(text, from("10.200.0.0"), env)).toBe(false);
    expect(reads).toBe(0);
  });
});
