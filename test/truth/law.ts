import type { CaptureKind } from "../../src/captures/kinds.ts";
import type { Capture, Snapshot } from "../../src/captures/snapshot.ts";
import { say } from "../../src/reasons/reason.ts";
import type { TrueHost } from "./hosts.ts";
import { addScores, allBut, type Keep, type Measured, measure, noScore, onlyCore, type Score } from "./measure.ts";

/** Captures that are taken away together, under a name that says what somebody did not send. */
export interface Reduction {
  readonly name: string;
  readonly keep: Keep;
}

const without = (name: string, ...kinds: readonly string[]): Reduction => ({
  name: `without ${name}`,
  keep: allBut(kinds),
});

const docker: readonly CaptureKind[] = [
  "docker-version",
  "docker-info",
  "docker-network-ls",
  "docker-network-inspect",
  "docker-ps",
  "docker-inspect",
];

const classes: readonly Reduction[] = [
  { name: "only the four core captures", keep: onlyCore },
  without("docker's captures", ...docker),
  without("docker inspect and ps", "docker-inspect", "docker-ps"),
  without("docker network's captures", "docker-network-ls", "docker-network-inspect"),
  without("containers' insides", "netns"),
  without("addresses", "ip-addr", "ip-link"),
  without("routes", "ip-route", "ip6-route", "ip-rule", "ip6-rule"),
  without("bridges", "brctl-show", "bridge-link", "bridge-vlan", "bridge-fdb"),
  without("listeners", "ss-listen"),
  without("settings", "sysctl"),
  without(
    "any firewall",
    ...["iptables-save", "iptables-nft-save", "iptables-legacy-save", "nft-ruleset", "ipset-save"],
    ...["ip6tables-save", "ip6tables-nft-save", "ip6tables-legacy-save"],
  ),
  without("ip6tables", "ip6tables-save", "ip6tables-nft-save", "ip6tables-legacy-save"),
  without("neighbours", "ip-neigh", "bridge-fdb"),
];

/**
 * Everything that is taken away from a snapshot to see that an answer is never certain and wrong: each of its kinds alone,
 * those that belong together, and `threes` random threes of captures. The same seed gives the same threes.
 */
export function reductionsOf({ captures }: Snapshot, threes: number, seed: number): readonly Reduction[] {
  const kinds = [...new Set(captures.map(({ kind }) => kind))].sort();
  // A capture inside containers is one thing that somebody does not send, whichever container it is.
  const places = [...new Set(captures.map(({ kind, netns }) => placeOf(kind, netns)))].sort();
  const random = randomNumbers(seed);
  const some = Array.from({ length: threes }, (): Reduction => {
    const gone = new Set([0, 1, 2].map(() => places[Math.floor(random() * places.length)] ?? ""));
    return { name: `without ${[...gone].join(", ")}`, keep: ({ kind, netns }) => !gone.has(placeOf(kind, netns)) };
  });
  return [...classes, ...kinds.map((kind) => without(kind, kind)), ...some];
}

/** A snapshot of which one sort of capture breaks off, as a paste or a time limit leaves it. */
export interface Cut {
  readonly name: string;
  readonly snapshot: Snapshot;
}

/** Each kind of capture, of the host and inside containers, with as much of its lines as `share` says, and marked as cut off. */
export function cutsOf(snapshot: Snapshot, share: number): readonly Cut[] {
  const places = new Set(snapshot.captures.map(({ kind, netns }) => placeOf(kind, netns)));
  return [...places].sort().map((place) => ({
    name: `${place} cut after ${share * 100} %`,
    snapshot: {
      ...snapshot,
      captures: snapshot.captures.map((one) => (placeOf(one.kind, one.netns) === place ? cutOff(one, share) : one)),
    },
  }));
}

function cutOff(capture: Capture, share: number): Capture {
  if (capture.state !== "ok") return capture;
  const lines = capture.text.split("\n");
  return { ...capture, text: `${lines.slice(0, Math.floor(lines.length * share)).join("\n")}\n`, truncated: true };
}

const placeOf = (kind: string, netns: string | null): string => (netns === null ? kind : `${kind} inside`);

/** Numbers in [0, 1) that a seed decides (Park and Miller's minimal standard generator). */
function randomNumbers(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** The figures of the law: what was asked, and what came of it. */
export interface LawScore {
  readonly score: Score;
  /** Unknown for want of the IPv6 rules, which the four core captures do not hold. */
  readonly unknownByIpv6: number;
}

export const noLawScore: LawScore = { score: noScore, unknownByIpv6: 0 };

/** Takes a reduction's captures away from a host and asks every `every`th of its attempts, from the `first` on. */
export function measureReduced(host: TrueHost, snapshot: Snapshot, keep: Keep, every: number, first = 0): Measured {
  const asked = host.truth.filter((_, i) => i % every === first % every);
  return measure(host.name, snapshot, asked, keep);
}

export function addLawScore({ score, unknownByIpv6 }: LawScore, measured: Measured): LawScore {
  const byIpv6 = measured.unknown.filter(({ because }) => because.some((why) => say(why).includes("ip6tables")));
  return { score: addScores([score, measured.score]), unknownByIpv6: unknownByIpv6 + byIpv6.length };
}

/** The share of answers that were wrong under an assumption other than that somebody listens. */
export const assumedShare = ({ all, unknown, unnamed, assumed }: Score): number =>
  assumed / Math.max(1, all - unknown - unnamed);

/** The share of questions that stay unknown beyond what the missing IPv6 rules decide. */
export const unknownShare = ({ score: { all, unknown, unnamed }, unknownByIpv6 }: LawScore): number =>
  (unknown - unknownByIpv6) / Math.max(1, all - unnamed);
