import type { Draft } from "./iproute/draft.ts";
import { type AddNote, expectEnd, joinLines, readLines, wordsOf } from "./iproute/words.ts";
import type { Parsed, Parser } from "./parser.ts";

/** One bridge, from `brctl show`. */
export interface BrctlBridge {
  readonly line: number;
  readonly name: string;
  /** `8000.0242f0c749bd`; null when brctl could not tell (`can't get info`). */
  readonly id: string | null;
  readonly stp: boolean | null;
  readonly ports: readonly { readonly line: number; readonly name: string }[];
  /** brctl's own complaint about this bridge. */
  readonly error: string | null;
}

/**
 * `brctl show`, from bridge-utils (br_cmd_show in brctl/brctl_cmd.c) and busybox (networking/brctl.c). Columns are separated
 * by tabs, so that a long name shifts them; further ports have lines of their own, indented to the last column.
 */
export const brctlShow: Parser<readonly BrctlBridge[]> = { parse, print };

function parse(text: string, firstLine = 1): Parsed<readonly BrctlBridge[]> {
  const data: Draft<BrctlBridge>[] = [];
  const squeezed = isSqueezed(text);
  const notes = readLines(text, firstLine, (line, note) => {
    if (/^\s*bridge name\s+bridge id\s+STP enabled\s+interfaces\s*$/.test(line.text)) return;
    const bridge = data.at(-1);
    const port = portAlone(line.text);
    if (port === null) {
      readBridges(line.text, line.number, data, note);
    } else if (bridge === undefined || bridge.ports.length === 0 || (!squeezed && !/^\s/.test(line.text))) {
      note(bridge === undefined ? "a port without its bridge" : "not understood");
    } else {
      const words = wordsOf(line.text);
      bridge.ports.push({ line: line.number, name: words.take() });
      expectEnd(words, note);
    }
  });
  return { data, notes };
}

/** Whether tabs and runs of blanks have been lost, and with them the indentation that tells a port from anything else. */
function isSqueezed(text: string): boolean {
  return !/\t|\S {2}|^ /m.test(text);
}

/** The name on a line that has nothing but a port (and a person's remark); null for other lines. */
function portAlone(line: string): string | null {
  const words = wordsOf(line);
  const name = words.take();
  const isAlone = words.peek() === "" || words.peek().startsWith("#");
  return isAlone && isInterfaceName(name) ? name : null;
}

/** What the kernel takes for a name (`dev_valid_name`): at most 15 bytes, no slash or colon. */
function isInterfaceName(word: string): boolean {
  return word !== "" && word.length <= 15 && !/[/:]/.test(word) && !word.startsWith("#");
}

/** The name in `can't get info br0 Operation not supported`, which some versions print; errno's texts begin in upper case. */
const nameInError = (line: string): string | undefined => /^\s*can't get info:? ([a-z][^\s:]*)/.exec(line)?.[1];

const isBridgeId = (word: string): boolean => /^[0-9a-f]{4}\.[0-9a-f]{12}$/i.test(word);

/**
 * Reads a bridge's line. Names may stand before the bridge's own: of a bridge that it cannot ask, brctl prints the name, and
 * then the reason and the line's end to standard error, which is not always captured.
 */
function readBridges(line: string, number: number, data: Draft<BrctlBridge>[], note: AddNote): void {
  const words = wordsOf(line);
  const names: string[] = [];
  while (isInterfaceName(words.peek()) && !isBridgeId(words.peek()) && words.peek() !== "can't") {
    names.push(words.take());
  }
  const name = names.pop() ?? nameInError(line);
  const known = isBridgeId(words.peek());
  if (name === undefined || !(known || words.peek() === "can't")) {
    note("not understood");
    return;
  }
  for (const other of names) data.push({ line: number, name: other, id: null, stp: null, ports: [], error: null });
  if (!known) {
    data.push({ line: number, name, id: null, stp: null, ports: [], error: words.rest() });
    return;
  }
  const bridge: Draft<BrctlBridge> = { line: number, name, id: words.take(), stp: null, ports: [], error: null };
  data.push(bridge);
  if (/^(yes|no)$/.test(words.peek())) bridge.stp = words.take() === "yes";
  else note("expected yes or no for STP");
  if (isInterfaceName(words.peek())) bridge.ports.push({ line: number, name: words.take() });
  expectEnd(words, note);
}

function print(bridges: readonly BrctlBridge[]): string {
  const header = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n";
  return header + bridges.map(printBridge).join("");
}

function printBridge({ name, id, stp, ports, error }: BrctlBridge): string {
  if (id === null) return error === null ? `${name}\t\t` : `${name}\t\t${error}\n`;
  const first = `${name}\t\t${id}\t${stp === null ? "" : stp ? "yes" : "no"}\t\t${ports[0]?.name ?? ""}`;
  return joinLines([first, ...ports.slice(1).map((port) => `\t\t\t\t\t\t\t${port.name}`)]);
}
