import type { Source } from "../lib/source.ts";
import type { NodeOf } from "../results/topology.ts";

/** What is known of a node, in parts that each name their sources. */
export interface Facts {
  readonly title: string;
  readonly kind: string;
  readonly parts: readonly FactPart[];
}

export interface FactPart {
  readonly title: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
  readonly sources: readonly Source[];
}

/** A label and what is known under it. */
export type FactRow = readonly [string, string];

export const linkRows = (node: {
  readonly kind: string | null;
  readonly up: boolean | null;
  readonly carrier: boolean | null;
  readonly state: string | null;
  readonly mac: string | null;
  readonly mtu: number | null;
}): (readonly [string, string | null])[] => [
  ["kind", node.kind],
  [
    "state",
    node.up === null
      ? "in no capture"
      : [node.up ? "up" : "down", node.carrier === false ? "no carrier" : null, node.state]
          .filter((word) => word !== null)
          .join(", "),
  ],
  ["MAC", node.mac],
  ["MTU", node.mtu === null ? null : `${node.mtu}`],
];

export const addressRows = (addresses: NodeOf<"bridge">["addresses"]): FactRow[] =>
  addresses.map(({ address, prefixLength, scope }) => [
    "address",
    `${address}/${prefixLength}${scope === null || scope === "global" ? "" : ` (${scope})`}`,
  ]);

export const flag = (value: boolean | null): string | null => (value === null ? null : value ? "yes" : "no");

export const compose = ({
  composeProject,
  composeService,
}: {
  readonly composeProject: string | null;
  readonly composeService: string | null;
}): string => [composeProject, composeService].filter((word) => word !== null).join(" / ");

/** A part without what is not known. */
export function part(
  title: string,
  rows: readonly (readonly [string, string | null])[],
  sources: readonly Source[],
): FactPart {
  return { title, rows: rows.filter((row): row is FactRow => row[1] !== null && row[1] !== ""), sources };
}
