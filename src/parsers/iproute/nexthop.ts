import type { Nexthop, RouteEntry } from "../ip-route.ts";
import type { Draft } from "./draft.ts";
import { printWay, type RouteDraft, readAttribute, readWayWord } from "./route-line.ts";
import { type AddNote, joinWords, pair, printPairs, readWords, takeNumber, type Words, wordsOf } from "./words.ts";

/** Whether the line is one of several next hops of the route before it. */
export const isNexthopLine = (line: string): boolean => /^\s*nexthop(\s|$)/.test(line);

/** Reads `nexthop via 192.0.2.1 dev eth0 weight 1 onlink`. */
export function readNexthop(line: string, route: RouteDraft, note: AddNote): Nexthop {
  const words = wordsOf(line);
  words.take();
  const nexthop: Draft<Nexthop> = { via: null, device: null, weight: null, flags: [], attributes: [] };
  readWords(
    words,
    note,
    (word) => readWayWord(word, words, nexthop, route, note) || readNexthopWord(word, words, nexthop, route, note),
  );
  nexthop.attributes.sort((a, b) => Number(isEncap(b)) - Number(isEncap(a)));
  // The kernel knows none without; a weight also tells that the next hop had a line of its own.
  return { ...nexthop, weight: nexthop.weight ?? 1 };
}

function readNexthopWord(
  word: string,
  words: Words,
  nexthop: Draft<Nexthop>,
  route: RouteDraft,
  note: AddNote,
): boolean {
  switch (word) {
    case "weight":
      nexthop.weight = takeNumber(words, note);
      return true;
    case "encap":
    case "realm":
    case "realms":
      nexthop.attributes.push(...readAttribute(words, note));
      return true;
    case "pref":
      // iproute2 4 prints the route's preference after its last next hop.
      route.attributes.push(...readAttribute(words, note));
      route.family ??= 6;
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
    ...printPairs(nexthop.attributes.filter(isEncap)),
    gateway,
    ...printPairs(nexthop.attributes.filter((attribute) => !isEncap(attribute))),
    pair("dev", nexthop.device),
    pair("weight", nexthop.weight),
    ...nexthop.flags,
  ])}`;
}
