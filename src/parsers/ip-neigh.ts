import type { Draft } from "./iproute/draft.ts";
import { readAddress } from "./iproute/read-address.ts";
import {
  type AddNote,
  type IprouteWords,
  joinLines,
  joinWords,
  pair,
  printPairs,
  readLines,
  readNumber,
  readWords,
  takeNumber,
  takeValue,
  wordsOf,
} from "./iproute/words.ts";
import type { Parser } from "./parser.ts";

/** One neighbour, from `ip neigh`. */
export interface Neighbour {
  readonly line: number;
  readonly address: string;
  readonly device: string;
  readonly mac: string | null;
  /** `REACHABLE`, `STALE`, `FAILED`, `INCOMPLETE`, `PERMANENT`, … */
  readonly state: string | null;
  /** `router`, `proxy`, `extern_learn`, `managed`, … */
  readonly flags: readonly string[];
  /** `proto`, and with `-s` (busybox: always) `ref`, `used` and `probes`, as printed. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** `ip neigh` with or without `-s`, from iproute2 (print_neigh in ip/ipneigh.c) and busybox (networking/libiproute/ipneigh.c). */
export const ipNeigh: Parser<readonly Neighbour[]> = {
  parse(text, firstLine = 1) {
    const data: Neighbour[] = [];
    const notes = readLines(text, firstLine, (line, note) => {
      const neighbour = readNeighbour(line.text, line.number, note);
      if (neighbour !== null) data.push(neighbour);
    });
    return { data, notes };
  },
  print: (neighbours) => joinLines(neighbours.map(printNeighbour)),
};

const states = new Set("INCOMPLETE REACHABLE STALE DELAY PROBE FAILED NOARP PERMANENT NONE".split(" "));
const flags = new Set("router proxy managed extern_learn offload extern_valid".split(" "));
const attributes = new Set(["ref", "used", "probes", "proto"]);

function readNeighbour(text: string, line: number, note: AddNote): Neighbour | null {
  const words = wordsOf(text);
  const address = readAddress(words.take());
  if (address === null || words.peek() !== "dev") {
    note(address === null ? "expected an address" : "expected dev and an interface after the address");
    return null;
  }
  const device = takeValue(words, note);
  if (device === null) return null;
  const neighbour: Draft<Neighbour> = {
    line,
    address: address.address,
    device,
    mac: null,
    state: null,
    flags: [],
    attributes: [],
  };
  readWords(words, note, (word) => readWord(word, words, neighbour, note));
  neighbour.attributes.sort((a, b) => Number(isAfterState(a)) - Number(isAfterState(b)));
  return neighbour;
}

/** Reads one word or pair; false when the word is not known. */
function readWord(word: string, words: IprouteWords, neighbour: Draft<Neighbour>, note: AddNote): boolean {
  if (word === "lladdr") neighbour.mac = takeValue(words, note);
  else if (flags.has(word)) neighbour.flags.push(words.take());
  else if (attributes.has(word)) {
    readAttribute(words, neighbour, note);
  } else if (states.has(word) && neighbour.state === null) neighbour.state = words.take();
  else return false;
  return true;
}

function readAttribute(words: IprouteWords, neighbour: Draft<Neighbour>, note: AddNote): void {
  const name = words.peek();
  const value = name === "ref" || name === "probes" ? takeNumber(words, note) : takeValue(words, note);
  if (value === null) return;
  // iproute2 6.1 forgets the blank: `used 0/60/0probes 1`.
  const [, used, probes] = name === "used" ? (/^(\d+\/\d+\/\d+)(probes)$/.exec(`${value}`) ?? []) : [];
  neighbour.attributes.push([name, used ?? `${value}`]);
  if (probes === undefined) return;
  const count = readNumber(words.take());
  if (count === null) note("expected a number after probes");
  else neighbour.attributes.push([probes, `${count}`]);
}

const isAfterState = ([name]: Neighbour["attributes"][number]): boolean => name === "proto";

function printNeighbour(neighbour: Neighbour): string {
  return joinWords([
    neighbour.address,
    `dev ${neighbour.device}`,
    pair("lladdr", neighbour.mac),
    ...neighbour.flags,
    ...printPairs(neighbour.attributes.filter((attribute) => !isAfterState(attribute))),
    neighbour.state,
    ...printPairs(neighbour.attributes.filter(isAfterState)),
  ]);
}
