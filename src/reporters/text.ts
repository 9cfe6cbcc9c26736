import type { Analysis } from "../analysis.ts";
import type { Reporter } from "./reporter.ts";
import { findingsLines } from "./text/findings.ts";
import { publishedPortRows } from "./text/published-ports.ts";
import { qualityLines } from "./text/quality.ts";
import { resolverLines } from "./text/resolvers.ts";
import { layOut, wrap } from "./text/rows.ts";
import { type Style, styleOf } from "./text/style.ts";
import { topologyTree } from "./text/topology-tree.ts";
import { drawTree } from "./text/tree.ts";

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

type Captures = Analysis["quality"]["captures"];

function countWords(
  { containers, running, stopped, networks, bridges, veths, publishedPorts }: Analysis["counts"],
  captures: Captures,
): string[] {
  const several = (count: number, one: string) => countOf(count, one, captures);
  const open = veths.candidates + veths.unknown;
  return [
    `${several(containers, "container")}${stopped === 0 ? "" : ` (${running} running, ${stopped} stopped)`}`,
    several(networks, "network"),
    several(bridges, "bridge"),
    `${several(veths.total, "veth")}${veths.total === 0 ? "" : open === 0 ? ", all paired" : `, ${veths.paired} paired`}`,
    several(publishedPorts, "published port"),
  ];
}

/** The captures of the host that list things of each sort. */
const lists: Readonly<Record<string, RegExp>> = {
  container: /^docker-(ps|inspect|network-inspect)$/,
  network: /^(docker|podman)-network-|^docker-inspect$/,
  bridge: /^(brctl-show|ip-addr|ip-link)$/,
  veth: /^(ip-addr|ip-link)$/,
  "published port": /^docker-(ps|inspect)$|^iptables-.*save$/,
};

/** `3 networks`, `at least 3 networks` of lists that are not whole, `networks not captured` without any. */
function countOf(count: number, one: string, captures: Captures): string {
  const read = captures.filter(
    ({ kind, netns, state }) => netns === null && state === "ok" && lists[one]?.test(kind) === true,
  );
  if (read.length === 0 && count === 0) return `${one}s not captured`;
  const words = `${count} ${one}${count === 1 ? "" : "s"}`;
  return read.some(({ truncated }) => !truncated) ? words : `at least ${words}`;
}
