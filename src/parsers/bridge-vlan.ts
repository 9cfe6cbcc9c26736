import type { Draft } from "./iproute/draft.ts";
import { type AddNote, expectEnd, joinLines, readLines, readWords, takeValue, wordsOf } from "./iproute/words.ts";
import type { Parsed, Parser } from "./parser.ts";

/** One port and its VLANs, from `bridge vlan show`. */
export interface PortVlans {
  readonly line: number;
  readonly port: string;
  readonly vlans: readonly Vlan[];
}

/** A VLAN, or a range of them, on a port. */
export interface Vlan {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly pvid: boolean;
  readonly untagged: boolean;
}

/** `bridge vlan show`, from iproute2 (print_vlan in bridge/vlan.c); before version 5 its columns were separated by tabs. */
export const bridgeVlan: Parser<readonly PortVlans[]> = { parse, print };

function parse(text: string, firstLine = 1): Parsed<readonly PortVlans[]> {
  const data: Draft<PortVlans>[] = [];
  // The port that further VLANs belong to; null after a line that was not understood.
  let current: Draft<PortVlans> | null = null;
  let isOld = false;
  const notes = readLines(text, firstLine, (line, note) => {
    if (/^\s*port\s+vlan[- ]ids?\s*$/.test(line.text)) {
      isOld = line.text.includes("ids");
    } else if (isVlanLine(line.text)) {
      const vlan = readVlan(line.text, line.number, note);
      if (current === null) note("a VLAN without its port");
      else if (vlan !== null) current.vlans.push(vlan);
    } else {
      current = readPort(line.text, line.number, isOld, note);
      if (current !== null) data.push(current);
    }
  });
  return { data, notes };
}

/** Whether the line begins with a VLAN. Without indentation a port named `10` would look alike; its own VLAN gives it away. */
function isVlanLine(line: string): boolean {
  return /^\s+\d{1,4}(-\d{1,4})?(\s|$)/.test(line) || /^\d{1,4}(-\d{1,4})?\s*($|PVID|Egress)/.test(line);
}

/** Reads a port and the VLAN on its line. Only iproute2 before version 5 names ports that have none. */
function readPort(text: string, line: number, isOld: boolean, note: AddNote): Draft<PortVlans> | null {
  const words = wordsOf(text);
  const port: Draft<PortVlans> = { line, port: words.take(), vlans: [] };
  const first = words.peek();
  if (first === "None" || (first === "" && isOld)) {
    words.take();
    expectEnd(words, note);
    return port;
  }
  const vlan = /^\d/.test(first) ? readVlan(words.rest(), line, note) : null;
  if (vlan === null) {
    note("expected a port and its VLANs");
    return null;
  }
  port.vlans.push(vlan);
  return port;
}

/** Reads `10-20 PVID Egress Untagged`. */
function readVlan(text: string, line: number, note: AddNote): Vlan | null {
  const words = wordsOf(text);
  const range = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(words.take());
  if (range === null) {
    note("expected a VLAN");
    return null;
  }
  const vlan: Draft<Vlan> = {
    line,
    from: Number(range[1]),
    to: Number(range[2] ?? range[1]),
    pvid: false,
    untagged: false,
  };
  readWords(words, note, (word) => {
    if (word === "PVID") vlan.pvid = words.take() !== "";
    else if (word === "Egress") vlan.untagged = takeValue(words, note) === "Untagged";
    else return false;
    return true;
  });
  return vlan;
}

/** The name's column: IFNAMSIZ characters and two blanks. */
const column = (text: string): string => `${text.padEnd(16)}  `;

function print(ports: readonly PortVlans[]): string {
  const header = `${column("port")}${"vlan-id".padEnd(9)}`;
  return joinLines([
    header,
    ...ports.flatMap(({ port, vlans }) =>
      vlans.length === 0
        ? [`${column(port)}None`]
        : vlans.map((vlan, i) => `${column(i === 0 ? port : "")}${printVlan(vlan)}`),
    ),
  ]);
}

function printVlan({ from, to, pvid, untagged }: Vlan): string {
  const range = from === to ? `${from}` : `${from}-${to}`;
  return `${range}${pvid ? " PVID" : ""}${untagged ? " Egress Untagged" : ""}`;
}
