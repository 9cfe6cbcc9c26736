import type { Link } from "../ip-addr.ts";
import type { Draft } from "./draft.ts";
import { type AddNote, expectEnd, isAttributeName, pair, printPairs, readNumber, wordsOf } from "./words.ts";

/** Reads what follows the flags: `mtu 1500 qdisc noqueue master br0 state UP group default qlen 1000`. */
export function readLinkAttributes(text: string, link: Draft<Link>, note: AddNote): void {
  const words = wordsOf(text);
  while (isAttributeName(words.peek()) || /^xdp\w*\//.test(words.peek())) {
    const name = words.take();
    const value = name.startsWith("xdp") ? "" : words.take();
    if (value === "" && !name.startsWith("xdp")) note(`expected a value after ${name}`);
    else if (name === "mtu" && link.mtu === null && readNumber(value) !== null) link.mtu = readNumber(value);
    else if (name === "master" && link.master === null) link.master = value;
    else if (name === "state" && link.state === null) link.state = value;
    else link.attributes.push([name, value]);
  }
  expectEnd(words, note);
  link.attributes.sort((a, b) => Number(isBeforeMaster(b)) - Number(isBeforeMaster(a)));
}

/** iproute2 prints these before `master` and `state`, all others after them. */
const isBeforeMaster = ([name]: Link["attributes"][number]): boolean => name === "qdisc" || name.startsWith("xdp");

/** The canonical words between the flags and the end of the line. */
export function printLinkAttributes({ mtu, master, state, attributes }: Link): (string | null)[] {
  return [
    pair("mtu", mtu),
    ...printPairs(attributes.filter(isBeforeMaster)),
    pair("master", master),
    pair("state", state),
    ...printPairs(attributes.filter((attribute) => !isBeforeMaster(attribute))),
  ];
}
