import type { LinkAddress } from "../ip-addr.ts";
import type { Draft } from "./draft.ts";
import { readAddress, readAddressWithLength } from "./read-address.ts";
import { type AddNote, type IprouteWords, joinWords, pair, readWords, takeNumber, takeValue } from "./words.ts";

/** `ifa_flag_data` of ip/ipaddress.c, with `dynamic` for the absence of `permanent`. */
const addressFlags = new Set(
  (
    "secondary temporary nodad optimistic dadfailed home deprecated tentative permanent dynamic mngtmpaddr noprefixroute " +
    "autojoin stable-privacy"
  ).split(" "),
);

/** Reads `inet 192.0.2.1/24 metric 100 brd 192.0.2.255 scope global dynamic eth0`; null, with a note, when it has no address. */
export function readLinkAddress(
  words: IprouteWords,
  line: number,
  linkName: string,
  note: AddNote,
): LinkAddress | null {
  const family = words.take() === "inet6" ? 6 : 4;
  const local = readAddressWithLength(words.take());
  if (local?.family !== family) {
    note(`expected an IPv${family} address`);
    return null;
  }
  const address: Draft<LinkAddress> = {
    line,
    family,
    address: local.address,
    prefixLength: local.prefixLength,
    peer: null,
    broadcast: null,
    scope: null,
    label: null,
    metric: null,
    protocol: null,
    flags: [],
    validLifetime: null,
    preferredLifetime: null,
  };
  readWords(words, note, (word) => readAttribute(word, words, address, linkName, note));
  return address;
}

/** Reads one attribute; false when the word is none. */
function readAttribute(
  word: string,
  words: IprouteWords,
  address: Draft<LinkAddress>,
  linkName: string,
  note: AddNote,
): boolean {
  // The label comes last and is any name, usually the interface's own: that may be one of the words below.
  const mayBeLabel = address.family === 4 && address.label === null && address.scope !== null;
  if (mayBeLabel && word === linkName) address.label = words.take();
  else if (word === "peer") address.peer = readPeer(takeValue(words, note), note);
  else if (word === "brd") address.broadcast = readBroadcast(takeValue(words, note), note);
  else if (word === "metric") address.metric = takeNumber(words, note);
  else if (word === "scope") address.scope = takeValue(words, note);
  else if (word === "proto" || word === "protocol") address.protocol = takeValue(words, note);
  else if (word === "valid_lft") Object.assign(address, readLifetimes(words, note));
  // `flags 02`: the bits that this iproute2 or busybox has no name for.
  else if (word === "flags") address.flags.push(`flags ${takeValue(words, note) ?? "0"}`);
  else if (addressFlags.has(word)) address.flags.push(words.take());
  else if (mayBeLabel && !word.startsWith("#")) address.label = words.take();
  else return false;
  return true;
}

function readPeer(word: string | null, note: AddNote): string | null {
  const peer = word === null ? null : readAddressWithLength(word);
  if (word !== null && peer === null) note(`peer "${word}" is no address`);
  return peer && `${peer.address}/${peer.prefixLength}`;
}

function readBroadcast(word: string | null, note: AddNote): string | null {
  const broadcast = word === null ? null : readAddress(word);
  if (word !== null && broadcast === null) note(`brd "${word}" is no address`);
  return broadcast?.address ?? null;
}

/** Reads `valid_lft forever preferred_lft 1798sec`. */
export function readLifetimes(
  words: IprouteWords,
  note: AddNote,
): Pick<LinkAddress, "validLifetime" | "preferredLifetime"> {
  const validLifetime = takeValue(words, note);
  if (words.peek() === "preferred_lft") return { validLifetime, preferredLifetime: takeValue(words, note) };
  note("expected preferred_lft");
  return { validLifetime, preferredLifetime: null };
}

/** The canonical line of an address, and that of its lifetimes where known. */
export function printLinkAddress(address: LinkAddress): string[] {
  const local = joinWords([
    address.family === 4 ? "inet" : "inet6",
    address.peer === null ? `${address.address}/${address.prefixLength}` : `${address.address} peer ${address.peer}`,
    pair("metric", address.metric),
    pair("brd", address.broadcast),
    pair("scope", address.scope),
    ...address.flags,
    pair("proto", address.protocol),
    address.label,
  ]);
  const lifetimes = joinWords([
    pair("valid_lft", address.validLifetime),
    pair("preferred_lft", address.preferredLifetime),
  ]);
  return lifetimes === "" ? [`    ${local}`] : [`    ${local}`, `       ${lifetimes}`];
}
