import type { Draft } from "./iproute/draft.ts";
import { printLinkHeader, readLinkHeader } from "./iproute/link-header.ts";
import {
  type AddNote,
  expectEnd,
  type IprouteWords,
  isAttributeName,
  joinLines,
  joinWords,
  pair,
  partsOf,
  printPairs,
  readLines,
  readWords,
  takeNumber,
  takeValue,
  wordsOf,
} from "./iproute/words.ts";
import type { Parsed, Parser } from "./parser.ts";

/** One bridge port, from `bridge link` (with `-d` also its settings). */
export interface BridgePort {
  readonly line: number;
  readonly index: number;
  readonly name: string;
  /** What stands after `@`; `bridge` resolves it in the wrong namespace for a veth, so it says nothing about the peer. */
  readonly peer: string | null;
  readonly flags: readonly string[];
  /** Before iproute2 5 the operational state stands between the name and its peer. */
  readonly operState: string | null;
  readonly mtu: number | null;
  readonly master: string | null;
  /** Spanning tree state: `forwarding`, `disabled`, `listening`, `learning`, `blocking`. */
  readonly state: string | null;
  readonly priority: number | null;
  readonly cost: number | null;
  /** With `-d`: `hairpin` → `off`, `isolated` → `off`, `learning` → `on`, … in the order printed. */
  readonly settings: Readonly<Record<string, string>>;
}

/** `bridge link` with or without `-d`, from iproute2 (print_linkinfo in bridge/link.c). */
export const bridgeLink: Parser<readonly BridgePort[]> = { parse, print };

function parse(text: string, firstLine = 1): Parsed<readonly BridgePort[]> {
  const data: Draft<BridgePort>[] = [];
  // The port that a line of settings belongs to; null after a line that was not understood.
  let current: Draft<BridgePort> | null = null;
  const notes = readLines(text, firstLine, (line, note) => {
    for (const part of partsOf(line.text)) {
      const port = readPort(part, line.number, note);
      if (port !== null) {
        current = port;
        data.push(port);
      } else if (current !== null && hasSettings(part)) {
        readSettings(wordsOf(part), current, note);
      } else {
        current = null;
        note("not understood");
      }
    }
  });
  return { data, notes };
}

/** Reads `5: veth1@if4: <UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 2`; null when the line is none. */
function readPort(text: string, line: number, note: AddNote): Draft<BridgePort> | null {
  const header = readLinkHeader(text);
  if (header === null) return null;
  const port: Draft<BridgePort> = {
    line,
    index: header.index,
    name: header.name,
    peer: header.peer,
    flags: [...header.flags],
    operState: header.state,
    mtu: null,
    master: null,
    state: null,
    priority: null,
    cost: null,
    settings: {},
  };
  const words = wordsOf(header.rest);
  readWords(words, note, (word) => {
    if (word === "master" || word === "state") port[word] = takeValue(words, note);
    else if (word === "mtu" || word === "priority" || word === "cost") port[word] = takeNumber(words, note);
    else if (word === "hwmode") readSettings(words, port, note);
    else return false;
    return true;
  });
  return port;
}

/** Whether the line has settings: iproute2 begins them with `hairpin`, and all but a few are switches. */
const hasSettings = (line: string): boolean => /^\s*(hairpin|hwmode)\s|^\s*[a-z_]+ (on|off)(\s|$)/.test(line);

function readSettings(words: IprouteWords, port: Draft<BridgePort>, note: AddNote): void {
  const settings: Record<string, string> = { ...port.settings };
  for (let name = words.peek(); isAttributeName(name); name = words.peek()) {
    const value = takeValue(words, note);
    if (value === null) break;
    if (Object.hasOwn(settings, name)) note(`${name} stands here twice`);
    settings[name] = value;
  }
  expectEnd(words, note);
  port.settings = settings;
}

function print(ports: readonly BridgePort[]): string {
  return joinLines(
    ports.flatMap((port) => {
      const settings = printPairs(Object.entries(port.settings));
      return [
        joinWords([
          printLinkHeader({ ...port, state: port.operState }),
          pair("mtu", port.mtu),
          pair("master", port.master),
          pair("state", port.state),
          pair("priority", port.priority),
          pair("cost", port.cost),
        ]),
        ...(settings.length === 0 ? [] : [`    ${joinWords(settings)}`]),
      ];
    }),
  );
}
