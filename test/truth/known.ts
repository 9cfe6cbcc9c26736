import type { Answer } from "../../src/trace/answer.ts";
import type { Comparison, Truth } from "./compare.ts";

/** A disagreement with what happened that was followed to its cause; docs/fidelity.md tells each at length. */
export interface KnownDisagreement {
  readonly why: string;
  readonly covers: (disagreement: Disagreement) => boolean;
}

export interface Disagreement {
  readonly host: string;
  readonly truth: Truth;
  readonly answer: Answer;
  readonly comparison: Comparison;
}

/** Every disagreement that is known, as narrow as its cause: anything else is a mistake of the trace. */
export const knownDisagreements: readonly KnownDisagreement[] = [
  {
    why: "the bridge's new IPv6 address was still tentative while the host's own probes ran, the first of all",
    covers: ({ host, truth, comparison }) =>
      /^ipv6-docker(20|26)$/.test(host) &&
      truth.from === "host" &&
      (comparison === "wrong" || comparison === "source") &&
      /^\[(fd12:3456:789a:1::[123]|2001:db8:c0:1::1)\]:/.test(truth.to),
  },
  {
    why: "nobody answers ARP: silence for three seconds, then an ICMP error, which a probe of 2.2 s hears only when another asked before it",
    covers: ({ truth, answer, comparison }) =>
      comparison === "kind" && answer.reason === "no-neighbour" && truth.result === "unreachable",
  },
];

/** Why a disagreement is none of the trace's; null when it is one. */
export function explained(disagreement: Disagreement): string | null {
  return knownDisagreements.find(({ covers }) => covers(disagreement))?.why ?? null;
}
