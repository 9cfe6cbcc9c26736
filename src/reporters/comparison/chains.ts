import { hostWord } from "../../model/namespace-id.ts";
import type { Comparison } from "../../results/comparison.ts";

export type ChainReport = Comparison["chains"][number];
export type EditReport = ChainReport["edits"][number];

/** `filter DOCKER-USER`, `nat DOCKER_OUTPUT of web (IPv6, legacy)` */
export function chainName({ place, formerly }: Pick<ChainReport, "place" | "formerly">): string {
  const { namespace, family, backend, table, chain } = place;
  const kind = [
    family === 4 ? "" : family === 6 ? "IPv6" : String(family),
    backend === "legacy" ? "legacy" : backend === "nftables" ? "nftables" : "",
  ].filter((word) => word !== "");
  const was = formerly === null ? "" : `, before ${formerly.table} ${formerly.chain} of ${formerly.namespace}`;
  return `${table} ${chain}${namespace === hostWord ? "" : ` of ${namespace}`}${kind.length === 0 ? "" : ` (${kind.join(", ")})`}${was}`;
}

/** A rule without the chain's name, which stands above it. */
export function ruleIn({ place, formerly }: ChainReport, text: string): string {
  for (const chain of [place.chain, formerly?.chain])
    if (chain !== undefined && text.startsWith(`-A ${chain} `)) return text.slice(chain.length + 4);
  return text;
}

/** `-d 10.20.0.3/32 → 10.20.0.77/32`, `! -i docker0 is new` */
export function optionWords({ name, before, after }: EditReport["options"][number]): string {
  if (before === null) return `${name} ${after ?? ""} is new`;
  return after === null ? `${name} ${before} is gone` : `${name} ${before} → ${after}`;
}
