import type { Random } from "../support/random.ts";
import { bare, links, routerAddresses } from "./topology.ts";

/** Where a rule stands: what iptables and the kernel allow depends on it. */
export interface Place {
  readonly family: 4 | 6;
  readonly table: string;
  /** The builtin chain that leads to the rule. */
  readonly hook: "PREROUTING" | "INPUT" | "FORWARD" | "OUTPUT" | "POSTROUTING";
  readonly isUserChain: boolean;
  readonly sets: readonly { readonly name: string; readonly type: string }[];
}

export const destinationPorts: readonly number[] = [53, 80, 443, 5000, 8080, 9000];
export const firstSourcePort = 20_000;

export const interfaces: readonly string[] = ["lan0", "srv0", "br0", "lo"];
const ports: readonly string[] = ["port1", "port2"];

/** Every address of the little world. */
export function addresses(family: 4 | 6): readonly string[] {
  const all = [...links.flatMap((link) => link.addresses), ...Object.values(routerAddresses).flat()].map(bare);
  return all.filter((address) => address.includes(":") === (family === 6));
}

export function network(r: Random, family: 4 | 6): string {
  const net = 1 + r.below(3);
  return r.pick(
    family === 4
      ? [
          `10.77.${net}.0/24`,
          "10.77.0.0/16",
          "10.77.2.0/23",
          `10.77.${net}.0/30`,
          "0.0.0.3/0.0.0.3",
          "10.0.1.0/255.0.255.0",
        ]
      : [`fd77:${net}::/64`, "fd77::/16", `fd77:${net}::/126`, "fd77:2::/31", "::3/::3"],
  );
}

/** One address, or a network. */
const addressOrNetwork = (r: Random, family: 4 | 6): string =>
  r.chance(0.6) ? r.pick(addresses(family)) : network(r, family);

const sourcePort = (r: Random): number => firstSourcePort + r.below(200);
const portRange = (r: Random): string => {
  const low = sourcePort(r);
  return r.pick([`${low}`, `${low}:${low + 60}`, `:${low}`, `${low}:`, "20000:20199"]);
};
const destinationRange = (r: Random): string =>
  r.pick([`${r.pick(destinationPorts)}`, "80:500", ":443", "5000:", "1:65535", `${r.pick(destinationPorts)}`]);

const not = (r: Random, text: string): string => (r.chance(0.3) ? `! ${text}` : text);

/** iptables' own options. */
export function baseMatches(r: Random, place: Place): string[] {
  const parts: string[] = [];
  const { family, hook, isUserChain } = place;
  if (r.chance(0.35)) parts.push(not(r, `-s ${addressOrNetwork(r, family)}`));
  if (r.chance(0.35)) parts.push(not(r, `-d ${addressOrNetwork(r, family)}`));
  const mayIn = isUserChain || (hook !== "OUTPUT" && hook !== "POSTROUTING");
  const mayOut = isUserChain || (hook !== "PREROUTING" && hook !== "INPUT");
  // Not `! -i +`: it never matches, and iptables-save forgets to print it.
  const name = (): string => r.pick([...interfaces, ...interfaces, "l+", "br+", "srv+", "nosuch0"]);
  if (mayIn && r.chance(0.25)) parts.push(not(r, `-i ${name()}`));
  if (mayOut && r.chance(0.25)) parts.push(not(r, `-o ${name()}`));
  return parts;
}

/** `-p` with matches on that protocol; the protocol is null when it names none for certain. */
export function protocolMatches(r: Random, family: 4 | 6): { parts: string[]; protocol: string | null } {
  const icmp = family === 4 ? "icmp" : "ipv6-icmp";
  const protocol = r.weighted([
    [5, "tcp"],
    [5, "udp"],
    [2, icmp],
    [0.7, "sctp"],
    [0.5, "udplite"],
    [0.3, "gre"],
    [0.3, "99"],
  ]);
  if (r.chance(0.12)) return { parts: [`! -p ${protocol}`], protocol: null };
  const parts = [`-p ${protocol}`];
  if (r.chance(0.25)) return { parts, protocol };
  if (protocol === "tcp" || protocol === "udp" || protocol === "sctp") {
    if (r.chance(0.3)) parts.push(multiport(r));
    else {
      parts.push(`-m ${protocol}`);
      if (r.chance(0.6)) parts.push(not(r, `--dport ${destinationRange(r)}`));
      if (r.chance(0.3)) parts.push(not(r, `--sport ${portRange(r)}`));
      if (protocol === "tcp" && r.chance(0.3)) parts.push(tcpFlags(r));
    }
  } else if (protocol === "udplite") parts.push(multiport(r));
  else if (protocol === icmp) parts.push(icmpType(r, family));
  return { parts, protocol };
}

function multiport(r: Random): string {
  const list = [destinationRange(r), `${r.pick(destinationPorts)}`, "20010:20040"].filter((text) =>
    /^\d+(:\d+)?$/.test(text),
  );
  const kind = r.pick(["--dports", "--dports", "--sports", "--ports"]);
  return `-m multiport ${not(r, `${kind} ${list.join(",")}`)}`;
}

function tcpFlags(r: Random): string {
  const masks = ["SYN,ACK", "FIN,SYN,RST,ACK", "ALL", "SYN", "PSH,URG", "RST,FIN"];
  return not(
    r,
    r.pick(["--syn", `--tcp-flags ${r.pick(masks)} ${r.pick(["SYN", "NONE", "ACK", "SYN,ACK", "RST", "FIN,ACK"])}`]),
  );
}

function icmpType(r: Random, family: 4 | 6): string {
  if (family === 6)
    return `-m icmp6 ${not(r, `--icmpv6-type ${r.pick(["128", "echo-reply", "128/0", "128/1", "1"])}`)}`;
  return `-m icmp ${not(r, `--icmp-type ${r.pick(["8", "echo-reply", "8/0", "8/1", "any", "timestamp-request"])}`)}`;
}

function conntrack(r: Random, family: 4 | 6): string {
  const states = ["NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED", "SNAT", "DNAT"];
  const list = states.filter(() => r.chance(0.35));
  const state = not(r, `--ctstate ${list.length === 0 ? r.pick(states) : list.join(",")}`);
  const side = r.pick(["orig", "repl"]);
  const end = r.pick(["src", "dst"]);
  const port = (end === "src") === (side === "orig") ? portRange(r) : destinationRange(r);
  const other = r.pick([
    not(r, `--ctproto ${r.pick(["tcp", "udp", "1", "58"])}`),
    not(r, `--ct${side}${end} ${r.pick([...addresses(family), family === 4 ? "10.77.2.0/24" : "fd77:2::/64"])}`),
    not(r, `--ct${side}${end}port ${/^\d+(:\d+)?$/.test(port) ? port : "5000:9000"}`),
    `--ctdir ${r.pick(["ORIGINAL", "REPLY"])}`,
    not(r, `--ctstatus ${r.pick(["SEEN_REPLY", "CONFIRMED", "EXPECTED", "NONE", "ASSURED", "SEEN_REPLY,CONFIRMED"])}`),
  ]);
  return `-m conntrack ${r.weighted([
    [5, state],
    [2, other],
    [1.5, `${state} ${other}`],
  ])}`;
}

const markText = (r: Random): string => `0x${r.below(4).toString(16)}${r.pick(["", "/0x1", "/0x3", "/0xff"])}`;

function addrtype(r: Random, { family, hook, isUserChain }: Place): string {
  const types =
    family === 4
      ? ["LOCAL", "UNICAST", "BROADCAST", "MULTICAST", "UNREACHABLE"]
      : ["LOCAL", "UNICAST", "MULTICAST", "ANYCAST"];
  const list = types.filter(() => r.chance(0.3));
  const which = r.pick(["--dst-type", "--dst-type", "--src-type"]);
  const limit =
    hook === "PREROUTING" || hook === "INPUT" ? " --limit-iface-in" : hook === "OUTPUT" ? " --limit-iface-out" : "";
  const text = not(r, `${which} ${list.length === 0 ? "LOCAL" : list.join(",")}`);
  return `-m addrtype ${text}${!isUserChain && r.chance(0.25) ? limit : ""}`;
}

function physdev(r: Random, { hook }: Place): string {
  const name = r.pick([...ports, "port+", "lan0"]);
  const into = not(r, r.pick([`--physdev-in ${name}`, "--physdev-is-in"]));
  const out = not(r, r.pick([`--physdev-out ${name}`, "--physdev-is-out"]));
  const bridged = not(r, "--physdev-is-bridged");
  if (hook === "OUTPUT" || hook === "INPUT" || hook === "PREROUTING") return `-m physdev ${into}`;
  if (hook === "POSTROUTING") return `-m physdev ${r.pick(["--physdev-is-bridged ", ""])}${out}`;
  return `-m physdev ${r.pick([into, bridged, out, `${into} --physdev-is-bridged`, `--physdev-is-bridged ${out}`])}`;
}

function setMatch(r: Random, place: Place): string | null {
  if (place.sets.length === 0) return null;
  const { name, type } = r.pick(place.sets);
  const parts = type === "list:set" ? ["ip", "port", "ip"] : (type.split(":")[1] ?? "").split(",");
  // Ports are mostly those that packets go to; one part too few, or too many, can be written as well.
  const usual = { port: "dst", iface: "src", mac: "src" } as Readonly<Record<string, string>>;
  const sides = parts.map((part) => (r.chance(0.7) ? (usual[part] ?? "") : "") || r.pick(["src", "dst"]));
  const change = r.below(12);
  if (change === 0) sides.push("src");
  if (change === 1 && sides.length > 1) sides.pop();
  return `-m set ${not(r, `--match-set ${name} ${sides.join(",")}`)}${r.chance(0.1) ? " --return-nomatch" : ""}`;
}

function numbers(r: Random, family: 4 | 6): string {
  const hop = family === 4 ? "ttl" : "hl";
  return r.pick([
    `-m length ${not(r, `--length ${r.pick(["32", "40:60", ":44", "52:", "60", "20:80"])}`)}`,
    `-m ${hop} ${not(r, `--${hop}-eq ${r.pick(["64", "63", "5", "4"])}`)}`,
    `-m ${hop} --${hop}-lt ${r.pick(["64", "6", "5"])}`,
    `-m ${hop} --${hop}-gt ${r.pick(["63", "4", "5"])}`,
    `-m tos ${not(r, `--tos ${r.pick(["0x00", "0x10/0x3f", "0x10/0xff", "0x08/0x08", "0xb8"])}`)}`,
    `-m dscp ${not(r, `--dscp ${r.pick(["0x00", "0x04", "0x2e"])}`)}`,
    `-m ecn ${not(r, `--ecn-ip-ect ${r.below(4)}`)}`,
  ]);
}

function iprange(r: Random, family: 4 | 6): string {
  const net = 1 + r.below(3);
  const range =
    family === 4 ? `10.77.${net}.2-10.77.${r.pick([net, 3])}.3` : `fd77:${net}::2-fd77:${r.pick([net, 3])}::3`;
  return `-m iprange ${not(r, `--${r.pick(["src", "dst"])}-range ${range}`)}`;
}

/** Matches that nobody can foresee: a trace may say so, but must not be wrong. */
function unknowable(r: Random): string {
  return r.pick([
    "-m limit --limit 5/sec --limit-burst 3",
    "-m statistic --mode random --probability 0.5",
    "-m statistic --mode nth --every 2 --packet 0",
    "-m recent --rcheck --name vskt",
    "-m time --timestart 00:00 --timestop 12:00",
    '-m string --string "xx" --algo bm',
    "-m cpu --cpu 0",
    '-m u32 --u32 "0&0xFF=0x30"',
  ]);
}

/** One match that goes with any protocol; null when there is none of the kind picked. */
export function anyMatch(r: Random, place: Place): string | null {
  const { family, hook, isUserChain } = place;
  const outgoing = hook === "OUTPUT" || hook === "POSTROUTING";
  const kind = r.weighted<() => string | null>([
    [6, () => conntrack(r, family)],
    [
      1,
      () => `-m state ${not(r, `--state ${r.pick(["NEW", "ESTABLISHED", "INVALID,UNTRACKED", "NEW,ESTABLISHED"])}`)}`,
    ],
    [3, () => `-m mark ${not(r, `--mark ${markText(r)}`)}`],
    [2, () => `-m connmark ${not(r, `--mark ${markText(r)}`)}`],
    [3, () => addrtype(r, place)],
    [3, () => setMatch(r, place)],
    [1.5, () => physdev(r, place)],
    [2.5, () => numbers(r, family)],
    [1.5, () => iprange(r, family)],
    [0.5, () => `-m pkttype ${not(r, `--pkt-type ${r.pick(["unicast", "broadcast", "multicast"])}`)}`],
    [0.5, () => '-m comment --comment "a \\"b\\" -j DROP"'],
    [1, () => (outgoing ? null : `-m mac ${not(r, `--mac-source ${r.pick(links).mac}`)}`)],
    [1, () => (hook === "OUTPUT" || (hook === "POSTROUTING" && !isUserChain) ? owner(r) : null)],
    [
      0.3,
      () =>
        family === 4
          ? not(r, "-f")
          : `-m ${r.pick(["frag --fragid 1", "rt --rt-type 0", "hbh --hbh-len 8", "dst --dst-len 8"])}`,
    ],
    [0.15, () => unknowable(r)],
    [0.2, () => "-m recent --set --name vskt"],
  ]);
  return kind();
}

function owner(r: Random): string {
  return `-m owner ${not(r, r.pick(["--uid-owner 1000", "--uid-owner 0-999", "--gid-owner 1000", "--socket-exists"]))}`;
}
