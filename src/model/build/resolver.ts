import { type Address, sameAddress } from "../../lib/address.ts";
import { type Known, known } from "../../lib/known.ts";
import { literalAddress } from "../../lib/literals.ts";
import { formatScopedAddress, parseScopedAddress, type ScopedAddress } from "../../lib/scoped-address.ts";
import { mergeSources, type Source } from "../../lib/source.ts";
import type { NftRules, Resolver, RuleSets } from "../host.ts";
import { type EmbeddedDns, embeddedAddress, findEmbeddedDns } from "../queries/embedded-dns.ts";
import type { Captured, ParsedOf } from "./captured.ts";
import { sourceOf } from "./captured.ts";

/** systemd-resolved's (resolved.conf(5), DNSStubListener). */
const stubAddress = literalAddress("127.0.0.53");

/**
 * The resolver set-up of a namespace: its resolv.conf and, in a container, the rules that lead to the embedded DNS, which
 * tell of it even where resolv.conf was not captured.
 */
export function buildResolver(
  captured: Captured,
  netns: string | null,
  iptables: Known<RuleSets>,
  nftables: Known<NftRules>,
): Known<Resolver> {
  const embedded = netns === null ? null : findEmbeddedDns(iptables, nftables);
  if (captured.all("resolv-conf", netns).length === 0 && embedded !== null) return known(fromRules(embedded));
  return captured.known("resolv-conf", netns, (listings) => {
    const nameservers = serversOf(listings, "nameservers");
    const kind = kindOf(nameservers);
    const upstreams =
      kind === "stub"
        ? serversOf(captured.all("resolved-conf", netns), "nameservers")
        : serversOf(listings, "extServers");
    return {
      kind,
      knownFrom: "resolv-conf",
      nameservers: addressesOf(nameservers),
      search: [...new Set(listings.flatMap(({ data }) => data.search))],
      options: [...new Set(listings.flatMap(({ data }) => data.options))],
      upstreams: addressesOf(upstreams),
      embeddedPorts: embedded?.ports ?? null,
      sources: mergeSources(
        nameservers.map(({ source }) => source),
        upstreams.map(({ source }) => source),
        embedded?.sources ?? [],
      ),
    };
  });
}

interface Server {
  readonly server: ScopedAddress;
  readonly source: Source;
}

function serversOf(
  listings: readonly (ParsedOf<"resolv-conf"> | ParsedOf<"resolved-conf">)[],
  which: "nameservers" | "extServers",
): Server[] {
  return listings.flatMap((listing) =>
    listing.data[which].flatMap(({ address, line }) => {
      // The parser has refused what is no address.
      const server = parseScopedAddress(address);
      return server === null ? [] : [{ server, source: sourceOf(listing, { line }) }];
    }),
  );
}

/** Each once. */
const addressesOf = (servers: readonly Server[]): readonly ScopedAddress[] => [
  ...new Map(servers.map(({ server }) => [formatScopedAddress(server), server])).values(),
];

function kindOf(servers: readonly Server[]): Resolver["kind"] {
  const asks = (one: Address) => servers.some(({ server }) => sameAddress(server.address, one));
  if (asks(embeddedAddress)) return "embedded";
  if (asks(stubAddress)) return "stub";
  return servers.length > 0 ? "direct" : "none";
}

function fromRules({ ports, sources }: EmbeddedDns): Resolver {
  return {
    kind: "embedded",
    knownFrom: "rules",
    nameservers: [{ address: embeddedAddress, zone: null }],
    search: [],
    options: [],
    upstreams: [],
    embeddedPorts: ports,
    sources,
  };
}
