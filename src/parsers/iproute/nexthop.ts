import type { Nexthop, RouteEntry } from "../ip-route.ts";
import type { Draft } from "./draft.ts";
import { newWay, printAttributes, printWay, type RouteDraft, readAttribute, readWayWord } from "./route-line.ts";
import { type AddNote, type IprouteWords, joinWords, pair, readWords, takeNumber, wordsOf } from "./words.ts";

/** Whether the line is one of several next hops of the route before it. */
export const isNexthopLine = (line: string): boolean => /^\s*nexthop(\s|$)/.test(line);

/** Reads `nexthop via 192.0.2.1 dev eth0 weight 1 onlink` into its route. */
export function readNexthop(line: string, route: RouteDraft, note: AddNote): void {
  const words = wordsOf(line);
  words.take();
  const way = newWay();
  readWords(
    words,
    note,
    (word) => readWayWord(word, words, way, route, note) || readNexthopWord(word, words, way, route, note),
  );
  const { isLost, ...nexthop } = way;
  nexthop.attributes.sort((a, b) => Number(isEncap(b)) - Number(isEncap(a)));
  // The kernel knows none without; a weight also tells that the next hop had a line of its own.
  if (!isLost) route.nexthops.push({ ...nexthop, weight: nexthop.weight ?? 1 });
}

function readNexthopWord(
  word: string,
  words: IprouteWords,
  nexthop: Draft<Nexthop>,
  route: RouteDraft,
  note: AddNote,
): boolean {
  switch (word) {
    case "weight":
      nexthop.weight = takeNumber(words, note);
      return true;
    case "encap":
      if (nexthop.attributes.some(isEncap)) return false;
      nexthop.attributes.push(...readAttribute(words, note));
      return true;
    case "realm":
    case "realms":
      nexthop.attributes.push(...readAttribute(words, note));
      return true;
    case "pref":
      // iproute2 4 prints the route's preference after its last next hop.
      route.attributes.push(...readAttribute(words, note));
      return true;
    default:
      return false;
  }
}

/** An encapsulation is printed before `via`, a realm after it. */
const isEncap = ([name]: Nexthop["attributes"][number]): boolean => name === "encap";

/** The canonical line of one of several next hops. */
export function printNexthop(nexthop: Nexthop, { family }: RouteEntry): string {
  const gateway = printWay({ ...nexthop, device: null }, family);
  return `\t${joinWords([
    "nexthop",
    ...printAttributes(nexthop.attributes.filter(isEncap)),
    gateway,
    ...printAttributes(nexthop.attributes.filter((attribute) => !isEncap(attribute))),
    pair("dev", nexthop.device),
    pair("weight", nexthop.weight),
    ...nexthop.flags,
  ])}`;
}

/** Whether the line describes the next hop object that the route before it names with `nhid`; only `-d` prints it. */
export const isNexthopInfo = (line: string): boolean => /^\s*nh_info\s/.test(line);

/** Keeps `nh_info id 7 via 192.0.2.2 dev eth0 scope link` as an attribute: the route's own line says where it goes. */
export function readNexthopInfo(line: string, route: RouteDraft): void {
  const words = wordsOf(line);
  route.attributes.push([words.take(), words.rest()]);
}

export function printNexthopInfo({ attributes }: RouteEntry): string[] {
  return attributes.flatMap(([name, value]) => (name === "nh_info" ? `\t${name} ${value}` : []));
}
