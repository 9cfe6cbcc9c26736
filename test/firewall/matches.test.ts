import { describe, expect, it } from "vitest";
import type { Packet } from "../../src/firewall/packet.ts";
import { packet, packet6, ping, udp } from "./packets.ts";
import { matches } from "./rules.ts";

/** A rule, a packet, and whether the packet meets the rule's conditions; `maybe` when that cannot be known. */
type Case = readonly [string, Packet, boolean | "maybe"];

const tcp = packet();
const output = packet({ incoming: null, owner: { uid: 1000, gid: 100 } });
const untracked = packet({ connection: { state: "untracked" } });
const invalid = packet({ connection: { state: "invalid" } });
const established = packet({ connection: { state: "established", seenReply: true } });
const reply = packet({ connection: { state: "established", direction: "reply", seenReply: true } });
const ephemeral = packet({ sourcePort: { from: 32_768, to: 60_999 } });
const bridged = packet({
  bridged: true,
  incomingPort: "veth1",
  outgoingPort: "veth2",
  incoming: "br0",
  outgoing: "br0",
});
const cameByPort = packet({ incomingPort: "veth1", incoming: "br0" });
const gre = packet({ protocol: 47 });
const ping6 = packet6({ protocol: 58, icmp: { type: 128, code: 0 } });

function check(cases: readonly Case[]): void {
  it.each(cases)("%s", (text, tested, expected) => {
    const result = matches(`${text} -j ACCEPT`, tested);
    expect(typeof result === "boolean" ? result : "maybe").toBe(expected);
  });
}

describe("addresses", () => {
  check([
    ["-s 192.0.2.1/32", tcp, true],
    ["-s 192.0.2.2/32", tcp, false],
    ["! -s 192.0.2.2/32", tcp, true],
    ["-s ! 192.0.2.2/32", tcp, true],
    ["-s 192.0.2.0/24 -d 198.51.100.0/24", tcp, true],
    ["-s 192.0.2.0/24 ! -d 198.51.100.0/24", tcp, false],
    ["--source 192.0.0.0/255.255.0.0", tcp, true],
    ["-s 0.0.2.1/0.0.255.255", tcp, true],
    ["-s 0.0.2.2/0.0.255.255", tcp, false],
    ["! -s 0.0.2.2/0.0.255.255", tcp, true],
    ["-s 0.0.0.0/0", tcp, true],
    ["-s 2001:db8::/32", packet6(), true],
    ["-d 2001:db8::/48", packet6(), false],
    ["-d 2001:db8:1::2", packet6(), true],
    ["-d ::2/::ffff", packet6(), true],
    ["-s 2001:db8::/32", tcp, "maybe"],
    ["-s example.org", tcp, "maybe"],
    ["-m iprange --src-range 192.0.2.0-192.0.2.1", tcp, true],
    ["-m iprange --src-range 192.0.2.2-192.0.2.9", tcp, false],
    ["-m iprange ! --src-range 192.0.2.2-192.0.2.9 --dst-range 198.51.100.2-198.51.100.2", tcp, true],
    ["-m iprange --dst-range 2001:db8:1::1-2001:db8:1::3", packet6(), true],
  ]);
});

describe("interfaces", () => {
  check([
    ["-i eth0", tcp, true],
    ["-i eth", tcp, false],
    ["-i eth+", tcp, true],
    ["-i eth0+", tcp, true],
    ["-i +", tcp, true],
    ["! -i +", tcp, false],
    ["! -i eth+ -o eth1", tcp, false],
    ["-i eth0 ! -o eth0", tcp, true],
    ["-i eth0", output, false],
    ["! -i eth0", output, true],
    ["-i eth+", output, false],
    ["-i +", output, true],
  ]);
});

describe("protocols and ports", () => {
  check([
    ["-p tcp", tcp, true],
    ["-p udp", tcp, false],
    ["! -p udp", tcp, true],
    ["-p 6", tcp, true],
    ["-p all", tcp, true],
    ["-p 0", tcp, true],
    ["-p TCP", tcp, true],
    ["-p gre", gre, true],
    ["-p nosuch", tcp, "maybe"],
    ["-p ipv6-icmp", ping6, true],
    ["-p icmpv6", ping6, true],
    ["-p tcp -m tcp --dport 80", tcp, true],
    ["-p tcp --dport 80", tcp, true],
    ["-p tcp -m tcp --dport http", tcp, true],
    ["-p tcp -m tcp ! --dport 80", tcp, false],
    ["-p tcp -m tcp ! --dport 80", udp(), false],
    ["-p tcp -m tcp --dport 79:81", tcp, true],
    ["-p tcp -m tcp --dport :79", tcp, false],
    ["-p tcp -m tcp --dport 81:", tcp, false],
    ["-p tcp -m tcp --sport 1024: --dport 80", tcp, true],
    ["-p udp -m udp --dport 80", tcp, false],
    ["-p udp -m udp --dport 80", udp(), true],
    ["-p udp -m udp ! --dport 80", udp(), false],
    ["-m tcp ! --dport 81", udp(), false],
    ["-p sctp -m sctp --dport 80", packet({ protocol: 132 }), true],
    ["-p sctp -m sctp --chunk-types any INIT", packet({ protocol: 132 }), "maybe"],
    ["-p dccp -m dccp --dport 80", packet({ protocol: 33 }), true],
    ["-p tcp -m tcp --sport 32768:60999", ephemeral, true],
    ["-p tcp -m tcp --sport 1:100", ephemeral, false],
    ["-p tcp -m tcp --sport 1:40000", ephemeral, "maybe"],
    ["-p tcp -m tcp ! --sport 1:40000", ephemeral, "maybe"],
    ["-p tcp -m tcp ! --sport 1:100", ephemeral, true],
    ["-p tcp -m tcp --dport 90:80", tcp, "maybe"],
    ["-p tcp -m tcp --dport 70000", tcp, "maybe"],
    ["-p tcp -m multiport --dports 22,80,443", tcp, true],
    ["-p tcp -m multiport --dports 22,70:90", tcp, true],
    ["-p tcp -m multiport ! --dports 22,80", tcp, false],
    ["-p tcp -m multiport ! --dports 22,80", udp(), false],
    ["-p tcp -m multiport --sports 80", tcp, false],
    ["-p tcp -m multiport --ports 40000", tcp, true],
    ["-p tcp -m multiport --ports 80", tcp, true],
    ["-p tcp -m multiport ! --ports 80", tcp, false],
    ["-p tcp -m multiport --ports 81", tcp, false],
    ["-p tcp -m multiport --sports 32768:40000,40001:60999", ephemeral, true],
    ["-p tcp -m multiport --sports 32768:40000,40002:60999", ephemeral, "maybe"],
    ["-m multiport --dports 80", tcp, true],
    ["-m multiport ! --dports 80", gre, false],
    ["-p tcp -m tcp --tcp-flags SYN,ACK SYN", tcp, true],
    ["-p tcp -m tcp --tcp-flags SYN,ACK ACK", tcp, false],
    ["-p tcp -m tcp ! --tcp-flags SYN,ACK ACK", tcp, true],
    ["-p tcp -m tcp --tcp-flags ALL NONE", packet({ tcpFlags: 0 }), true],
    ["-p tcp -m tcp --syn", tcp, true],
    ["-p tcp -m tcp --syn", packet({ tcpFlags: 18 }), false],
    ["-p tcp -m tcp ! --syn", packet({ tcpFlags: 18 }), true],
    ["-p tcp -m tcp --syn", packet({ tcpFlags: null }), "maybe"],
    ["-p tcp -m tcp --tcp-option 5", tcp, "maybe"],
    ["-f", tcp, false],
    ["! -f", tcp, true],
  ]);
});

describe("ICMP", () => {
  check([
    ["-p icmp -m icmp --icmp-type 8", ping(), true],
    ["-p icmp -m icmp --icmp-type echo-request", ping(), true],
    ["-p icmp -m icmp --icmp-type 8/0", ping(), true],
    ["-p icmp -m icmp --icmp-type 8/1", ping(), false],
    ["-p icmp -m icmp --icmp-type 0", ping(), false],
    ["-p icmp -m icmp ! --icmp-type 0", ping(), true],
    ["-p icmp -m icmp --icmp-type any", ping(), true],
    ["-p icmp -m icmp ! --icmp-type any", ping(), false],
    ["-p icmp -m icmp ! --icmp-type 0", tcp, false],
    ["-p icmp --icmp-type 3/4", ping({ icmp: { type: 3, code: 4 } }), true],
    ["-p icmp -m icmp --icmp-type fragmentation-needed", ping({ icmp: { type: 3, code: 4 } }), true],
    ["-p icmp -m icmp --icmp-type 8", ping({ icmp: null }), "maybe"],
    ["-p icmp -m icmp --icmp-type nonsense", ping(), "maybe"],
    ["-p ipv6-icmp -m icmp6 --icmpv6-type 128", ping6, true],
    ["-p ipv6-icmp -m icmp6 --icmpv6-type echo-reply", ping6, false],
    ["-p ipv6-icmp -m icmp6 --icmpv6-type 255", ping6, false],
    ["-p ipv6-icmp -m icmp6 --icmpv6-type neighbour-solicitation", ping6, false],
  ]);
});

describe("conntrack", () => {
  const natted = packet({ connection: { sourceNat: true } });
  const related = packet({ connection: { state: "related" } });
  check([
    ["-m conntrack --ctstate NEW", tcp, true],
    ["-m conntrack --ctstate RELATED,ESTABLISHED", tcp, false],
    ["-m conntrack --ctstate RELATED,ESTABLISHED", established, true],
    ["-m conntrack ! --ctstate NEW", tcp, false],
    ["-m state --state NEW,ESTABLISHED", tcp, true],
    ["-m state ! --state INVALID", tcp, true],
    ["-m conntrack --ctstate INVALID", invalid, true],
    ["-m conntrack --ctstate UNTRACKED", untracked, true],
    ["-m conntrack --ctstate NEW", untracked, false],
    ["-m conntrack --ctstate SNAT", natted, true],
    ["-m conntrack --ctstate DNAT", natted, false],
    ["-m conntrack ! --ctstate SNAT", natted, false],
    ["-m conntrack --ctstate SNAT", packet({ connection: { state: "invalid", sourceNat: true } }), false],
    ["-m conntrack --ctstate NOSUCH", tcp, "maybe"],
    ["-m conntrack --ctproto 6", tcp, true],
    ["-m conntrack ! --ctproto tcp", tcp, false],
    ["-m conntrack --ctorigsrc 192.0.2.0/24", tcp, true],
    ["-m conntrack ! --ctorigdst 192.0.2.0/24", tcp, true],
    ["-m conntrack --ctreplsrc 198.51.100.2", tcp, true],
    ["-m conntrack --ctrepldst 192.0.2.2", tcp, false],
    ["-m conntrack --ctorigdstport 80", tcp, true],
    ["-m conntrack --ctorigdstport 79:81", tcp, true],
    ["-m conntrack ! --ctorigsrcport 40000", tcp, false],
    ["-m conntrack --ctreplsrcport 80 --ctrepldstport 40000", tcp, true],
    ["-m conntrack --ctorigsrcport 32768:40000", ephemeral, "maybe"],
    ["-m conntrack --ctorigdstport 80", ping(), "maybe"],
    ["-m conntrack --ctorigdstport 0", packet({ protocol: 99 }), true],
    ["-m conntrack --ctdir ORIGINAL", tcp, true],
    ["-m conntrack --ctdir REPLY", tcp, false],
    ["-m conntrack --ctdir REPLY", reply, true],
    ["-m conntrack --ctdir ORIGINAL", untracked, false],
    ["-m conntrack --ctdir REPLY", untracked, false],
    ["-m conntrack ! --ctproto 6", untracked, false],
    ["-m conntrack --ctstate UNTRACKED --ctdir ORIGINAL", untracked, true],
    ["-m conntrack --ctstate NEW --ctdir REPLY", tcp, false],
    ["-m conntrack --ctstate INVALID ! --ctproto 6", invalid, true],
    ["-m conntrack --ctstate ESTABLISHED --ctdir REPLY", reply, true],
    ["-m conntrack --ctstatus SEEN_REPLY", reply, true],
    ["-m conntrack --ctstatus SEEN_REPLY", tcp, false],
    ["-m conntrack --ctstatus NONE", tcp, false],
    ["-m conntrack ! --ctstatus NONE", tcp, true],
    ["-m conntrack --ctstatus CONFIRMED", tcp, false],
    ["-m conntrack --ctstatus CONFIRMED", established, true],
    ["-m conntrack --ctstatus ASSURED", tcp, false],
    ["-m conntrack --ctstatus ASSURED", established, "maybe"],
    ["-m conntrack --ctstatus EXPECTED", tcp, false],
    ["-m conntrack --ctstatus EXPECTED", related, "maybe"],
    ["-m conntrack --ctstatus SEEN_REPLY,ASSURED", reply, true],
    ["-m conntrack --ctexpire 1:100", tcp, "maybe"],
    ["-m conntrack --ctexpire 1:100", untracked, false],
    ["-m helper --helper ftp", tcp, false],
    ["-m helper ! --helper ftp", tcp, true],
    ["-m helper --helper ftp", related, "maybe"],
  ]);
});

describe("marks", () => {
  const marked = packet({ mark: 0x15, connection: { mark: 0x20 } });
  check([
    ["-m mark --mark 0x15", marked, true],
    ["-m mark --mark 0x5/0xf", marked, true],
    ["-m mark ! --mark 0x5/0xf", marked, false],
    ["-m mark --mark 0x15/0xf", marked, false],
    ["-m mark --mark 0xffffffff", packet({ mark: 0xffffffff }), true],
    ["-m mark --mark 0x80000000/0x80000000", packet({ mark: 0xffffffff }), true],
    ["-m connmark --mark 0x20", marked, true],
    ["-m connmark --mark 0x0", tcp, true],
    ["-m connmark --mark 0x0", untracked, false],
    ["-m connmark ! --mark 0x20", untracked, false],
    ["-m mark --mark 21 -m connmark --mark 32", marked, true],
    ["-m mark --mark nonsense", marked, "maybe"],
  ]);
});

describe("address types", () => {
  const local = packet({ destination: "203.0.113.1" });
  check([
    ["-m addrtype --dst-type LOCAL", local, true],
    ["-m addrtype ! --dst-type LOCAL", local, false],
    ["-m addrtype --dst-type LOCAL,BROADCAST --src-type UNICAST", local, true],
    ["-m addrtype --src-type LOCAL --dst-type LOCAL", local, false],
    ["-m addrtype --dst-type LOCAL --limit-iface-in", local, true],
    ["-m addrtype --dst-type LOCAL --limit-iface-out", local, false],
    ["-m addrtype --dst-type NOSUCH", local, "maybe"],
  ]);
});

describe("bridges", () => {
  check([
    ["-m physdev --physdev-in veth1", bridged, true],
    ["-m physdev --physdev-in veth+", bridged, true],
    ["-m physdev ! --physdev-in veth1", bridged, false],
    ["-m physdev --physdev-out veth2", bridged, true],
    ["-m physdev --physdev-is-bridged", bridged, true],
    ["-m physdev ! --physdev-is-bridged", bridged, false],
    ["-m physdev --physdev-is-in --physdev-is-out", bridged, true],
    ["-m physdev --physdev-in veth1", tcp, false],
    ["-m physdev ! --physdev-in veth1", tcp, true],
    ["-m physdev ! --physdev-out veth1", tcp, true],
    ["-m physdev ! --physdev-out veth9", cameByPort, false],
    ["-m physdev ! --physdev-out veth9", bridged, true],
    ["-m physdev --physdev-is-in", cameByPort, true],
    ["-m physdev --physdev-is-bridged", cameByPort, false],
    ["-m physdev ! --physdev-is-bridged", tcp, true],
    ["-m pkttype --pkt-type unicast", tcp, true],
    ["-m pkttype ! --pkt-type unicast", tcp, false],
    ["-m pkttype --pkt-type multicast", packet({ castType: "loopback", destination: "224.0.0.1" }), true],
    ["-m pkttype --pkt-type broadcast", packet({ castType: "loopback" }), true],
    ["-m mac --mac-source 02:00:00:00:00:01", tcp, true],
    ["-m mac ! --mac-source 02:00:00:00:00:02", tcp, true],
    ["-m mac --mac-source 02:00:00:00:00:01", packet({ mac: null }), "maybe"],
    ["-m mac ! --mac-source 02:00:00:00:00:01", packet({ mac: null, incoming: "lo" }), false],
  ]);
});

describe("header fields", () => {
  check([
    ["-m length --length 60", tcp, true],
    ["-m length --length 61:", tcp, false],
    ["-m length ! --length 0:100", tcp, false],
    ["-m length --length 60", packet({ length: null }), "maybe"],
    ["-m ttl --ttl-eq 64", tcp, true],
    ["-m ttl ! --ttl-eq 64", tcp, false],
    ["-m ttl --ttl-lt 64", tcp, false],
    ["-m ttl --ttl-lt 0", tcp, false],
    ["-m ttl --ttl-gt 63", tcp, true],
    ["-m ttl --ttl-gt 255", tcp, false],
    ["-m hl --hl-eq 255", packet6({ ttl: { from: 255, to: 255 } }), true],
    ["-m ttl --ttl-eq 64", packet({ ttl: { from: 33, to: 255 } }), "maybe"],
    ["-m ttl --ttl-lt 5", packet({ ttl: { from: 33, to: 255 } }), false],
    ["-m ttl --ttl-gt 5", packet({ ttl: { from: 33, to: 255 } }), true],
    ["-m tos --tos 0x10/0xff", packet({ tos: 0x10 }), true],
    ["-m tos --tos 0x10/0x3f", packet({ tos: 0xd0 }), true],
    ["-m tos --tos Minimize-Delay", packet({ tos: 0xd0 }), true],
    ["-m tos ! --tos 0x10/0xff", packet({ tos: 0x11 }), true],
    ["-m dscp --dscp 0x2e", packet({ tos: 0xb8 }), true],
    ["-m dscp --dscp-class EF", packet({ tos: 0xba }), true],
    ["-m dscp ! --dscp 0x00", packet({ tos: 3 }), false],
    ["-m ecn --ecn-ip-ect 2", packet({ tos: 0xba }), true],
    ["-m rt --rt-type 0", packet6(), false],
    ["-m rt ! --rt-type 0", packet6(), false],
    ["-m frag --fragfirst", packet6(), false],
    ["-m comment --comment x", tcp, true],
  ]);
});

describe("sockets", () => {
  check([
    ["-m owner --uid-owner 1000", output, true],
    ["-m owner --uid-owner 0-999", output, false],
    ["-m owner ! --uid-owner 0-999", output, true],
    ["-m owner --gid-owner 100", output, true],
    ["-m owner --gid-owner 7 --suppl-groups", output, "maybe"],
    ["-m owner --socket-exists", output, true],
    ["-m owner --socket-exists", tcp, false],
    ["-m owner --uid-owner 1000", tcp, false],
    ["-m owner ! --uid-owner 1000", tcp, true],
    ["-m owner --uid-owner 1000", packet({ owner: { uid: null, gid: null } }), "maybe"],
    ["-m owner --uid-owner alice", output, "maybe"],
    ["-m socket --transparent", tcp, "maybe"],
  ]);
});

describe("what no snapshot tells", () => {
  check([
    ["-m limit --limit 3/min --limit-burst 10", tcp, "maybe"],
    ["-p udp -m limit --limit 3/min", tcp, false],
    ["-m hashlimit --hashlimit-upto 1/sec --hashlimit-mode srcip --hashlimit-name x", tcp, "maybe"],
    ["-p tcp -m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr", tcp, "maybe"],
    ["-m recent --rcheck --seconds 60 --name x --mask 255.255.255.255 --rsource", tcp, "maybe"],
    ["-m recent --set --name x --mask 255.255.255.255 --rsource", tcp, true],
    ["-m recent ! --set --name x", tcp, false],
    ["-m statistic --mode random --probability 0.50000000000", tcp, "maybe"],
    ["-m statistic --mode random --probability 1.00000000000", tcp, true],
    ["-m statistic --mode random ! --probability 0.00000000000", tcp, true],
    ["-m statistic --mode nth --every 3 --packet 0", tcp, "maybe"],
    ["-m time --timestart 01:00:00 --timestop 02:00:00", tcp, "maybe"],
    ['-m string --string "x y" --algo bm --to 65535', tcp, "maybe"],
    ['-m u32 --u32 "0x0=0x0"', tcp, "maybe"],
    ['-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"', tcp, "maybe"],
    ["-m rpfilter --invert", tcp, "maybe"],
    ["-m policy --dir in --pol ipsec", tcp, "maybe"],
    ["-m cpu --cpu 0", tcp, "maybe"],
    ["-m nosuch --anything at all", tcp, "maybe"],
    ["--nosuch thing", tcp, "maybe"],
    ["-m mark --nosuch thing", tcp, "maybe"],
    ["-i eth9 -m nosuch", tcp, false],
  ]);

  it("says why", () => {
    expect(matches("-m limit --limit 3/min -j LOG", packet())).toEqual([
      "-m limit: it depends on how many packets came before",
    ]);
    expect(matches("-m nosuch -j LOG", packet())).toEqual(["-m nosuch: the module is not known to this program"]);
    expect(matches("-p tcp --dport 1:2:3 -j LOG", packet())).toEqual(["--dport 1:2:3 cannot be read"]);
  });
});

describe("two negated ports of iptables-nft", () => {
  const text = "-p tcp -m tcp ! --sport 40000 ! --dport 80";
  const [source, destination] = [
    { from: 1, to: 1 },
    { from: 2, to: 2 },
  ];
  const cases: [Packet, boolean | "maybe"][] = [
    [packet(), false],
    [packet({ sourcePort: source, destinationPort: destination }), true],
    [packet({ sourcePort: source }), "maybe"],
    [packet({ destinationPort: destination }), "maybe"],
  ];

  it("are sure only when both or neither are those of the packet", () => {
    for (const [tested, expected] of cases) {
      const result = matches(`${text} -j DROP`, tested);
      expect(typeof result === "boolean" ? result : "maybe").toBe(expected);
      expect(matches("-p tcp -m tcp ! --sport 40000 ! --dport 80:81 -j DROP", tested)).toBe(expected === true);
    }
  });
});

describe("options out of their place", () => {
  check([
    ["-m conntrack -p tcp --ctstate NEW --dport 80", tcp, true],
    ["-m mark -m connmark --mark 0x1", packet({ mark: 1 }), false],
    ["-m set --match-set a src -i eth9", tcp, false],
    ["-t filter -i eth0", tcp, true],
  ]);
});
