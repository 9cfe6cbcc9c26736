import { parseAddress } from "../../lib/address.ts";
import type { Known } from "../../lib/known.ts";
import type { Transport } from "../../lib/protocol.ts";
import { mergeSources, type Source } from "../../lib/source.ts";
import { type Listener, listsProtocol } from "../../parsers/ss-listen.ts";
import type { Contradiction, ForwardingEntry, ListeningSocket, Namespace, Sysctls } from "../host.ts";
import type { Captured, ParsedOf } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import { buildInterfaces } from "./interfaces.ts";
import { mergeSame } from "./merge-same.ts";
import { buildResolver } from "./resolver.ts";
import { buildNeighbours, buildPolicyRules, buildRoutes } from "./routes.ts";
import { buildIpSets, buildNftables, buildRuleSets } from "./rule-sets.ts";

/** Builds one namespace from what was captured in it. `netns` is null for the host's own. */
export function buildNamespace(
  captured: Captured,
  { name, owner, containers }: Pick<Namespace, "name" | "owner" | "containers">,
  netns: string | null,
  contradictions: Contradiction[],
): Namespace {
  const iptables = buildRuleSets(captured, netns, 4, contradictions);
  const nftables = buildNftables(captured, netns);
  return {
    name,
    isHost: owner === null,
    owner,
    containers,
    interfaces: buildInterfaces(captured, netns, contradictions),
    addressesKnown: captured.all("ip-addr", netns).some(({ capture }) => !capture.truncated),
    routes: buildRoutes(captured, netns, 4),
    routes6: buildRoutes(captured, netns, 6),
    rules: buildPolicyRules(captured, netns, 4),
    rules6: buildPolicyRules(captured, netns, 6),
    neighbours: buildNeighbours(captured, netns),
    forwarding: buildForwarding(captured, netns),
    iptables,
    ip6tables: buildRuleSets(captured, netns, 6, contradictions),
    nftables,
    ipsets: buildIpSets(captured, netns),
    sysctls: buildSysctls(captured, netns, contradictions),
    ...buildListeners(captured, netns),
    resolver: buildResolver(captured, netns, iptables, nftables),
  };
}

/** Kernel settings. Of two values of one setting the later one of a text counts, and of two files the first one read. */
function buildSysctls(captured: Captured, netns: string | null, contradictions: Contradiction[]): Known<Sysctls> {
  return captured.known("sysctl", netns, (listings) => {
    const settings = new Map<string, { value: string; sources: readonly Source[] }>();
    for (const listing of listings) {
      let last = "";
      for (const { key, value, line } of listing.data) {
        const sources = [sourceOf(listing, { line })];
        const before = settings.get(key);
        const goesOn = key === last;
        last = key;
        if (before === undefined) settings.set(key, { value, sources });
        // A value of several lines is printed as several lines with the key (procps src/sysctl.c, ReadSetting).
        else if (goesOn) before.value = `${before.value}\n${value}`;
        else if (before.value === value) before.sources = mergeSources(before.sources, sources);
        else {
          contradictions.push({
            subject: netns === null ? key : `${netns}: ${key}`,
            message: `it is ${before.value} and ${value}`,
            sources: mergeSources(before.sources, sources),
          });
          if (before.sources.every(({ file }) => file === listing.capture.file)) settings.set(key, { value, sources });
        }
      }
    }
    return Object.fromEntries(settings);
  });
}

function buildForwarding(captured: Captured, netns: string | null): Known<readonly ForwardingEntry[]> {
  return captured.known("bridge-fdb", netns, (listings) =>
    mergeSame(
      listings.flatMap((listing) =>
        listing.data.map(({ mac, device, master, vlan, flags, line }) => ({
          ...{ mac, device, master, vlan, flags },
          sources: [sourceOf(listing, { line })],
        })),
      ),
    ),
  );
}

function buildListeners(captured: Captured, netns: string | null): Pick<Namespace, "listeners" | "listenersLack"> {
  const listings = captured.all("ss-listen", netns);
  const listeners = captured.known("ss-listen", netns, () =>
    mergeSame(
      listings.flatMap((listing) =>
        listing.data.map(({ line, state: _, ...socket }) => ({ ...socket, sources: [sourceOf(listing, { line })] })),
      ),
    ).flatMap(toSocket),
  );
  const lacks = listings.length === 0 ? [] : (["tcp", "udp", "sctp"] as const).flatMap((one) => lackOf(listings, one));
  return { listeners, listenersLack: Object.fromEntries(lacks) };
}

/** The text of an address is the parser's own: it keeps none that it cannot read. */
function toSocket({ address: text, ...socket }: Omit<Listener, "line" | "state"> & Pick<ListeningSocket, "sources">) {
  const address = text === null ? null : parseAddress(text);
  return text !== null && address === null ? [] : [{ ...socket, address }];
}

/** Why no listing holds all sockets of a protocol; nothing where one does. */
function lackOf(listings: readonly ParsedOf<"ss-listen">[], protocol: Transport): [string, string][] {
  const whys = listings.map(({ capture: { file, text, truncated }, data, notes: [note] }) => {
    if (truncated) return "ss-listen is not whole";
    if (note !== undefined) return `${file}:${note.line} was not understood: ${note.why}`;
    return listsProtocol(text, data, protocol)
      ? null
      : `ss-listen lists no ${protocol} sockets, which may not have been asked for`;
  });
  const [first] = whys;
  return first == null || whys.includes(null) ? [] : [[protocol, first]];
}
