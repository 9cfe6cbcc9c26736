import type { Draft } from "./iproute/draft.ts";
import { printLinkAddress, readLifetimes, readLinkAddress } from "./iproute/link-address.ts";
import { printLinkAttributes, readLinkAttributes } from "./iproute/link-attributes.ts";
import { detailKind, detailValues } from "./iproute/link-detail.ts";
import { printLinkHeader, printPeer, readLinkHeader, readPeer } from "./iproute/link-header.ts";
import { printLinkLine, readLinkLine } from "./iproute/link-line.ts";
import {
  type AddNote,
  expectEnd,
  type IprouteWords,
  joinLines,
  joinWords,
  partsOf,
  readLines,
  takeValue,
  wordsOf,
} from "./iproute/words.ts";
import type { Parsed, Parser } from "./parser.ts";

/** One interface, from `ip a`, `ip -d link` or `ip -o a`. */
export interface Link {
  readonly line: number;
  readonly index: number;
  readonly name: string;
  /** What stands after `@`: an interface index in another namespace (`@if8`), a name in this one (`@eth0`), or `@NONE`. */
  readonly peer:
    | { readonly kind: "index"; readonly index: number }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "none" }
    | null;
  /** As printed between `<` and `>`: `UP`, `LOWER_UP`, `NO-CARRIER`, `M-DOWN`, … */
  readonly flags: readonly string[];
  readonly mtu: number | null;
  /** The bridge, bond or VRF that it is enslaved to. */
  readonly master: string | null;
  /** Operational state: `UP`, `DOWN`, `UNKNOWN`, `LOWERLAYERDOWN`, … */
  readonly state: string | null;
  /** The rest of the first line in order, as printed: `qdisc noqueue`, `mode DEFAULT`, `group default`, `qlen 1000`, … */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  /** From `link/ether`: `ether`, `loopback`, `none`, `sit`, … Null when that line is missing. */
  readonly type: string | null;
  readonly mac: string | null;
  readonly broadcast: string | null;
  /** `peer` on the link line: the other end of a point-to-point link. */
  readonly linkPeer: string | null;
  readonly permanentMac: string | null;
  /** `link-netnsid 3`: the number this namespace uses for the one that the other end is in. */
  readonly netnsId: number | null;
  /** `link-netns NAME`: the same, where iproute2 knows a name for it. */
  readonly netnsName: string | null;
  readonly altNames: readonly string[];
  /** `ip link set … alias`: a person's description, with `-d` or `ip link` only. */
  readonly alias: string | null;
  /** What follows on the link line: `protodown on`, and with `-d` `promiscuity 0`, `minmtu 68`, … Null when nothing does. */
  readonly linkDetails: Omit<LinkDetail, "kind"> | null;
  /** With `-d`: `veth`, `bridge`, `vlan`, `macvlan`, `bond`, `wireguard`, `vxlan`, … with its own words, as printed. */
  readonly kind: LinkDetail | null;
  /** With `-d`: `bridge_slave`, `bond_slave`, … of an enslaved interface. */
  readonly slave: LinkDetail | null;
  readonly addresses: readonly LinkAddress[];
}

/** The words of a detail line after its first (`vlan protocol 802.1Q id 5 <REORDER_HDR>`), as printed and as pairs. */
export interface LinkDetail {
  readonly kind: string;
  readonly text: string;
  /** Name to value for the pairs that could be told apart (`id` → `5`, `mode` → `bridge`, `hairpin` → `off`); empty for flags. */
  readonly values: Readonly<Record<string, string>>;
}

/** One `inet` or `inet6` line with its lifetimes. */
export interface LinkAddress {
  readonly line: number;
  readonly family: 4 | 6;
  /** Canonical text, without the prefix length. */
  readonly address: string;
  /** With `peer` the length of a host: the prefix is the peer's. */
  readonly prefixLength: number;
  /** With `peer` (point to point), the other end's address with its prefix. */
  readonly peer: string | null;
  readonly broadcast: string | null;
  readonly scope: string | null;
  /** The IPv4 label: the interface's name, or an alias such as `eth0:1`. */
  readonly label: string | null;
  readonly metric: number | null;
  /** `kernel_ll`, `kernel_lo`, `kernel_ra`, … */
  readonly protocol: string | null;
  /** `secondary`, `dynamic`, `tentative`, `dadfailed`, `deprecated`, `nodad`, `noprefixroute`, `temporary`, … */
  readonly flags: readonly string[];
  readonly validLifetime: string | null;
  readonly preferredLifetime: string | null;
}

/**
 * `ip address` and `ip link` with any of `-d` and `-o`, from iproute2 (print_linkinfo and print_addrinfo in
 * ip/ipaddress.c) and busybox (networking/libiproute/ipaddress.c). Canonical is the text without `-o`, except for interfaces
 * of which only `ip -o address` told.
 */
export const ipAddr: Parser<readonly Link[]> = { parse, print };

function parse(text: string, firstLine = 1): Parsed<readonly Link[]> {
  const links: Draft<Link>[] = [];
  // The interface that lines belong to; null after one that could not be read, so that nothing is given to a wrong one.
  let current: Draft<Link> | null = null;
  const notes = readLines(text, firstLine, (line, note) => {
    let parts = [line.text];
    if (/^\s*\d+:/.test(line.text)) {
      // With `-o` all of an interface stands on one line; elsewhere a backslash is part of an alias.
      parts = partsOf(line.text);
      current = beginLink(parts.shift() ?? "", line.number, links, note);
      if (current === null) return;
    }
    for (const part of parts) {
      if (current === null) {
        note("not understood, or the line that begins its interface is missing");
      } else if (!readLine(part, line.number, current, note)) {
        note("not understood");
        if (endsLink(part)) current = null;
      }
    }
  });
  return { data: links, notes };
}

/**
 * Whether what follows is about another interface: after a shell prompt (`$ `, `root@host:~# `, `[root@host ~]# `) it is the
 * output of another command, and with a second `link/` line the line that begins its interface is missing.
 */
function endsLink(line: string): boolean {
  const word = wordsOf(line).peek();
  if (word === "$" || word.startsWith("link/")) return true;
  return word.includes("@") && (word.startsWith("[") || /[#$%]$/.test(word.slice(-1)));
}

/** Reads a line that begins an interface, or one of `ip -o address` that names it; null, with a note, when it is neither. */
function beginLink(line: string, number: number, links: Draft<Link>[], note: AddNote): Draft<Link> | null {
  const header = readLinkHeader(line);
  if (header !== null) {
    const link = newLink(number, header.index, header.name);
    link.peer = readPeer(header.peer);
    link.flags = [...header.flags];
    links.push(link);
    link.state = header.state;
    readLinkAttributes(header.rest, link, note);
    return link;
  }
  const oneLine = /^\s*(\d{1,10}):\s+(\S*[^\s:])(\s+inet6?\s.*)$/.exec(line);
  if (oneLine === null) {
    note("expected an interface");
    return null;
  }
  const [index, name, rest] = [Number(oneLine[1]), oneLine[2] ?? "", oneLine[3] ?? ""];
  const last = links.at(-1);
  const link = last?.index === index && last.name === name ? last : newLink(number, index, name);
  if (link !== last) links.push(link);
  readLine(rest, number, link, note);
  return link;
}

function newLink(line: number, index: number, name: string): Draft<Link> {
  return {
    line,
    index,
    name,
    peer: null,
    flags: [],
    mtu: null,
    master: null,
    state: null,
    attributes: [],
    type: null,
    mac: null,
    broadcast: null,
    linkPeer: null,
    permanentMac: null,
    netnsId: null,
    netnsName: null,
    linkDetails: null,
    kind: null,
    slave: null,
    altNames: [],
    alias: null,
    addresses: [],
  };
}

/** Reads a further line of an interface; false when it is none. */
function readLine(line: string, number: number, link: Draft<Link>, note: AddNote): boolean {
  const words = wordsOf(line);
  const word = words.peek();
  if (word === "inet" || word === "inet6") {
    const address = readLinkAddress(words, number, link.name, note);
    if (address !== null) link.addresses.push(address);
  } else if (word === "valid_lft") {
    readLifetimeLine(words, link, note);
  } else if (word.startsWith("link/")) {
    if (link.type !== null) return false;
    readLinkLine(words, line, link, note);
  } else if (word === "altname") {
    const name = takeValue(words, note);
    if (name !== null) link.altNames.push(name);
    expectEnd(words, note);
  } else if (word === "alias" && link.alias === null) {
    words.take();
    link.alias = words.rest();
  } else {
    return readDetailLine(words, line, link);
  }
  return true;
}

function readLifetimeLine(words: IprouteWords, link: Draft<Link>, note: AddNote): void {
  const address = link.addresses.at(-1);
  if (address === undefined || address.validLifetime !== null) {
    note("lifetimes without an address");
  } else {
    Object.assign(address, readLifetimes(words, note));
    expectEnd(words, note);
  }
}

/** Reads what `-d` tells of an interface's kind and of its part in another one; false when the line is none of it. */
function readDetailLine(words: IprouteWords, line: string, link: Draft<Link>): boolean {
  const word = words.peek();
  if (/^(in|e)gress-qos-map$/.test(word) && link.kind !== null && !Object.hasOwn(link.kind.values, word)) {
    link.kind = newDetail(link.kind.kind, `${link.kind.text}\n      ${words.rest()}`);
    return true;
  }
  const kind = detailKind(line);
  const place = kind?.endsWith("_slave") ? "slave" : "kind";
  if (kind === null || link[place] !== null) return false;
  link[place] = newDetail(kind, detailText(line, kind));
  return true;
}

function newDetail(kind: string, text: string): LinkDetail {
  return { kind, text, values: detailValues(text) };
}

/** What stands after the kind and one blank: ipvlan prints two. */
const detailText = (line: string, kind: string): string => line.slice(line.indexOf(kind) + kind.length + 1).trimEnd();

function print(links: readonly Link[]): string {
  return joinLines(links.flatMap((link) => (isKnownByAddressesOnly(link) ? printOneLine(link) : printLink(link))));
}

/** Whether all that is known of it is what `ip -o address` says. */
function isKnownByAddressesOnly({ addresses, ...link }: Link): boolean {
  if (addresses.length === 0 || link.flags.length > 0 || link.mtu !== null) return false;
  const { addresses: _, ...unknown } = newLink(link.line, link.index, link.name);
  return JSON.stringify(link) === JSON.stringify(unknown);
}

function printOneLine({ index, name, addresses }: Link): string[] {
  return addresses.map((address) => {
    const [line, ...lifetimes] = printLinkAddress(address);
    // Without a label the blank before it remains.
    return [`${index}: ${name}${line}${address.label === null ? " " : ""}`, ...lifetimes].join("\\");
  });
}

function printLink(link: Link): string[] {
  return [
    joinWords([printLinkHeader({ ...link, peer: printPeer(link.peer), state: null }), ...printLinkAttributes(link)]),
    ...printLinkLine(link),
    ...[link.kind, link.slave].flatMap((detail) =>
      detail === null ? [] : `    ${detail.kind} ${detail.text}`.trimEnd(),
    ),
    ...(link.alias === null ? [] : [`    alias ${link.alias}`]),
    ...link.altNames.map((name) => `    altname ${name}`),
    ...link.addresses.flatMap(printLinkAddress),
  ];
}
