import { otherSocket, readLocalAddress, type Socket, type SocketLine } from "./socket-address.ts";
import type { Listener } from "./ss-listen.ts";

// The output of netstat: net-tools netstat.c (`tcp_do_one`, `udp_do_one`, `addr_do_one`), busybox networking/netstat.c, which
// writes no 6 behind the protocol.
const netstatLine = /^\s*(tcp|udp|udplite|sctp|raw|icmp|dccp)(6?)\s+\d+\s+\d+\s+(\S+)\s+(\S+)(?:\s+(\S.*)?)?$/;

const unixSocket = /^unix\s+\d+\s+\[[A-Z ]*\]\s/;

const states =
  /^(LISTEN|ESTABLISHED|SYN_SENT|SYN_RECV|FIN_WAIT1|FIN_WAIT2|TIME_WAIT|CLOSE|CLOSE_WAIT|LAST_ACK|CLOSING|UNKNOWN|\d+)(?=\s|$)\s*/;

/** Reads one line of netstat; null when it is none. */
export function readNetstatLine(text: string, line: number): SocketLine | null {
  const match = netstatLine.exec(text);
  if (match === null) return unixSocket.test(text) ? otherSocket("not an internet socket") : null;
  const [, protocol = "", six = "", localText = "", , rest = ""] = match;
  const stateText = protocol === "udp" && !rest.startsWith("ESTABLISHED") ? "" : (states.exec(rest)?.[1] ?? "");
  if (/^[A-Z]/.test(stateText) && stateText !== "LISTEN") {
    return otherSocket(`a connection (${stateText}), not a listener`);
  }
  // Without -W netstat cuts an IPv6 address so that it fits: 22 characters and the colon.
  if (localText.length === 23 && /:.*:/.test(localText))
    return { socket: null, why: "the address may be cut (netstat -W)" };
  const local = readLocalAddress(localText);
  if (local === null) return { socket: null, why: "expected an address and a port in digits (netstat -n)" };
  const { wildcard, bare, ...address } = local;
  const { processes, why } = readProgram(rest.slice(stateText.length).trim());
  const listener: Listener = {
    line,
    protocol: protocol === "tcp" || protocol === "udp" || protocol === "sctp" ? protocol : "other",
    ...address,
    // netstat leaves the state of an unconnected socket empty.
    state: stateText === "LISTEN" ? "LISTEN" : "UNCONN",
    processes,
  };
  return { socket: decided({ listener, wildcard, bare: wildcard === "bare-ipv6" }, six), why };
}

/** `*` stands for one family here, which the protocol names. */
function decided(socket: Socket, six: string): Socket {
  if (socket.wildcard !== "star") return socket;
  if (six === "6") return { ...socket, wildcard: "bare-ipv6", bare: true };
  return { ...socket, wildcard: "certain", listener: { ...socket.listener, family: 4 } };
}

/** Reads `1234/nginx: master`, `-` or nothing, behind user and inode (`-e`) and before a timer (`-o`). */
function readProgram(rest: string): { readonly processes: Listener["processes"]; readonly why: string | null } {
  const text = rest.replace(/(?<!\S)(off|on\d?|keepalive|timewait|probe|unkn-\d+) \([\d./]+\)$/, "").trimEnd();
  const [, program = null] = /^(?:[^\s/]+\s+\d+(?:\s+|$))?(\S.*)?$/.exec(text) ?? [];
  if (program === null || program === "" || program === "-") return { processes: [], why: null };
  const [, pid, name = ""] = /^(\d+)\/(.*)$/.exec(program) ?? [];
  // A name with ss's own separator in it could not be printed again.
  if (pid === undefined || name.includes('",pid='))
    return { processes: [], why: "expected the number and name of a program" };
  return { processes: [{ name, pid: Number(pid) }], why: null };
}
