import { canonicalText } from "../firewall/canonical.ts";
import type { Statement } from "../firewall/rules.ts";
import type { Source } from "../lib/source.ts";
import type { PublishedPort } from "../model/host.ts";
import { readSpec } from "./spec.ts";

/** What a rule of Docker's is for. */
export type Purpose =
  | "user-jump"
  | "chain-jump"
  | "isolation-jump"
  | "nat-jump"
  | "related-accept"
  | "bridge-jump"
  | "outgoing-accept"
  | "icc-accept"
  | "icc-drop"
  | "default-drop"
  | "default-accept"
  | "icmp-accept"
  | "routed-accept"
  | "isolation"
  | "internal-drop"
  | "masquerade"
  | "hairpin-masquerade"
  | "skip-dnat"
  | "dnat"
  | "port-accept"
  | "port-masquerade"
  | "direct-access-drop"
  | "trusted-accept"
  | "loopback-drop";

/** What breaks without it: nobody gets through, or somebody gets through who must not. */
export type Effect = "connectivity" | "isolation";

const isolating: ReadonlySet<Purpose> = new Set([
  "user-jump",
  "isolation-jump",
  "icc-drop",
  "default-drop",
  "isolation",
  "internal-drop",
  "direct-access-drop",
  "loopback-drop",
]);

export const effectOf = (purpose: Purpose): Effect => (isolating.has(purpose) ? "isolation" : "connectivity");

/** A rule that the engine would have written. */
export interface ExpectedRule {
  readonly family: 4 | 6;
  readonly table: string;
  readonly chain: string;
  /** As iptables-save prints it, without `-A` and the chain. */
  readonly text: string;
  /** What `text` does. */
  readonly statements: readonly Statement[];
  /** The canonical texts of the forms that do, the one of `text` first. */
  readonly keys: readonly string[];
  readonly purpose: Purpose;
  /** The network it is for; null for the engine's own chains. */
  readonly networkId: string | null;
  readonly bridge: string | null;
  /** The container, for rules of one endpoint or published port. */
  readonly container: string | null;
  /** The published port, for rules of one. */
  readonly port: PublishedPort | null;
  /** Where the snapshot says what calls for it. */
  readonly sources: readonly Source[];
}

/** What all rules of one network, endpoint or port have in common. */
export type Common = Pick<ExpectedRule, "family" | "networkId" | "bridge" | "container" | "port" | "sources">;

/** Makes a rule; `others` are further forms that do the same. */
export function expect(
  common: Common,
  table: string,
  chain: string,
  purpose: Purpose,
  text: string,
  ...others: readonly string[]
): ExpectedRule {
  const [statements = [], ...forms] = [text, ...others].map((one) => readSpec(one, common.family));
  const keys = [statements, ...forms].map((one) => canonicalText(one, common.family));
  return { ...common, table, chain, purpose, text, statements, keys };
}
