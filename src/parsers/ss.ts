import { hostPart } from "../lib/endpoint.ts";
import { isTransport } from "../lib/protocol.ts";
import { otherSocket, readLocalAddress, type SocketLine } from "./socket-address.ts";
import type { Listener } from "./ss-listen.ts";

// The output of ss: iproute2 misc/ss.c (4.3, 6.x, 7.1). The names of sockets: `proto_name`, `unix_netid_name` and the like.
const internet = new Set(["tcp", "udp", "sctp", "mptcp", "dccp", "raw", "icmp6", "???"]);

const states =
  "LISTEN|UNCONN|ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-1|FIN-WAIT-2|TIME-WAIT|CLOSE-WAIT|LAST-ACK|CLOSING|UNKNOWN|UNDEF";
const ssLine = new RegExp(String.raw`^\s*(?:(\S+)\s+)?(${states})\s+\d+\s+\d+\s+(\S+)\s+(\S+)(?:\s+(\S.*)?)?$`);

/** Reads one line of ss; null when it is none. */
export function readSsLine(text: string, line: number): SocketLine | null {
  const match = ssLine.exec(text);
  if (match === null) return null;
  const [, netid, state = "", localText = "", , rest = ""] = match;
  if (netid !== undefined && !internet.has(netid)) return otherSocket("not an internet socket");
  if (state !== "LISTEN" && state !== "UNCONN") return otherSocket(`a connection (${state}), not a listener`);
  const local = readLocalAddress(localText);
  if (local === null) return { socket: null, why: "expected an address and a port in digits (ss -n)" };
  const { wildcard, bare, ...address } = local;
  // Asked for one protocol only, ss leaves the column out; the state tells which.
  const protocol = netid === undefined ? (state === "LISTEN" ? "tcp" : "udp") : toProtocol(netid);
  const { processes, why } = readUsers(rest);
  return { socket: { listener: { line, protocol, ...address, state, processes }, wildcard, bare }, why };
}

function toProtocol(netid: string): Listener["protocol"] {
  return isTransport(netid) ? netid : "other";
}

/** Reads `users:(("sshd",pid=1,fd=3),…)`; a process may be named anything. The fields of `-e` and `-o` are read past. */
function readUsers(rest: string): { readonly processes: Listener["processes"]; readonly why: string | null } {
  const [, users = "", further = rest] = /^users:\((\(".*\))\)(.*)$/s.exec(rest) ?? [];
  const processes: { name: string; pid: number }[] = [];
  const one = /\("(.{0,255}?)",pid=(\d+)(?:,[^()]{0,200})?\)(?:,|$)/y;
  let end = 0;
  for (let match = one.exec(users); match !== null; match = one.exec(users)) {
    end = one.lastIndex;
    const [, name = "", pid = ""] = match;
    const last = processes.at(-1);
    // A process is listed once for each of its descriptors.
    if (last?.name !== name || last.pid !== Number(pid)) processes.push({ name, pid: Number(pid) });
  }
  if (end < users.length) return { processes, why: "processes that are not understood" };
  const unknown = further.split(/\s+/).find((field) => !/^(\w+:\S*|<->|-->|<--|---)?$/.test(field));
  return { processes, why: unknown === undefined ? null : `unknown field ${unknown.slice(0, 40)}` };
}

/** Prints listeners as `ss -lntup` does; queues and descriptors, which are not kept, as 0 and not at all. */
export function printSs(listeners: readonly Listener[]): string {
  const rows = listeners.map((listener) => ({
    start: [listener.protocol === "other" ? "???" : listener.protocol, listener.state ?? "UNCONN", "0", "0"],
    local: printHost(listener, listener.address),
    peer: printHost({ ...listener, interface: null }, null),
    port: String(listener.port),
    users: listener.processes.map(({ name, pid }) => `("${name}",pid=${pid})`).join(","),
  }));
  const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const headings = ["Netid", "State", "Recv-Q", "Send-Q"];
  const starts = headings.map((heading, i) => widest([heading, ...rows.map(({ start }) => start[i] ?? "")]));
  const [local, port, peer] = [
    widest(["Local Address", ...rows.map((row) => row.local)]),
    widest(["Port", ...rows.map((row) => row.port)]),
    widest(["Peer Address", ...rows.map((row) => row.peer)]),
  ];
  const print = (start: readonly string[], ...[from, number, to, star, users]: readonly string[]): string =>
    `${[
      ...start.map((text, i) => text.padEnd(starts[i] ?? 0)),
      `${from?.padStart(local)}:${number?.padEnd(port)}`,
      `${to?.padStart(peer)}:${star?.padEnd("Port".length)}${users}`,
    ].join(" ")}\n`;
  return [
    print(headings, "Local Address", "Port", "Peer Address", "Port", "Process"),
    ...rows.map((row) => print(row.start, row.local, row.port, row.peer, "*", row.users && ` users:(${row.users})`)),
  ].join("");
}

function printHost({ family, interface: name }: Listener, address: string | null): string {
  const wildcard = family === null ? "*" : family === 4 ? "0.0.0.0" : "[::]";
  const host = address === null ? wildcard : hostPart(address);
  return name === null ? host : `${host}%${name}`;
}
