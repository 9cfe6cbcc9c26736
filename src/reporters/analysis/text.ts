import { several } from "../../lib/several.ts";
import type { Analysis } from "../../results/analysis.ts";
import { layOut, wrap } from "../text/rows.ts";
import { type Style, styleOf } from "../text/style.ts";
import { drawTree } from "../text/tree.ts";
import type { Reporter } from "./reporter.ts";
import { findingsLines } from "./text/findings.ts";
import { publishedPortRows } from "./text/published-ports.ts";
import { qualityLines } from "./text/quality.ts";
import { resolverLines } from "./text/resolvers.ts";
import { topologyTree } from "./text/topology-tree.ts";

/** The host at a glance: who and when, the tree of its networks, published ports, resolvers, and the snapshot's quality. */
export const text: Reporter = (analysis, options) => {
  const style = styleOf(options);
  const published = layOut(publishedPortRows(analysis.publishedPorts, style), style.width - 2).flat();
  return [
    ...headLines(analysis, style),
    "",
    style.title(analysis.snapshot.hostname ?? "host"),
    ...drawTree(topologyTree(analysis.topology, style), style.width),
    ...section(
      "Published ports",
      published.map((line) => `  ${line}`),
      style,
    ),
    ...section("Name resolution", resolverLines(analysis.resolvers, style), style),
    ...(analysis.findings === undefined ? [] : section("Findings", findingsLines(analysis.findings, style), style)),
    ...section("Snapshot", qualityLines(analysis.quality, style), style),
    "",
  ].join("\n");
};

const section = (title: string, lines: readonly string[], style: Style): string[] =>
  lines.length === 0 ? [] : ["", style.title(title), ...lines];

function headLines({ snapshot, engine, counts, quality }: Analysis, style: Style): string[] {
  const engineWords = [
    engine.version === null ? null : `Docker ${engine.version}`,
    engine.firewallBackend === null ? null : `firewall: ${engine.firewallBackend.split(" (")[0]}`,
    engine.rootless === true ? "rootless" : null,
    engine.swarm === null || engine.swarm === "inactive" ? null : `swarm ${engine.swarm}`,
    snapshot.os,
    snapshot.kernel === null ? null : `Linux ${snapshot.kernel}`,
  ];
  const taken =
    snapshot.takenAt === null
      ? "hand-made snapshot: it does not say when it was taken"
      : `taken ${snapshot.takenAt}${snapshot.uid === null ? "" : snapshot.uid === 0 ? " by root" : ` by user ${snapshot.uid}`}${snapshot.collector === null ? "" : `, collector ${snapshot.collector}`}`;
  return [[taken], engineWords, countWords(counts, quality.captures)].flatMap((words) =>
    wrap(
      words.filter((word) => word !== null).map((word) => style.plain(word)),
      style.width,
      "",
      " · ",
    ),
  );
}

type Counted = Analysis["counts"]["notCaptured"][number];
type Captures = Analysis["quality"]["captures"];

function countWords(
  { containers, running, stopped, networks, bridges, veths, publishedPorts, notCaptured }: Analysis["counts"],
  captures: Captures,
): string[] {
  const open = veths.candidates + veths.unknown;
  // None of what was not captured is no count, and of lists that are not whole it is a part.
  const counted = (what: Counted, count: number, one: string, more = "") =>
    count === 0 && notCaptured.includes(what)
      ? `${one}s not captured`
      : `${areWhole(what, captures) ? "" : "at least "}${several(count, one)}${more}`;
  return [
    counted("containers", containers, "container", stopped === 0 ? "" : ` (${running} running, ${stopped} stopped)`),
    counted("networks", networks, "network"),
    counted("bridges", bridges, "bridge"),
    counted(
      "veths",
      veths.total,
      "veth",
      veths.total === 0 ? "" : open === 0 ? ", all paired" : `, ${veths.paired} paired`,
    ),
    counted("publishedPorts", publishedPorts, "published port"),
  ];
}

/** The captures of the host that list things of each sort. */
const lists: Readonly<Record<Counted, RegExp>> = {
  containers: /^docker-(ps|inspect|network-inspect)$/,
  networks: /^(docker|podman)-network-|^docker-inspect$/,
  bridges: /^(brctl-show|ip-addr|ip-link)$/,
  veths: /^(ip-addr|ip-link)$/,
  publishedPorts: /^docker-(ps|inspect)$|^iptables-.*save$/,
};

function areWhole(what: Counted, captures: Captures): boolean {
  const read = captures.filter(({ kind, netns, state }) => netns === null && state === "ok" && lists[what].test(kind));
  return read.length === 0 || read.some(({ truncated }) => !truncated);
}
