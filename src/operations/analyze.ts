import type { CaptureKind } from "../captures/kinds.ts";
import type { Snapshot } from "../captures/snapshot.ts";
import { formatAddress } from "../lib/address.ts";
import { formatScopedAddress } from "../lib/scoped-address.ts";
import { buildHost } from "../model/build/build-host.ts";
import type { Host } from "../model/host.ts";
import { parseCapture } from "../parsers/parse-capture.ts";
import type { Analysis } from "../results/analysis.ts";
import { buildTopology } from "../topology/build-topology.ts";
import { describeQuality } from "./describe-quality.ts";
import { describeResolvers } from "./describe-resolvers.ts";

/** Rebuilds the host from all captures of a snapshot that can be read. */
export function rebuildHost(snapshot: Snapshot): Host {
  const readable = snapshot.captures.filter((capture) => capture.state === "ok");
  return buildHost(snapshot, readable.map(parseCapture));
}

/** All that is said of a snapshot, as plain data: every report is made from this and from nothing else. */
export function analyze(snapshot: Snapshot): Analysis {
  return describeHost(rebuildHost(snapshot), snapshot);
}

/** The same of a host that was rebuilt already, for those who need the host too. */
export function describeHost(host: Host, snapshot: Pick<Snapshot, "unread">): Analysis {
  return {
    format: "vethscope-analysis",
    version: 1,
    snapshot: host.identity,
    engine: describeEngine(host.engine),
    counts: count(host),
    topology: buildTopology(host),
    publishedPorts: host.publishedPorts.map((port) => ({ ...port, hostAddress: formatAddress(port.hostAddress) })),
    resolvers: describeResolvers(host),
    quality: describeQuality(host, snapshot.unread),
  };
}

function describeEngine(engine: Host["engine"]): Analysis["engine"] {
  const { ip, dns } = engine.settings;
  return {
    ...engine,
    settings: { ...engine.settings, ip: ip && formatAddress(ip), dns: dns.map(formatScopedAddress) },
  };
}

function count(host: Host): Analysis["counts"] {
  const pairings = (kind: Host["pairings"][number]["kind"]) =>
    host.pairings.filter((each) => each.kind === kind).length;
  return {
    containers: host.containers.length,
    running: host.containers.filter(({ running }) => running === true).length,
    stopped: host.containers.filter(({ running }) => running === false).length,
    networks: host.networks.length,
    bridges: host.bridges.length,
    veths: {
      total: host.pairings.length,
      paired: pairings("paired"),
      candidates: pairings("candidates"),
      unknown: pairings("unknown"),
    },
    publishedPorts: new Set(host.publishedPorts.map(bindingOf)).size,
    notCaptured: notCaptured(host),
  };
}

const networkLists: readonly CaptureKind[] = ["docker-network-inspect", "docker-network-ls", "podman-network-inspect"];
const containerLists: readonly CaptureKind[] = ["docker-inspect", "docker-ps"];

/** The things that no readable capture of the host's own lists. */
function notCaptured({ captures, publishedPortsGap }: Host): Analysis["counts"]["notCaptured"] {
  const read = new Set(captures.flatMap(({ kind, netns, state }) => (netns === null && state === "ok" ? [kind] : [])));
  const isMissing = (...kinds: readonly CaptureKind[]) => !kinds.some((kind) => read.has(kind));
  return [
    ...(isMissing(...containerLists, ...networkLists) ? (["containers"] as const) : []),
    ...(isMissing(...networkLists) ? (["networks"] as const) : []),
    ...(isMissing("brctl-show", "ip-addr", "ip-link") ? (["bridges"] as const) : []),
    ...(isMissing("ip-addr", "ip-link") ? (["veths"] as const) : []),
    ...(publishedPortsGap === null ? [] : (["publishedPorts"] as const)),
  ];
}

/** A port published on several addresses, of both families as a rule, is still one published port. */
const bindingOf = ({ container, protocol, hostPort, containerPort }: Host["publishedPorts"][number]): string =>
  [container, protocol, hostPort, containerPort].join(" ");
