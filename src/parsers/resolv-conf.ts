import type { Line } from "../lib/lines.ts";
import { sortedBy } from "../lib/order.ts";
import { formatScopedAddress, parseScopedAddress } from "../lib/scoped-address.ts";
import { linesToRead } from "./lines.ts";
import type { Note, Parser } from "./parser.ts";

/** A resolver configuration, from `resolv.conf`. */
export interface ResolvConf {
  readonly nameservers: readonly { readonly line: number; readonly address: string }[];
  readonly search: readonly string[];
  readonly options: readonly string[];
  /** The servers that the embedded DNS forwards to (`# ExtServers: [host(192.0.2.53)]`), where the engine wrote them. */
  readonly extServers: readonly { readonly line: number; readonly address: string; readonly viaHost: boolean }[];
  readonly comments: readonly { readonly line: number; readonly text: string }[];
}

/**
 * Reads `resolv.conf` by the rules of glibc's resolv.conf(5): the last `search` or `domain` line counts, `options` add up,
 * comments start with `#` or `;`. All name servers are kept though glibc asks only the first three. The comments that Docker
 * writes are those of moby daemon/libnetwork/internal/resolvconf (v25 and later).
 */
export const resolvConf: Parser<ResolvConf> = {
  parse(text, firstLine) {
    const conf = { nameservers: [], search: [], options: [], extServers: [], comments: [] } as Mutable<ResolvConf>;
    const notes: Note[] = [];
    let searchLine: Line | null = null;
    for (const line of linesToRead(text, notes, firstLine)) {
      const note = (why: string, of: Line = line): void => {
        notes.push({ line: of.number, text: of.text, why });
      };
      const [keyword = "", ...words] = line.text.trim().split(/\s+/);
      if (keyword === "") continue;
      if (/^[#;]/.test(keyword)) readComment(conf, line, note);
      else if (keyword === "nameserver") readNameserver(conf, line, words, note);
      else if (keyword === "options") conf.options.push(...words);
      else if (keyword === "search" || keyword === "domain") {
        if (searchLine !== null)
          note(`replaced by line ${line.number}: only the last search or domain counts`, searchLine);
        searchLine = line;
        conf.search = keyword === "domain" ? words.slice(0, 1) : words;
        if (words.length > conf.search.length) note("only the first word of a domain line counts");
      } else if (keyword === "sortlist") note("sortlist, the order among several addresses of a name, is not kept");
      else note(`unknown keyword ${keyword.slice(0, 40)}`);
    }
    return { data: conf, notes: sortedBy(notes, ({ line }) => line) };
  },
  print: printResolvConf,
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

function readNameserver(
  conf: Mutable<ResolvConf>,
  line: Line,
  words: readonly string[],
  note: (why: string) => void,
): void {
  const [word = "", next] = words;
  const address = canonical(word);
  if (address === null) note("not an address");
  else conf.nameservers.push({ line: line.number, address });
  if (next !== undefined && !/^[#;]/.test(next)) note("only the first address of a nameserver line counts");
}

/** The canonical address with its zone (`fe80::1%eth0`), or null. */
function canonical(text: string): string | null {
  const address = parseScopedAddress(text);
  return address && formatScopedAddress(address);
}

/** `host(…)`: the engine asks this server from the host's namespace, as it listens on the host's loopback only. */
function readComment(conf: Mutable<ResolvConf>, { number: line, text }: Line, note: (why: string) => void): void {
  const list = /^#\s*ExtServers:\s*\[(.*)\]\s*$/.exec(text.trim())?.[1];
  if (list === undefined) {
    conf.comments.push({ line, text: text.trim() });
    return;
  }
  for (const item of list.split(/\s+/)) {
    const host = /^host\((.*)\)$/.exec(item)?.[1];
    const address = canonical(host ?? item);
    if (address !== null) conf.extServers.push({ line, address, viaHost: host !== undefined });
    else if (item !== "") note("ExtServers with something that is not an address");
  }
}

/** Comments and servers in their own order; `search` and `options`, whose lines are not kept, behind the last name server. */
function printResolvConf({ nameservers, search, options, extServers, comments }: ResolvConf): string {
  const lists = [
    ...(search.length === 0 ? [] : [`search ${search.join(" ")}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(" ")}`]),
  ];
  const lastServer = nameservers.at(-1)?.line ?? 0;
  const extLines = new Map<number, string[]>();
  for (const { line, address, viaHost } of extServers) {
    const items = extLines.get(line) ?? [];
    items.push(viaHost ? `host(${address})` : address);
    extLines.set(line, items);
  }
  const printed = sortedBy(
    [
      ...nameservers.map(({ line, address }) => ({ line, text: `nameserver ${address}` })),
      ...lists.map((text) => ({ line: lastServer, text })),
      ...comments,
      ...[...extLines].map(([line, items]) => ({ line, text: `# ExtServers: [${items.join(" ")}]` })),
    ],
    ({ line }) => line,
  );
  return printed.map(({ text }) => `${text}\n`).join("");
}
