import type { Transport } from "../lib/protocol.ts";
import { linesToRead } from "./lines.ts";
import { readNetstatLine } from "./netstat.ts";
import type { Note, Parser } from "./parser.ts";
import { decideWildcards, type Socket, type SocketLine } from "./socket-address.ts";
import { printSs, readSsLine } from "./ss.ts";

/** One listening socket, from `ss -lntu(p)` or `netstat -lntu(p)`. */
export interface Listener {
  readonly line: number;
  readonly protocol: Transport | "other";
  /** 4 or 6; null for `*`, one socket that takes both. */
  readonly family: 4 | 6 | null;
  /** Canonical address; null for every address of its family. */
  readonly address: string | null;
  /** `%lo`: the interface it is bound to. */
  readonly interface: string | null;
  readonly port: number;
  readonly state: string | null;
  /** Only with `-p` and enough rights. */
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/**
 * Reads `ss -lntu(p)` and `netstat -lntu(p)`, with their columns or with all space squeezed to one. Among listeners connections
 * and sockets of other families are passed by (`ss -an`); alone they are no list of listeners, and noted.
 */
export const ssListen: Parser<readonly Listener[]> = {
  parse(text, firstLine) {
    const sockets: Socket[] = [];
    const notes: Note[] = [];
    const others: Note[] = [];
    for (const { number, text: line } of linesToRead(text, notes, firstLine)) {
      if (line.trim() === "" || isHeader(line)) continue;
      const { socket, why, isOther } = readSsLine(line, number) ?? readNetstatLine(line, number) ?? notSocket;
      if (socket !== null) sockets.push(socket);
      if (why !== null) (isOther === true ? others : notes).push({ line: number, text: line, why });
    }
    return { data: decideWildcards(sockets), notes: sockets.length === 0 ? [...notes, ...others] : notes };
  },
  print: printSs,
};

/**
 * Whether all sockets of a protocol are in a listing, so that one that is not there does not listen. Asked for one protocol only
 * (`ss -lnt`, `netstat -lnt`), both leave the others out, and ss its first column (misc/ss.c, print_header); `-u` and `-t` ask for
 * no SCTP.
 */
export function listsProtocol(text: string, listed: readonly Listener[], protocol: Transport): boolean {
  return listed.some((one) => one.protocol === protocol) || (protocol !== "sctp" && /^[ \t]*Netid[ \t]/m.test(text));
}

const notSocket: SocketLine = { socket: null, why: "not a line of ss or netstat" };

const headers = [
  /^\s*(Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:\s*Port\s+Peer Address:\s*Port\s*(Process\s*)?$/,
  /^\s*Active Internet connections \((only servers|servers and established|w\/o servers)\)\s*$/,
  /^\s*Active UNIX domain sockets \((only servers|servers and established|w\/o servers)\)\s*$/,
  /^\s*Proto\s+RefCnt\s+Flags\s+Type\s+State\s+I-Node(\s+PID\/Program name)?\s+Path\s*$/,
  /^\s*Proto\s+Recv-Q\s+Send-Q\s+Local Address\s+Foreign Address\s+State(\s+User\s+Inode)?(\s+PID\/Program name)?(\s+Timer)?\s*$/,
];

const isHeader = (text: string): boolean => headers.some((header) => header.test(text));
