import type { Source } from "../../lib/source.ts";
import type { Host } from "../../model/host.ts";
import { tableState } from "../../model/queries/nft-tables.ts";
import { member } from "../nftables/match.ts";

/** Whether firewalld's rules are on the host, and where that shows: its nftables table, or its iptables chains. */
export function firewalldSign(host: Host): Source | null {
  const { own } = host;
  const nft = own.nftables.known ? own.nftables.value : null;
  const table = nft?.ruleset.tables.find(({ family, name }) => family === "inet" && name === "firewalld");
  if (nft !== null && table !== undefined) return { file: nft.file, line: table.line };
  for (const { file, tables } of own.iptables.known ? own.iptables.value.sets : []) {
    const chain = tables
      .flatMap(({ chains }) => chains)
      .find(({ name }) => /^(FORWARD_IN_ZONES|INPUT_ZONES)$/.test(name));
    if (chain !== undefined) return { file, line: chain.line };
  }
  return null;
}

/** firewalld's chains of a zone: `filter_FWD_docker`, before 1.0 `filter_FWDI_docker`, for INPUT `filter_IN_docker`. */
const zoneChain = /^filter_(?:FWDI?|IN)_(.+)$/;

/** The zone that firewalld's dispatching rules send an interface's packets to; null where none names the interface. */
export function zoneOf(host: Host, name: string): { readonly name: string; readonly source: Source } | null {
  const nft = host.own.nftables;
  if (!nft.known) return null;
  const { file, ruleset } = nft.value;
  if (tableState(ruleset, { family: "inet", table: "firewalld" }) !== "active") return null;
  for (const { table, expr, line } of ruleset.rules) {
    if (table !== "firewalld" || !expr.some((statement) => isFrom(statement, name))) continue;
    for (const statement of expr) {
      const jump = member(statement, "goto") ?? member(statement, "jump");
      const zone = zoneChain.exec(String(member(jump, "target")))?.[1];
      if (zone !== undefined && !zone.startsWith("policy_")) return { name: zone, source: { file, line } };
    }
  }
  return null;
}

function isFrom(statement: unknown, name: string): boolean {
  const match = member(statement, "match");
  const key = member(member(member(match, "left"), "meta"), "key");
  return (key === "iifname" || key === "iif") && member(match, "op") === "==" && member(match, "right") === name;
}
