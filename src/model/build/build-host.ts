import { byPlace } from "../../captures/by-place.ts";
import type { Capture, Snapshot } from "../../captures/snapshot.ts";
import { settle } from "../../parsers/parse-capture.ts";
import type { ParsedCapture } from "../../parsers/registry.ts";
import type { CaptureReport, Contradiction, Host } from "../host.ts";
import { hostWord } from "../namespace-id.ts";
import { interfacesOf } from "../queries/interfaces-of-routes.ts";
import { assignNamespaces } from "./assign-namespaces.ts";
import { buildBridges } from "./bridges.ts";
import { indexCaptures } from "./captured.ts";
import { buildContainers } from "./containers.ts";
import { recordLinkContradictions } from "./contradictions.ts";
import { buildAddressPools, buildEngine, buildIdentity } from "./engine.ts";
import { gatewaysOf } from "./gateways.ts";
import { laterRecords } from "./later-records.ts";
import { limitThings } from "./limit-things.ts";
import { buildNamespace } from "./namespaces.ts";
import { netnsNames } from "./netns-names.ts";
import { findBridges } from "./network-bridges.ts";
import { buildNetworks } from "./networks.ts";
import { buildPairings } from "./pairings.ts";
import { buildPublishedPorts } from "./published-ports.ts";
import { buildSandboxes, nameInterfaces } from "./sandboxes.ts";

/**
 * Rebuilds the host from a snapshot and what the parsers made of its captures (`captures` holds one item for each capture in
 * state `ok`). Pure, and the order of the captures changes nothing.
 */
export function buildHost(taken: Snapshot, captures: readonly ParsedCapture[]): Host {
  const { snapshot, read } = settleAll(taken, captures);
  const limited = limitThings(read);
  const later: Contradiction[] = [];
  const parsed = laterRecords(limited, later);
  const ordered = parsed.toSorted((a, b) => byPlace(a.capture, b.capture));
  const nameOf = netnsNames(ordered);
  const captured = indexCaptures(snapshot.captures, ordered, nameOf);
  const contradictions: Contradiction[] = [...twoMoments(snapshot, nameOf), ...later];
  const engine = buildEngine(captured, contradictions);
  const own = buildNamespace(captured, { name: hostWord, owner: null, containers: [] }, null, contradictions);
  const networks = findBridges(captured, own, buildNetworks(captured, contradictions));
  const gatewayOf = gatewaysOf(interfacesOf(own) ?? [], engine.release);
  const facts = buildContainers(captured, networks, gatewayOf, contradictions);
  const placed = assignNamespaces(captured, facts);
  const onHost = placed.filter(({ namespace }) => namespace === own.name).map(({ name }) => name);
  const host = { ...own, containers: onHost };
  const sandboxes = buildSandboxes(captured, placed, contradictions);
  const interfaces = host.interfaces.known ? host.interfaces.value : [];
  const containers = nameInterfaces(placed, sandboxes);
  recordLinkContradictions(interfaces, sandboxes, containers, networks, contradictions);
  const bridges = buildBridges(captured, interfaces, networks, contradictions);
  const identity = buildIdentity(snapshot, captured);
  return {
    name: identity.hostname ?? hostWord,
    identity,
    engine,
    own: host,
    sandboxes,
    bridges,
    networks,
    containers,
    ...buildPublishedPorts(captured, { containers, networks }, [host, ...sandboxes], contradictions),
    pairings: buildPairings(captured, { host, sandboxes, bridges, containers, networks }),
    contradictions,
    addressPools: buildAddressPools(captured, contradictions),
    captures: reportCaptures(snapshot, limited, nameOf),
  };
}

/** The captures as they turned out to be when they were read. */
function settleAll(snapshot: Snapshot, captures: readonly ParsedCapture[]) {
  const settled = new Map<Capture, Capture>(captures.map((one) => [one.capture, settle(one)]));
  return {
    snapshot: { ...snapshot, captures: snapshot.captures.map((capture) => settled.get(capture) ?? capture) },
    read: captures.flatMap((one) => {
      const capture = settled.get(one.capture);
      return capture?.state === "ok" ? [{ ...one, capture }] : [];
    }),
  };
}

/** Outputs in whose place a later one of the same command is read, and that said something else. */
function twoMoments({ captures }: Snapshot, nameOf: (netns: string) => string): Contradiction[] {
  return captures.toSorted(byPlace).flatMap((capture) => {
    if (capture.state !== "replaced" || capture.differs.length === 0) return [];
    const subject = capture.netns === null ? capture.kind : `${nameOf(capture.netns)}: ${capture.kind}`;
    return [{ subject, message: capture.why, sources: capture.differs }];
  });
}

function reportCaptures(
  { captures }: Snapshot,
  parsed: readonly ParsedCapture[],
  nameOf: (netns: string) => string,
): readonly CaptureReport[] {
  const notes = new Map(parsed.map((one) => [one.capture, one.notes]));
  return captures.toSorted(byPlace).map((capture) => ({
    kind: capture.kind,
    netns: capture.netns === null ? null : nameOf(capture.netns),
    file: capture.file,
    firstLine: "text" in capture ? beginOf(capture) : 1,
    state: capture.state,
    why: capture.state === "ok" ? (capture.note ?? null) : capture.why,
    truncated: capture.state === "ok" && capture.truncated,
    notes: capture.state === "ok" ? (notes.get(capture) ?? []) : [],
  }));
}

const beginOf = ({ text, firstLine }: { readonly text: string; readonly firstLine: number }): number =>
  text === "" ? Math.max(1, firstLine - 1) : firstLine;
