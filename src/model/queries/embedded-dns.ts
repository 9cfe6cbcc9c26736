import { givenAddress, numberAsked } from "../../firewall/asked.ts";
import { compileIptables } from "../../firewall/compile/iptables/compile-rule-set.ts";
import type { RuleSet } from "../../firewall/rule-set.ts";
import { type Address, formatAddress, sameAddress } from "../../lib/address.ts";
import type { Known } from "../../lib/known.ts";
import { literalAddress } from "../../lib/literals.ts";
import { transportOf } from "../../lib/protocol.ts";
import type { Source } from "../../lib/source.ts";
import type { NftRules, Resolver, RuleSets } from "../host.ts";
import { inForce, tableState } from "./nft-tables.ts";

/** Where Docker's DNS answers inside the containers of user-defined networks. */
export const embeddedAddress = literalAddress("127.0.0.11");

/** Whether a socket is Docker's resolver's; null is none of one address. */
export const isEmbeddedAddress = (address: Address | null): boolean =>
  address !== null && sameAddress(address, embeddedAddress);

/** The ports that the embedded DNS really listens on, and the rules that say so. */
export interface EmbeddedDns {
  readonly ports: NonNullable<Resolver["embeddedPorts"]>;
  readonly sources: readonly Source[];
}

/**
 * Reads the embedded DNS back from a container's NAT rules: `DOCKER_OUTPUT -d 127.0.0.11 … --dport 53 -j DNAT
 * --to-destination 127.0.0.11:PORT`, or the same in the nftables table `docker-dns` (libnetwork, resolver_unix.go).
 */
export function findEmbeddedDns(iptables: Known<RuleSets>, nftables: Known<NftRules>): EmbeddedDns | null {
  const found = [
    ...(iptables.known
      ? iptables.value.sets.flatMap((set) => fromIptables(inForce(set, nftables.known ? nftables.value : null)))
      : []),
    ...(nftables.known ? fromNftables(nftables.value) : []),
  ];
  if (found.length === 0) return null;
  const portOf = (wanted: Found["protocol"]) => found.findLast(({ protocol }) => protocol === wanted)?.port ?? null;
  return { ports: { tcp: portOf("tcp"), udp: portOf("udp") }, sources: found.map(({ source }) => source) };
}

interface Found {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  readonly source: Source;
}

function fromIptables(set: RuleSet): Found[] {
  const rules = compileIptables(set).flatMap(({ name, family, chains }) =>
    name === "nat" && family === 4 ? (chains.get("DOCKER_OUTPUT")?.rules ?? []) : [],
  );
  return rules.flatMap((rule): Found[] => {
    const to = givenAddress(rule, "destination");
    const protocol = transportOf(numberAsked(rule, "protocol") ?? 0);
    return isEmbeddedAddress(to && { family: 4, value: to.address })
      ? toFound(protocol, to?.port ?? 0, rule.source)
      : [];
  });
}

function fromNftables({ ruleset, file }: NftRules): Found[] {
  return ruleset.rules.flatMap(({ family, table, expr, line }): Found[] => {
    if (table !== "docker-dns" || tableState(ruleset, { family, table }) === "dormant") return [];
    const target = expr.map((each) => member(each, "dnat")).find((dnat) => dnat !== undefined);
    if (member(target, "addr") !== formatAddress(embeddedAddress)) return [];
    const payloads = expr.map((each) => member(member(member(each, "match"), "left"), "payload"));
    const protocol = payloads.find((payload) => member(payload, "field") === "dport");
    return toFound(member(protocol, "protocol"), Number(member(target, "port")), { file, line });
  });
}

function toFound(protocol: unknown, port: number, source: Source): Found[] {
  if ((protocol !== "tcp" && protocol !== "udp") || !Number.isInteger(port) || port <= 0) return [];
  return [{ protocol, port, source }];
}

/** A member of what nft printed as JSON, whatever that is. */
function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
