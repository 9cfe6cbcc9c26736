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
  readWords,
  takeNumber,
  takeValue,
  wordsOf,
} from "./iproute/words.ts";
import type { Parser } from "./parser.ts";

/** One entry of a bridge's forwarding database, from `bridge fdb show`. */
export interface FdbEntry {
  readonly line: number;
  readonly mac: string;
  readonly device: string;
  readonly master: string | null;
  readonly vlan: number | null;
  /** The remote end of a VXLAN entry. */
  readonly destination: string | null;
  /** `self`, `permanent`, `static`, `stale`, `extern_learn`, `offload`, `sticky`, … */
  readonly flags: readonly string[];
  /** `vni`, `port`, `via`, `src_vni`, `nhid`, … as printed. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** `bridge fdb show`, from iproute2 (print_fdb in bridge/fdb.c). */
export const bridgeFdb: Parser<readonly FdbEntry[]> = {
  parse(text, firstLine = 1) {
    const data: FdbEntry[] = [];
    const notes = readLines(text, firstLine, (line, note) => {
      const entry = readEntry(line.text, line.number, note);
      if (entry !== null) data.push(entry);
    });
    return { data, notes };
  },
  print: (entries) => joinLines(entries.map(printEntry)),
};

const flags = new Set("self router extern_learn offload offloaded sticky locked activity_notify inactive".split(" "));
const attributes = new Set(["port", "vni", "src_vni", "via", "nhid", "link-netnsid", "used"]);

/** States are printed last, after the master; a learned entry that is in use has none. */
const isState = (word: string): boolean => /^(permanent|static|stale|state=\w+)$/.test(word);

function readEntry(text: string, line: number, note: AddNote): FdbEntry | null {
  const words = wordsOf(text);
  const mac = words.take();
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2})+$/i.test(mac) || words.peek() !== "dev") {
    note("expected a hardware address, dev and an interface");
    return null;
  }
  const device = takeValue(words, note);
  if (device === null) return null;
  const entry: Draft<FdbEntry> = {
    line,
    mac,
    device,
    master: null,
    vlan: null,
    destination: null,
    flags: [],
    attributes: [],
  };
  readWords(words, note, (word) => readWord(word, words, entry, note));
  entry.flags.sort((a, b) => Number(isState(a)) - Number(isState(b)));
  return entry;
}

/** Reads one word or pair; false when the word is not known. */
function readWord(word: string, words: IprouteWords, entry: Draft<FdbEntry>, note: AddNote): boolean {
  if (word === "dst") {
    const destination = takeValue(words, note);
    entry.destination = destination === null ? null : (readAddress(destination)?.address ?? null);
    if (destination !== null && entry.destination === null) note(`dst "${destination}" is no address`);
  } else if (word === "vlan") {
    entry.vlan = takeNumber(words, note);
  } else if (word === "master") {
    // Alone it is a flag (NTF_MASTER), with a name the bridge (NDA_MASTER).
    words.take();
    const next = words.peek();
    if (next === "" || next === "master" || flags.has(next) || isState(next)) entry.flags.push(word);
    else entry.master = words.take();
  } else if (attributes.has(word)) {
    const value = takeValue(words, note);
    // `via ifindex 5`: an interface in another namespace.
    if (value !== null)
      entry.attributes.push([word, value === "ifindex" ? `ifindex ${words.take()}`.trimEnd() : value]);
  } else if (flags.has(word) || isState(word)) {
    entry.flags.push(words.take());
  } else {
    return false;
  }
  return true;
}

function printEntry(entry: FdbEntry): string {
  return joinWords([
    entry.mac,
    `dev ${entry.device}`,
    pair("dst", entry.destination),
    pair("vlan", entry.vlan),
    ...printPairs(entry.attributes),
    ...entry.flags.filter((flag) => !isState(flag)),
    pair("master", entry.master),
    ...entry.flags.filter(isState),
  ]);
}
