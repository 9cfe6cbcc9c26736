import { headLength } from "./decode.ts";
import type { CaptureKindRow } from "./kind-row.ts";
import { type CaptureKind, captureKinds } from "./kinds.ts";

/** Of lines so much is looked at: what a command prints shows on its first ones. */
const textHead = 16_384;
const longestLine = 300;

/** The start of a text, its lines cut so that no pattern needs long for one. Such a cut would break JSON, which has long lines. */
function headOf(text: string): string {
  if (/^\s*[[{]/.test(text.slice(0, textHead))) return text.slice(0, headLength);
  const head = text.slice(0, textHead);
  const cut = (line: string): string => line.slice(0, longestLine);
  return hasLongLine(head) ? head.split("\n").map(cut).join("\n") : head;
}

function hasLongLine(text: string): boolean {
  for (let from = 0; from + longestLine < text.length; ) {
    const end = text.indexOf("\n", from);
    if (end < 0 || end - from > longestLine) return true;
    from = end + 1;
  }
  return false;
}

/**
 * The kinds that a text may be by its looks: the one whose own words come first in it. Where no kind's do, those that it fits as
 * well: of several it is not known which, and none is to be guessed.
 */
export function kindsByContent(text: string): readonly CaptureKind[] {
  const head = headOf(text);
  const found = captureKinds.flatMap((row) => (hasOwnWords(head, row) ? [{ id: row.id, at: beginOf(head, row) }] : []));
  const first = Math.min(...found.map(({ at }) => at));
  if (found.length > 0) return found.filter(({ at }) => at === first).map(({ id }) => id);
  return captureKinds.filter(({ orFits }) => orFits?.test(head) === true).map(({ id }) => id);
}

const hasOwnWords = (head: string, { looksLike, andHas, butNot }: CaptureKindRow): boolean =>
  looksLike?.test(head) === true && (andHas?.test(head) ?? true) && butNot?.test(head) !== true;

const beginOf = (head: string, { looksLike }: CaptureKindRow): number => looksLike?.exec(head)?.index ?? head.length;

const rowOf = (kind: CaptureKind): CaptureKindRow | undefined => captureKinds.find(({ id }) => id === kind);

/** Whether a text has words that only the kind prints. */
function isSurely(text: string, kind: CaptureKind): boolean {
  const row = rowOf(kind);
  return row !== undefined && hasOwnWords(headOf(text), row);
}

/** Whether a text can be output of the kind, and another's as well. */
export const looksLikeKind = (text: string, kind: CaptureKind): boolean =>
  isSurely(text, kind) || rowOf(kind)?.orFits?.test(headOf(text)) === true;

/** `ip-addr or ip-link`, for a person. */
export const severalKinds = (kinds: readonly CaptureKind[]): string => `it may be ${kinds.join(" or ")}: name its kind`;

/** A file's name without folder, extensions and signs: `IP-Addr (2).log` is `ip-addr-2`. */
function nameOf(path: string): string {
  const base = path
    .slice(path.lastIndexOf("/") + 1, path.length)
    .slice(0, 200)
    .toLowerCase();
  const parts = base.split(".");
  while (parts.length > 1 && /^(txt|text|out|log|json|lst)$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts
    .join(".")
    .replace(/[_.\s()-]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** The name by which two files are the same output, taken twice: the numbers that copies get are left out. */
export const plainName = (path: string): string => nameOf(path).replace(/-\d{1,3}$/, "");

/** The number that a copy of a file got: 2 for `ip_a (2).txt`; null where it has none. */
export function copyNumber(path: string): number | null {
  const number = /-(\d{1,3})$/.exec(nameOf(path))?.[1];
  return number === undefined ? null : Number(number);
}

/** The kind that a file's name says, or null: `ip_a.txt`, `IP-Addr.out`, `01 iptables-save (2).log`. */
export function kindByName(path: string): CaptureKind | null {
  const name = nameOf(path);
  for (const spelling of [name, name.replace(/-\d{1,3}$/, ""), name.replace(/^\d{1,3}-/, "")]) {
    const row = captureKinds.find(
      ({ id, fileNames }) => id === spelling || fileNames.some((known) => known.test(spelling)),
    );
    if (row !== undefined) return row.id;
  }
  return null;
}

/** The kind of a command, without whatever runs it (`where-run.ts`), and the words after the ones that say the kind; or null. */
export function commandOf(command: string): { readonly kind: CaptureKind; readonly rest: string } | null {
  for (const { id, commands } of captureKinds) {
    for (const known of commands) {
      const said = known.exec(command)?.[0];
      if (said !== undefined) return { kind: id, rest: command.slice(said.length) };
    }
  }
  return null;
}

/** Kinds whose output can be told apart only by what it is said to be. */
const alike: readonly (readonly CaptureKind[])[] = [
  ["ip-addr", "ip-link", "bridge-link"],
  ["iptables-save", "iptables-legacy-save", "iptables-nft-save"],
  ["ip6tables-save", "ip6tables-legacy-save", "ip6tables-nft-save", "iptables-save"],
  ["ip-route", "ip6-route"],
  ["ip-rule", "ip6-rule"],
  ["resolv-conf", "resolved-conf"],
  ["docker-network-inspect", "podman-network-inspect"],
  ["daemon-json", "docker-info"],
];

/** Texts that people take for a capture, which no parser reads. */
const unreadForms: readonly { readonly looksLike: RegExp; readonly why: string }[] = [
  {
    looksLike: /^\s*\{\s*"format"\s*:\s*"vethscope-(?!snapshot)/,
    why: "a saved report of vethscope, not a snapshot",
  },
  { looksLike: /^(?=[\w.@-]*\/)[\w.@/-]{1,300}\s*$/, why: "a link to another file" },
  {
    looksLike: /^\s*(#![^\n]*\n\s*)?(flush ruleset\s+)?table (ip|ip6|inet|arp|bridge|netdev) \S+ \{/,
    why: "no parser for the text form of nft list ruleset: take nft -j list ruleset",
  },
  {
    looksLike: /^\s*\[\s*\{\s*"(ifindex|ifname|dst|bridge)"/,
    why: "no parser for the JSON form of ip: take it without -j",
  },
  { looksLike: /^Chain \S+ \((policy|\d+ references)/m, why: "no parser for iptables -L: take iptables-save -c" },
  { looksLike: /^\S+[ \t]+Link encap:|^\S+: flags=\d+</m, why: "no parser for ifconfig: take ip a" },
  {
    looksLike: /^(Kernel (IP|IPv6) routing table|Iface[ \t]+Destination[ \t]+Gateway)/m,
    why: "no parser for route: take ip route show table all",
  },
  { looksLike: /^Kernel Interface table/m, why: "no parser for netstat -i: take ip a" },
  {
    looksLike: /^(Ip|Icmp|Tcp|IpExt|TcpExt|Ip6):[ \t]*$|^(Ip|Icmp|Tcp|IpExt|TcpExt): \w|^Total: \d+/m,
    why: "counters, and no list of sockets: take ss -lntu",
  },
  { looksLike: /^IPv6\/IPv4 Group Memberships/m, why: "groups, and no list of sockets: take ss -lntu" },
];

/** Why no parser reads a text that looks like output of a command, or null. */
export function unreadForm(text: string): string | null {
  const head = headOf(text);
  return unreadForms.find(({ looksLike }) => looksLike.test(head))?.why ?? null;
}

/** What a text is taken for, and what a person should know about that; or why it is not read. */
export type Recognised =
  | { readonly kind: CaptureKind; readonly note: string | null }
  | { readonly kind: null; readonly why: string };

/**
 * Decides between what a text is said to be (by a file's name or by the command before it) and how it looks: the looks win
 * where they contradict the words, and that is noted.
 */
export function recognise(text: string, said: CaptureKind | null): Recognised {
  if (said !== null && looksLikeKind(text, said) && !contradicts(text, said)) return { kind: said, note: null };
  const [seen, ...others] = kindsByContent(text);
  if (seen === undefined) {
    const why =
      said === null ? (unreadForm(text) ?? "no capture is recognised by its name or content") : unreadAs(text, said);
    return said !== null && why === null ? { kind: said, note: null } : { kind: null, why: why ?? "" };
  }
  const isAlike = alike.some((kinds) => said !== null && kinds.includes(said) && kinds.includes(seen));
  if (said !== null && isAlike && !contradicts(text, said)) return { kind: said, note: null };
  if (others.length > 0) return { kind: null, why: severalKinds([seen, ...others]) };
  return { kind: seen, note: said === null ? null : `said to be ${said}, read as ${seen} for its content` };
}

/** Output of `ip link` has no addresses, that of `ip a` no mode, and rules name their family: by words that only the other has. */
function contradicts(text: string, said: CaptureKind): boolean {
  const other = opposites.find(({ of }) => of.test(said))?.is;
  return other !== undefined && isSurely(text, other) && !isSurely(text, said);
}

const opposites: readonly { readonly of: RegExp; readonly is: CaptureKind }[] = [
  { of: /^ip-link$/, is: "ip-addr" },
  { of: /^ip-addr$/, is: "ip-link" },
  { of: /^iptables-/, is: "ip6tables-save" },
  { of: /^ip6tables-/, is: "iptables-save" },
];

const jsonOnly: readonly CaptureKind[] = [
  "docker-network-inspect",
  "docker-inspect",
  "podman-network-inspect",
  "nft-ruleset",
  "daemon-json",
];

/** Why a text that looks like nothing cannot be what it is said to be, or null. */
function unreadAs(text: string, said: CaptureKind): string | null {
  const why = unreadForm(text);
  if (why !== null || !jsonOnly.includes(said) || /^\s*(\/[/*]|#|[[{}\]"])/.test(text)) return why;
  return `said to be ${said}, but it is no JSON`;
}
