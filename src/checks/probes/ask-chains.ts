import { newEntry, viewOf } from "../../dataplane/conntrack.ts";
import { environmentOf } from "../../dataplane/environment.ts";
import type { Stack } from "../../dataplane/types.ts";
import { evaluateBaseChain } from "../../firewall/match/evaluate.ts";
import type { ChainOutcome } from "../../firewall/outcome.ts";
import type { Packet } from "../../firewall/packet.ts";
import type { BaseChain, Hook, Table } from "../../firewall/rules.ts";
import type { Address } from "../../lib/address.ts";

/** The first packet of a connection, as a hook of the host sees it. */
export interface FirstPacket {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  readonly port: number;
  readonly incoming: string | null;
  readonly outgoing: string | null;
  /** For a packet that a bridge switches. */
  readonly ports?: { readonly in: string; readonly out: string };
}

export interface ChainAnswer {
  readonly table: Table;
  readonly base: BaseChain;
  readonly outcome: ChainOutcome;
}

/**
 * Asks one hook's iptables chains of the filter kind about a packet that never came this way: would INPUT have dropped what
 * DNAT leads past it? The first chain that does not accept, else the last one; null when there is none, `unknown` when a rule of
 * unknown effect leaves it open. Rules of nftables itself are not asked: they can only take more away (netfilter asks every base chain of a hook).
 * `verbose` keeps the rules that were passed over.
 */
export function askChains(
  stack: Stack,
  hook: Hook,
  first: FirstPacket,
  verbose = false,
): ChainAnswer | "unknown" | null {
  const { family } = first.destination;
  const packet = toPacket(first);
  const bases = stack.firewall[family].firewall.tables
    .flatMap((table) => table.baseChains.map((base) => ({ table, base })))
    .filter(({ base }) => base.hook === hook && base.type !== "nat")
    .sort((a, b) => a.base.priority - b.base.priority);
  let last: ChainAnswer | null = null;
  for (const { table, base } of bases) {
    const [outcome, ...others] = evaluateBaseChain(table, base, packet, environmentOf(stack), verbose);
    if (outcome === undefined || others.length > 0 || outcome.verdict.kind === "unknown") return "unknown";
    last = { table, base, outcome };
    if (outcome.verdict.kind === "drop" || outcome.verdict.kind === "reject") return last;
  }
  return last;
}

function toPacket({ source, destination, protocol, port, incoming, outgoing, ports }: FirstPacket): Packet {
  const tuple = {
    source,
    destination,
    protocol,
    sourcePort: { from: 32768, to: 60999 },
    destinationPort: { from: port, to: port },
  };
  return {
    ...tuple,
    family: destination.family,
    icmp: null,
    tcpFlags: protocol === 6 ? 0x02 : null,
    length: null,
    ttl: { from: 0, to: 255 },
    tos: 0,
    mark: 0,
    incoming,
    outgoing,
    incomingPort: ports?.in ?? null,
    outgoingPort: ports?.out ?? null,
    bridged: ports !== undefined,
    castType: "unicast",
    mac: null,
    owner: null,
    connection: viewOf(newEntry(tuple, false), "original", false),
  };
}
