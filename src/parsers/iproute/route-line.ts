import { familyOf } from "../../lib/address.ts";
import type { Nexthop, RouteEntry } from "../ip-route.ts";
import type { Draft } from "./draft.ts";
import { printPrefix, readAddress, readPrefix } from "./read-address.ts";
import {
  type AddNote,
  type IprouteWords,
  joinWords,
  pair,
  printPairs,
  readWords,
  takeNumber,
  takeValue,
  wordsOf,
} from "./words.ts";

/** A route while it is read: the family and the meaning of `default` may show only on a later line. */
export type RouteDraft = Omit<Draft<RouteEntry>, "family" | "to"> & {
  family: 4 | 6 | null;
  /** Null for `default`. */
  to: string | null;
  nexthops: Nexthop[];
};

const types = new Set<string>([
  ...["unicast", "local", "broadcast", "multicast", "anycast", "blackhole", "unreachable", "prohibit", "throw", "nat"],
]);

const isType = (word: string): word is RouteEntry["type"] => types.has(word);

/** Types whose packets go nowhere: what is printed of a way for them is no next hop. */
const goesNowhere = (type: RouteEntry["type"]): boolean => /^(blackhole|unreachable|prohibit|throw)$/.test(type);

/** print_rt_flags in ip/iproute.c. */
export const nexthopFlags = new Set(
  "dead onlink pervasive offload trap notify linkdown unresolved rt_offload rt_trap rt_offload_failed".split(" "),
);

/** In the order in which they stand between the destination and the table. */
const namesBeforeTable = ["from", "nhid", "tos", "encap", "via", "dev"];

/** Printed at the end; the last line are the metrics of `mx_names`. */
const namesAtEnd = new Set(
  (
    "mark realm realms uid expires error users used age ipid ts tsage iif pref ttl-propogate " +
    "mtu window rtt rttvar ssthresh cwnd advmss reordering hoplimit initcwnd features rto_min initrwnd quickack congctl " +
    "fastopen_no_cookie"
  ).split(" "),
);

/** Only IPv6 prints these (`error` for IPv4 needs a cache, which Linux 3.6 removed). */
const namesOfIpv6 = new Set(["pref", "error"]);

/** Reads the first line of a route; null, with a note, when it is none. */
export function readRoute(text: string, line: number, note: AddNote): RouteDraft | null {
  const words = wordsOf(text);
  const type = isType(words.peek()) ? (words.take() as RouteEntry["type"]) : "unicast";
  const word = words.take();
  const destination = word === "default" ? null : readPrefix(word, 4);
  if (word !== "default" && destination === null) {
    note("expected a destination");
    return null;
  }
  const route: RouteDraft = {
    line,
    family: destination?.family ?? null,
    type,
    to: destination?.prefix ?? null,
    table: "main",
    protocol: null,
    scope: null,
    source: null,
    metric: null,
    nexthops: [],
    attributes: [],
  };
  const way = newWay();
  readWords(
    words,
    note,
    (name) => readWayWord(name, words, way, route, note) || readRouteWord(name, words, route, note),
  );
  if (way.isLost) return null;
  if (hasEncap(route) && way.via === null && way.device === null) {
    note("an encapsulation without a way");
    return null;
  }
  placeWay(way, route);
  return route;
}

/** A next hop while it is read; lost when its gateway could not be read, for without one it would say something else. */
export type NexthopDraft = Draft<Nexthop> & { isLost: boolean };

export function newWay(): NexthopDraft {
  return { via: null, device: null, weight: null, flags: [], attributes: [], isLost: false };
}

/** Makes what was read of a way a next hop, or attributes of a route that goes nowhere or whose next hops follow. */
function placeWay({ isLost: _, ...way }: NexthopDraft, route: RouteDraft): void {
  const { via, device, flags } = way;
  if (!goesNowhere(route.type) && (via !== null || device !== null)) {
    route.nexthops.push(way);
  } else {
    if (via !== null) route.attributes.push(["via", via]);
    if (device !== null) route.attributes.push(["dev", device]);
    for (const flag of flags) route.attributes.push([flag, ""]);
  }
}

type Attribute = RouteEntry["attributes"][number];

/** The place of an attribute in its line: before the table, where the flags are, at the end, on the next line. */
function rankOf([name]: Attribute): number {
  const early = namesBeforeTable.indexOf(name);
  if (early >= 0) return early;
  return nexthopFlags.has(name) ? flagsRank : name === "nh_info" ? endRank + 1 : endRank;
}

const flagsRank = namesBeforeTable.length;
const endRank = flagsRank + 1;

const hasEncap = (route: RouteDraft): boolean => route.attributes.some(([name]) => name === "encap");

/** Reads `via`, `dev` or a flag; false when the word is none of them. */
export function readWayWord(
  word: string,
  words: IprouteWords,
  way: NexthopDraft,
  route: RouteDraft,
  note: AddNote,
): boolean {
  if (word === "via") {
    words.take();
    // An IPv4 route may have an IPv6 gateway (RFC 5549), which is then printed with its family.
    const isForeign = /^inet6?$/.test(words.peek());
    if (isForeign) words.take();
    const gateway = words.take();
    const address = readAddress(gateway);
    if (address === null) {
      note(`via "${gateway}" is no address`);
      way.isLost = true;
      return true;
    }
    way.via = address.address;
    route.family ??= isForeign ? 4 : address.family;
  } else if (word === "dev") {
    way.device = takeValue(words, note);
  } else if (nexthopFlags.has(word)) {
    way.flags.push(words.take());
  } else {
    return false;
  }
  return true;
}

/** Reads a name and its value that belong to the route as a whole; false when the word is no such name. */
function readRouteWord(word: string, words: IprouteWords, route: RouteDraft, note: AddNote): boolean {
  if (word === "table") route.table = takeValue(words, note) ?? route.table;
  else if (word === "proto") route.protocol = takeValue(words, note);
  else if (word === "scope") route.scope = takeValue(words, note);
  else if (word === "metric") route.metric = takeNumber(words, note);
  else if (word === "src") readSource(takeValue(words, note), route, note);
  else if (word === "encap" && hasEncap(route)) return false;
  else if (namesBeforeTable.includes(word) || namesAtEnd.has(word))
    route.attributes.push(...readAttribute(words, note));
  else return false;
  return true;
}

function readSource(word: string | null, route: RouteDraft, note: AddNote): void {
  if (word === null) return;
  const source = readAddress(word);
  if (source === null) note(`src "${word}" is no address`);
  route.source = source?.address ?? null;
}

/** Reads an attribute, whose value may have several words; none, with a note, when the value is missing. */
export function readAttribute(words: IprouteWords, note: AddNote): Attribute[] {
  const name = words.peek();
  const value = takeValue(words, note);
  if (value === null) return [];
  if (name === "encap") return [[name, joinWords([value, ...takeWhile(words, partOfEncap(value))])]];
  if (name === "features") return [[name, joinWords([value, ...takeWhile(words, /^(ecn|tcp_usec_ts)$/)])]];
  return [[name, value === "lock" ? `lock ${words.take()}`.trimEnd() : value]];
}

/** An encapsulation has words of its own (`src`, `tos`, for seg6local `table`) up to where the next hop is or goes on. */
function partOfEncap(kind: string): RegExp {
  return kind === "seg6local"
    ? /^(?!(via|dev|weight|realms?|proto|scope|metric|pref)$)./
    : /^(?!(via|dev|weight|realms?|proto|scope|metric|pref|table)$)./;
}

function takeWhile(words: IprouteWords, pattern: RegExp): string[] {
  const taken: string[] = [];
  while (pattern.test(words.peek())) taken.push(words.take());
  return taken;
}

/** Attributes as printed; lwt_print_encap in ip/iproute_lwtunnel.c puts a blank of its own before `encap`. */
export function printAttributes(attributes: readonly Attribute[]): string[] {
  return printPairs(attributes).map((text) => (text.startsWith("encap ") ? ` ${text}` : text));
}

/** The family of a `default` without a gateway. */
function familyShownBy({ source, attributes }: Pick<RouteEntry, "source" | "attributes">): 4 | 6 | null {
  if (source !== null) return familyOf(source);
  return attributes.some(([name]) => namesOfIpv6.has(name)) ? 6 : null;
}

/** Settles what no line told, and puts the attributes in their places. */
export function finishRoute(route: RouteDraft, defaultFamily: 4 | 6): RouteEntry {
  const family = route.family ?? familyShownBy(route) ?? defaultFamily;
  route.attributes.sort((a, b) => rankOf(a) - rankOf(b));
  return { ...route, family, to: route.to ?? (family === 4 ? "0.0.0.0/0" : "::/0") };
}

/** The canonical first line of a route. */
export function printRouteLine(route: RouteEntry, defaultFamily: 4 | 6): string {
  const isShown = route.nexthops.some(({ via }) => via !== null) || familyShownBy(route) === route.family;
  const isDefault = route.to.endsWith("/0") && (route.family === defaultFamily || isShown);
  const [nexthop] = route.nexthops.filter(() => !isMultipath(route));
  const attributes = (from: number, to: number) =>
    printAttributes(route.attributes.filter((attribute) => rankOf(attribute) >= from && rankOf(attribute) <= to));
  return joinWords([
    route.type === "unicast" ? null : route.type,
    isDefault ? "default" : printPrefix(route.to),
    ...attributes(0, flagsRank - 1),
    nexthop === undefined ? null : printWay(nexthop, route.family),
    route.table === "main" ? null : `table ${route.table}`,
    pair("proto", route.protocol),
    pair("scope", route.scope),
    pair("src", route.source),
    pair("metric", route.metric),
    ...(nexthop?.flags ?? []),
    ...attributes(flagsRank, endRank),
  ]);
}

/** Whether the next hops have lines of their own: those have a weight. */
export function isMultipath({ nexthops }: RouteEntry): boolean {
  return nexthops.length > 1 || (nexthops[0]?.weight ?? null) !== null;
}

/** `via` and `dev`. */
export function printWay({ via, device }: Nexthop, family: 4 | 6): string {
  const gateway = via !== null && familyOf(via) !== family ? `inet${family === 4 ? "6" : ""} ${via}` : via;
  return joinWords([pair("via", gateway), pair("dev", device)]);
}
