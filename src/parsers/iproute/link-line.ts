import type { Link } from "../ip-addr.ts";
import type { Draft } from "./draft.ts";
import { detailValues } from "./link-detail.ts";
import { type AddNote, type IprouteWords, joinWords, pair, readWords, takeNumber, takeValue } from "./words.ts";

/** What may begin the rest of the line; `link-netnsid` stands here for `link-netnsid unknown`. */
const detailNames = /^(link-netnsid|new-\w+|protodown|promiscuity|allmulti|minmtu|maxmtu|addrgenmode|num[tr]xqueues)$/;

/** Reads `link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0 promiscuity 1 …`. */
export function readLinkLine(words: IprouteWords, line: string, link: Draft<Link>, note: AddNote): void {
  link.type = words.take().slice("link/".length);
  if (/^[0-9a-f]{2}$|[.:]/i.test(words.peek())) link.mac = words.take();
  readWords(words, note, (word) => {
    if (word === "brd") link.broadcast = takeValue(words, note);
    else if (word === "peer") link.linkPeer = takeValue(words, note);
    else if (word === "permaddr") link.permanentMac = takeValue(words, note);
    else if (word === "link-netns") link.netnsName = takeValue(words, note);
    else if (word === "link-netnsid" && !line.includes("link-netnsid unknown")) link.netnsId = takeNumber(words, note);
    else if (detailNames.test(word)) {
      const text = words.rest();
      link.linkDetails = { text, values: detailValues(text) };
    } else return false;
    return true;
  });
}

/** The canonical line, or none where the type is not known. */
export function printLinkLine(link: Link): string[] {
  if (link.type === null) return [];
  const rest = joinWords([
    pair("brd", link.broadcast),
    pair("peer", link.linkPeer),
    pair("permaddr", link.permanentMac),
    pair("link-netns", link.netnsName),
    pair("link-netnsid", link.netnsId),
    link.linkDetails?.text ?? null,
  ]);
  // The blank before an address is there without one as well.
  return [`    link/${link.type} ${link.mac ?? ""} ${rest}`.trimEnd()];
}
