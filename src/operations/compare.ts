import type { Snapshot } from "../captures/snapshot.ts";
import { checks } from "../checks/registry.ts";
import { runChecks } from "../checks/run-checks.ts";
import { type NamedCauses, nameCauses } from "../diff/causes/name-causes.ts";
import type { ChainChange, ChainPlace, ThingChanges } from "../diff/change.ts";
import { blocksOf, mostBlocks } from "../diff/flows/classes.ts";
import { compareFlows, type FlowComparison, flowChangeKinds, mostAsked } from "../diff/flows/compare-flows.ts";
import { hostPlaces } from "../diff/flows/host-places.ts";
import { directoryOf, type FlowOutcome } from "../diff/flows/outcome.ts";
import { type PeerPair, peerPairs } from "../diff/flows/peer-pairs.ts";
import type { Both } from "../diff/flows/side.ts";
import { type Destination, destinationsOf } from "../diff/flows/targets.ts";
import { matchHosts } from "../diff/match/match.ts";
import { sharedKnowledge } from "../diff/match/shared-knowledge.ts";
import { compareThings } from "../diff/things.ts";
import { formatAddress } from "../lib/address.ts";
import { sortedBy } from "../lib/order.ts";
import { several } from "../lib/several.ts";
import type { Host } from "../model/host.ts";
import { hostWord } from "../model/namespace-id.ts";
import { sayAll } from "../reasons/reason.ts";
import type { Comparison, DestinationReport, FlowReport, PartyReport } from "../results/comparison.ts";
import { makeTracer } from "../trace/trace.ts";
import { rebuildHost } from "./analyze.ts";
import { compareFindings } from "./compare-findings.ts";
import { countFlows, countRules, countThings, pairsOf } from "./count-changes.ts";
import { reportAnswer } from "./report-answer.ts";

export interface CompareOptions {
  /** Hears how far the work is; flows take by far the most of it. */
  readonly tell?: (done: number, of: number) => void;
}

/** Says what a change did: in things, in rules, in findings, and in who can reach what. */
export function compare(before: Snapshot, after: Snapshot, { tell = () => {} }: CompareOptions = {}): Comparison {
  const hosts = { before: rebuildHost(before), after: rebuildHost(after) };
  const matching = matchHosts(hosts.before, hosts.after);
  const things = compareThings(hosts.before, hosts.after, matching);
  const shared = sharedKnowledge(before, after, matching);
  const same = shared.leftOut.length === 0;
  const known = same ? hosts : { before: rebuildHost(shared.before), after: rebuildHost(shared.after) };
  const behaviour = compareBehaviour(known.before, known.after, things, tell);
  const { compared, unknown, flows, causes } = behaviour;
  const findings = compareFindings(
    { host: hosts.before, report: runChecks(hosts.before, before, checks) },
    { host: hosts.after, report: runChecks(hosts.after, after, checks) },
    matching,
  );
  return {
    format: "vethscope-comparison",
    version: 1,
    before: describe(hosts.before),
    after: describe(hosts.after),
    summary: {
      flows: { compared, ...countFlows(flows.map(({ flow }) => flow)), unknown: pairsOf(unknown) },
      things: countThings(things.changes),
      rules: countRules(things.chains),
      findings: { new: findings.new.length, gone: findings.gone.length, same: findings.same },
      ignored: 0,
    },
    flows: sortedBy(flows, ({ flow }) => flowChangeKinds.indexOf(flow.kind)).map(reportFlow),
    causes,
    changes: things.changes,
    chains: things.chains.map(reportChain),
    findings: { new: findings.new, gone: findings.gone },
    incomparable: [
      ...things.incomparable.map(sayIncomparable),
      ...shared.leftOut,
      ...findings.incomparable,
      ...unknownFlows(unknown),
      ...untried(behaviour),
    ],
  };
}

/** Asks both sides, and tries which of the changes brought each difference about. */
function compareBehaviour(
  before: Host,
  after: Host,
  things: ThingChanges,
  tell: (done: number, of: number) => void,
): Omit<FlowComparison, "changes"> & NamedCauses & { readonly isWhole: boolean } {
  const tracers = { before: makeTracer(before), after: makeTracer(after) };
  const sides = {
    before: { host: before, dataplane: tracers.before.dataplane },
    after: { host: after, dataplane: tracers.after.dataplane },
  };
  const matching = matchHosts(before, after);
  const parties = peerPairs(sides.before, sides.after, matching);
  const destinations = destinationsOf(sides.before, sides.after, matching, parties);
  const places = hostPlaces(sides.before, sides.after, matching);
  const { blocks, isWhole } = blocksOf(sides.before, sides.after, parties, destinations);
  const { changes, ...compared } = compareFlows(tracers, parties, places, blocks, (done) => tell(done, blocks.length));
  const named = nameCauses(before, sides.after, directoryOf(parties, places, "after"), things, changes);
  return { ...compared, isWhole, ...named };
}

const describe = ({ identity, engine }: Host): Comparison["before"] => ({
  hostname: identity.hostname,
  takenAt: identity.takenAt,
  kernel: identity.kernel,
  engine: engine.version,
});

/** The words of the published form for iptables' back ends. */
const backendWords = {
  "iptables-nft": "nft",
  "iptables-legacy": "legacy",
  iptables: "unknown",
  nftables: "nftables",
} as const;

function reportChain({ place, formerly, ...chain }: ChainChange): Comparison["chains"][number] {
  const worded = (one: ChainPlace) => ({ ...one, backend: backendWords[one.backend] });
  return { ...chain, place: worded(place), formerly: formerly && worded(formerly) };
}

function reportFlow({ flow, cause }: NamedCauses["flows"][number]): FlowReport {
  const { kind, from, to, before, after } = flow;
  return {
    kind,
    from: from.map(reportParty),
    to: to.map(reportDestination),
    before: reportOutcome(before),
    after: reportOutcome(after),
    cause,
  };
}

const reportParty = ({ kind, name }: PeerPair): PartyReport => ({ kind, ...name });

function reportDestination({ place, port, address }: Destination): DestinationReport {
  const text = <T>({ before, after }: Both<T>, say: (value: T) => string) => ({
    before: before === null ? null : say(before),
    after: after === null ? null : say(after),
  });
  const base = {
    kind: place.kind,
    network: null,
    interface: null,
    publishes: null,
    address: text(address, formatAddress),
    ...port,
  };
  switch (place.kind) {
    case "container":
      return { ...base, name: place.container, network: place.network };
    case "host":
      return {
        ...base,
        name: { before: hostWord, after: hostWord },
        interface: place.interface,
        publishes: text(place.publishes, ({ container, port: inside }) => `${container}:${inside}`),
      };
    case "outside":
      return { ...base, name: { before: place.who, after: place.who } };
  }
}

const reportOutcome = ({ state, answer }: FlowOutcome): FlowReport["before"] => ({
  state,
  answer: answer === null ? null : reportAnswer(answer),
});

const sayIncomparable = ({
  what,
  before,
  after,
}: ThingChanges["incomparable"][number]): { what: string; why: string } => ({
  what,
  why: [before === null ? "" : `before: ${before}`, after === null ? "" : `after: ${after}`]
    .filter((one) => one !== "")
    .join("; "),
});

/** What was left out so that the comparison comes to an end. */
function untried({ leftOut, isWhole, unexplained }: ReturnType<typeof compareBehaviour>): Comparison["incomparable"] {
  const flows = (count: number) => `${several(count, "flow")}`;
  return [
    ...(leftOut === 0 ? [] : [{ what: flows(leftOut), why: `no more than ${mostAsked} different ones are tried` }]),
    ...(isWhole ? [] : [{ what: "all further flows", why: `no more than ${mostBlocks} kinds of them are looked at` }]),
    ...(unexplained === 0
      ? []
      : [{ what: `the causes of ${flows(unexplained)}`, why: "no more attempts are made to find causes" }]),
  ];
}

/** Attempts that cannot be compared, by the reason. */
function unknownFlows(unknown: FlowComparison["unknown"]): Comparison["incomparable"] {
  const counts = new Map<string, number>();
  for (const { from, to, before, after } of unknown) {
    const reasons = (side: string, { state, answer }: FlowOutcome) =>
      state === "unknown" ? `${side}: ${answer === null ? "no reason given" : sayAll(answer.because)}` : null;
    const why = [reasons("before", before), reasons("after", after)].filter((one) => one !== null).join("; ");
    counts.set(why, (counts.get(why) ?? 0) + from.length * to.length);
  }
  return [...counts].map(([why, count]) => ({ what: `${several(count, "flow")}`, why }));
}
