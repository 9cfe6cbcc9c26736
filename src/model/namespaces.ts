import type { Known } from "../lib/known.ts";
import { mergeSources, type Source } from "../lib/source.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import type { Contradiction, ForwardingEntry, ListeningSocket, Namespace, Sysctls } from "./host.ts";
import { buildInterfaces } from "./interfaces.ts";
import { mergeSame } from "./merge-same.ts";
import { buildResolver } from "./resolver.ts";
import { buildNeighbours, buildPolicyRules, buildRoutes } from "./routes.ts";
import { buildIpSets, buildNftables, buildRuleSets } from "./rule-sets.ts";

/** Builds one namespace from what was captured in it. `netns` is null for the host's own. */
export function buildNamespace(
  captured: Captured,
  id: string,
  netns: string | null,
  containers: readonly string[],
  contradictions: Contradiction[],
): Namespace {
  const iptables = buildRuleSets(captured, netns, 4, contradictions);
  const nftables = buildNftables(captured, netns);
  return {
    id,
    containers,
    interfaces: buildInterfaces(captured, netns, contradictions),
    addressesKnown: captured.all("ip-addr", netns).length > 0,
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
    listeners: buildListeners(captured, netns),
    resolver: buildResolver(captured, netns, iptables, nftables),
  };
}

/** Kernel settings. Of two values of one setting the later one of a text counts, and of two files the first one read. */
function buildSysctls(captured: Captured, netns: string | null, contradictions: Contradiction[]): Known<Sysctls> {
  return captured.known("sysctl", netns, (listings) => {
    const settings = new Map<string, { value: string; sources: readonly Source[] }>();
    for (const listing of listings) {
      for (const { key, value, line } of listing.data) {
        const sources = [sourceOf(listing, { line })];
        const before = settings.get(key);
        if (before === undefined) settings.set(key, { value, sources });
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

function buildListeners(captured: Captured, netns: string | null): Known<readonly ListeningSocket[]> {
  return captured.known("ss-listen", netns, (listings) =>
    mergeSame(
      listings.flatMap((listing) =>
        listing.data.map(({ line, state: _, ...socket }) => ({ ...socket, sources: [sourceOf(listing, { line })] })),
      ),
    ),
  );
}
