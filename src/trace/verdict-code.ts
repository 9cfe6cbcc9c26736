import { kindOf, type Reason } from "../reasons/reason.ts";
import type { ReasonKind } from "../reasons/sentences.ts";
import type { VerdictCode } from "../reasons/verdict-codes.ts";
import type { Answer } from "./answer.ts";
import type { Stop } from "./decision.ts";

/**
 * The chains in which the engines keep their networks apart: Docker's (moby, libnetwork/drivers/bridge/setup_ip_tables_linux.go),
 * netavark's (src/firewall/varktables/types.rs) and those of CNI's isolation plugin.
 */
const isolating = /^(DOCKER-ISOLATION|DOCKER-INTERNAL|NETAVARK_ISOLATION|CNI-ISOLATION)/;

type Ended = Pick<Answer, "verdict" | "reason" | "behindProxy" | "because"> & { readonly decision: Stop | null };

/** The code of an outcome or an answer: what stopped the packet, or of which kind it is that is not known. */
export function codeOf({ verdict, reason, behindProxy, because, decision }: Ended): VerdictCode {
  const codes = new Set(because.map(({ code }) => code));
  const listens = because.find(({ code }) => code === "nobody-listens");
  const nobody = listens?.code === "nobody-listens" && listens.isPublished ? "not-translated" : "no-listener";
  switch (verdict) {
    case "delivered":
      return behindProxy === null ? "delivered" : "proxy-in-vain";
    case "refused":
      return nobody;
    case "rejected":
      return "rejected-by-rule";
    case "unroutable":
      return reason ?? "no-route";
    case "ambiguous":
      return "several-outcomes";
    case "unknown":
      return whyOpen(because);
    case "dropped":
      if (behindProxy !== null) return "proxy-in-vain";
      if (codes.has("answer-lost") || codes.has("answer-no-route")) return "answer-lost";
      if (codes.has("nobody-listens")) return nobody;
      return decision === null ? "bridge-port" : droppedBy(decision);
  }
}

function droppedBy({ rule, chain, table }: Stop): VerdictCode {
  if (isolating.test(chain)) return "isolated-network";
  if (rule === null) return "dropped-by-policy";
  return chain === "DOCKER" && table === "filter" ? "not-published" : "dropped-by-rule";
}

/** What a capture would tell comes first, since it can be had. */
const kinds: readonly (readonly [ReasonKind, VerdictCode])[] = [
  ["limit", "too-complex"],
  ["not-captured", "not-captured"],
  ["not-evaluated", "not-evaluated"],
  ["not-asked", "depends-on-packet"],
  ["choice", "several-outcomes"],
];

function whyOpen(because: readonly Reason[]): VerdictCode {
  const found = new Set(because.map(kindOf));
  return kinds.find(([kind]) => found.has(kind))?.[1] ?? "not-captured";
}
