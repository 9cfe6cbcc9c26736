import { linesToRead } from "./lines.ts";
import { readNetstatLine } from "./netstat.ts";
import type { Note, Parser } from "./parser.ts";
import { decideWildcards, type Socket } from "./socket-address.ts";
import { printSs, readSsLine } from "./ss.ts";

/** One listening socket, from `ss -lntu(p)` or `netstat -lntu(p)`. */
export interface Listener {
  readonly line: number;
  readonly protocol: "tcp" | "udp" | "sctp" | "other";
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

/** Reads `ss -lntu(p)` and `netstat -lntu(p)`, with their columns or with all space squeezed to one. */
export const ssListen: Parser<readonly Listener[]> = {
  parse(text, firstLine) {
    const sockets: Socket[] = [];
    const notes: Note[] = [];
    for (const { number, text: line } of linesToRead(text, notes, firstLine)) {
      if (line.trim() === "" || isHeader(line)) continue;
      const { socket, why } = readSsLine(line, number) ?? readNetstatLine(line, number) ?? notSocket;
      if (socket !== null) sockets.push(socket);
      if (why !== null) notes.push({ line: number, text: line, why });
    }
    return { data: decideWildcards(sockets), notes };
  },
  print: printSs,
};

const notSocket = { socket: null, why: "not a line of ss or netstat" } as const;

const headers = [
  /^\s*(Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:\s*Port\s+Peer Address:\s*Port\s*(Process\s*)?$/,
  /^\s*Active Internet connections \((only servers|servers and established|w\/o servers)\)\s*$/,
  /^\s*Proto\s+Recv-Q\s+Send-Q\s+Local Address\s+Foreign Address\s+State(\s+User\s+Inode)?(\s+PID\/Program name)?(\s+Timer)?\s*$/,
];

const isHeader = (text: string): boolean => headers.some((header) => header.test(text));
