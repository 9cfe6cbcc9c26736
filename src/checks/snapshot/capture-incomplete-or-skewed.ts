import { isDockerChain } from "../../docker-rules/rule-set-index.ts";
import type { RuleSet } from "../../firewall/rule-set.ts";
import { sh } from "../../lib/command.ts";
import { byNaturalName } from "../../lib/order.ts";
import type { CaptureReport, Contradiction, Host } from "../../model/host.ts";
import { isDockerVeth } from "../../model/queries/docker-names.ts";
import { namespacesOf } from "../../model/queries/host-index.ts";
import { defineCheck, type Observation, type Subject } from "../check.ts";
import { count, some } from "../words.ts";

/** Without these nearly nothing is known. */
const essential: ReadonlySet<string> = new Set(["ip-addr", "docker-network-inspect", "iptables-save"]);

export const captureIncompleteOrSkewed = defineCheck({
  id: "capture-incomplete-or-skewed",
  severity: "warning",
  sureness: "proven",
  category: "snapshot",
  title: "The snapshot is incomplete, or its parts are not of one moment",
  why: "What is missing looks like what is not there: a rule that was cut off, a network that was not listed. Findings about missing things are only as good as the capture.",
  fix: "Run the collector again as root on the host where dockerd runs, all at once. Where two engines are installed (docker-ce and the snap, say), remove one.",
  sources: [
    "https://github.com/docker-snap/docker-snap/issues/68",
    "https://github.com/moby/moby/issues/43228",
    "iptables/iptables-save.c: each table ends in COMMIT",
  ],
  needs: [],
  wants: ["ip-addr", "docker-network-inspect", "iptables-save"],
  *run({ host }) {
    yield* failed(host);
    yield* cut(host);
    yield* uninspected(host);
    yield* contradicting(host);
    yield* otherEngine(host);
  },
});

const captureSubject = (name: string): Subject => ({ kind: "capture", name });

const again = {
  text: "Run the collector once more, as root.",
  commands: [sh`sudo sh collect.sh`],
  cutsTraffic: false,
} as const;

/** What is given in parts, of which each one counts: networks, containers, tables. Of everything else one whole output has all. */
const inParts = /-inspect$|save$|^nft-/;

function* failed({ captures: all }: Host): Iterable<Observation> {
  const read = ({ kind, netns }: CaptureReport) =>
    all.filter((other) => other.kind === kind && other.netns === netns && other.state === "ok");
  const isMade = (report: CaptureReport) =>
    !inParts.test(report.kind) && read(report).some(({ truncated }) => !truncated);
  const bad = all.filter((report) => report.state === "failed" && !isMade(report));
  const isEssential = (report: CaptureReport) =>
    report.netns === null && essential.has(report.kind) && read(report).length === 0;
  for (const report of bad.filter(isEssential)) {
    yield {
      subject: captureSubject(report.file),
      message: `${report.kind} failed: ${report.why ?? "no reason given"}. Most of what is said here rests on it.`,
      evidence: [],
      severity: "error",
      fix: again,
    };
  }
  const others = bad.filter((report) => !isEssential(report));
  if (others.length > 0) {
    const what = ({ kind, netns, why }: CaptureReport) =>
      `${kind}${netns === null ? "" : ` in ${netns}`} (${why ?? "no reason given"})`;
    yield {
      subject: captureSubject("captures"),
      message: `${count(others.length, "capture")} failed: ${some(others.map(what), 3)}.`,
      evidence: [],
      fix: again,
    };
  }
}

/** Texts that are not whole, as their reader or their own grammar says. */
function* cut(host: Host): Iterable<Observation> {
  const { captures: all } = host;
  const truncated = all.filter((capture) => capture.truncated);
  for (const { file } of truncated) {
    yield {
      subject: captureSubject(file),
      message: `${file} is not whole: what is missing in it is unknown, not absent.`,
      evidence: [],
      fix: again,
    };
  }
  for (const { iptables, ip6tables } of namespacesOf(host)) {
    for (const sets of [iptables, ip6tables]) {
      for (const set of sets.known ? sets.value.sets : [])
        if (!truncated.some(({ file }) => file === set.file)) yield* cutRules(set, sets.known ? sets.value.sets : []);
    }
  }
}

function* cutRules({ file, tables }: RuleSet, all: readonly RuleSet[]): Iterable<Observation> {
  const open = tables.find(({ commitLine }) => commitLine === null);
  if (open !== undefined) {
    const line = open.rules.at(-1)?.line ?? open.line;
    yield {
      subject: captureSubject(file),
      message: `${file} ends in the middle of table ${open.name}, without its COMMIT: the rules after line ${line} are unknown.`,
      evidence: [
        { file, line: open.line },
        { file, line },
      ],
      fix: again,
    };
    return;
  }
  const filter = tables.find(
    ({ name, chains }) => name === "filter" && chains.some((chain) => isDockerChain(chain.name)),
  );
  if (filter === undefined || all.some((set) => set.tables.some(({ name }) => name === "nat"))) return;
  const chain = filter.chains.find(({ name }) => isDockerChain(name));
  yield {
    subject: captureSubject(file),
    message: `${file} has Docker's chains in filter but no nat table, which Docker always fills, too: the capture was limited to one table, or nat could not be read.`,
    evidence: [{ file, line: filter.line }, ...(chain === undefined ? [] : [{ file, line: chain.line }])],
    sureness: "strong",
    fix: again,
  };
}

/** Networks that `docker network ls` lists and inspect does not: made or removed in between, or inspect was given a few names only. */
function* uninspected({ networks }: Host): Iterable<Observation> {
  if (!networks.some(({ inspected }) => inspected)) return;
  const left = networks.filter(({ inspected, driver }) => !inspected && driver !== "host" && driver !== "null");
  if (left.length === 0) return;
  yield {
    subject: captureSubject("docker-network-inspect"),
    message: `${some(left.map(({ name }) => name))} ${left.length === 1 ? "is" : "are"} listed by docker network ls, but ${left.length === 1 ? "was" : "were"} not inspected: nothing more is known of ${left.length === 1 ? "it" : "them"}.`,
    evidence: left.flatMap(({ sources }) => sources.slice(0, 1)),
    fix: {
      text: "Inspect all networks at once.",
      commands: [sh`docker network inspect $(docker network ls -q)`],
      cutsTraffic: false,
    },
  };
}

/** Whether a capture of the host was read whole. */
const isWhole = ({ captures: all }: Host, wanted: CaptureReport["kind"]): boolean => {
  const own = all.filter(({ kind, netns }) => kind === wanted && netns === null);
  return own.length > 0 && own.every(({ state, truncated }) => state === "ok" && !truncated);
};

/**
 * One finding for each thing that captures disagree on. That something is in no capture says so only where a collector
 * took the one capture that should hold it, and it is whole; a network without its bridge is network-bridge-missing's.
 */
function* contradicting(host: Host): Iterable<Observation> {
  const inspected = host.captures.some(
    ({ kind, netns, state }) => kind === "docker-network-inspect" && netns === null && state === "ok",
  );
  const bySubject = new Map<string, Contradiction[]>();
  for (const each of host.contradictions) {
    // That a command was given twice says so whatever else was captured.
    if (!inspected && !each.message.startsWith("taken twice")) continue;
    if (/^the bridge of a network is in no capture/.test(each.message)) continue;
    if (/ is in no capture/.test(each.message) && !(host.identity.takenAt !== null && isWhole(host, "ip-addr")))
      continue;
    const known = bySubject.get(each.subject);
    if (known === undefined) bySubject.set(each.subject, [each]);
    else known.push(each);
  }
  for (const [subject, all] of [...bySubject].toSorted(([a], [b]) => byNaturalName(a, b))) {
    yield {
      subject: captureSubject(subject),
      message: `The captures disagree on ${subject}: ${some(
        all.map(({ message }) => message),
        2,
      )}. Something changed between them, or by hand.`,
      evidence: all.flatMap(({ sources }) => sources).slice(0, 8),
      sureness: "strong",
      fix: again,
    };
  }
}

/** Live veths on a bridge named like Docker's that this engine does not know: another engine may own it. */
function* otherEngine(host: Host): Iterable<Observation> {
  const { bridges, networks, own } = host;
  if (
    !isWhole(host, "docker-network-inspect") ||
    networks.some(({ inspected, driver }) => !inspected && driver === "bridge")
  )
    return;
  const interfaces = new Map((own.interfaces.known ? own.interfaces.value : []).map((each) => [each.name, each]));
  for (const { name, owner, ports, sources } of bridges) {
    const live = ports.filter((port) => isDockerVeth(port) && interfaces.get(port)?.carrier === true);
    if (owner !== "leftover" || live.length === 0) continue;
    yield {
      subject: { kind: "bridge", name },
      message: `${name} has live containers (${some(live)}), but this engine knows no such network: a second Docker engine may run here, and two of them fight over docker0 and the rules.`,
      evidence: [
        ...sources.slice(0, 1),
        ...live.slice(0, 3).flatMap((port) => interfaces.get(port)?.sources.slice(0, 1) ?? []),
      ],
      severity: "info",
      sureness: "hint",
      fix: {
        text: "Look for a second engine.",
        commands: [sh`pgrep -a dockerd`, sh`snap list docker`],
        cutsTraffic: false,
      },
    };
  }
}
