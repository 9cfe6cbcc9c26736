import { byPlace } from "../captures/by-place.ts";
import type { Snapshot } from "../captures/snapshot.ts";
import type { ParsedCapture } from "../parsers/registry.ts";
import { assignNamespaces, hostNamespace } from "./assign-namespaces.ts";
import { buildBridges } from "./bridges.ts";
import { indexCaptures } from "./captured.ts";
import { buildContainers } from "./containers.ts";
import { recordLinkContradictions } from "./contradictions.ts";
import { buildAddressPools, buildEngine, buildIdentity } from "./engine.ts";
import type { CaptureReport, Contradiction, Host } from "./host.ts";
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
export function buildHost(snapshot: Snapshot, captures: readonly ParsedCapture[]): Host {
  const parsed = limitThings(captures);
  const ordered = parsed.toSorted((a, b) => byPlace(a.capture, b.capture));
  const nameOf = netnsNames(ordered);
  const captured = indexCaptures(snapshot.captures, ordered, nameOf);
  const contradictions: Contradiction[] = [];
  const listed = buildNetworks(captured, contradictions);
  const facts = buildContainers(captured, listed, contradictions);
  const placed = assignNamespaces(captured, facts);
  const onHost = placed.filter(({ namespace }) => namespace === hostNamespace).map(({ name }) => name);
  const host = buildNamespace(captured, hostNamespace, null, onHost, contradictions);
  const networks = findBridges(captured, host, listed);
  const sandboxes = buildSandboxes(captured, placed, contradictions);
  const interfaces = host.interfaces.known ? host.interfaces.value : [];
  const containers = nameInterfaces(placed, sandboxes);
  recordLinkContradictions(interfaces, sandboxes, containers, networks, contradictions);
  const bridges = buildBridges(captured, interfaces, networks, contradictions);
  return {
    identity: buildIdentity(snapshot, captured),
    engine: buildEngine(captured, contradictions),
    namespaces: [host, ...sandboxes],
    bridges,
    networks,
    containers,
    publishedPorts: buildPublishedPorts(captured, containers, host, contradictions),
    pairings: buildPairings(captured, { host, sandboxes, bridges, containers, networks }),
    contradictions,
    addressPools: buildAddressPools(captured),
    captures: reportCaptures(snapshot, parsed, nameOf),
  };
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
    firstLine: capture.state === "ok" ? beginOf(capture) : 1,
    state: capture.state,
    why: capture.state === "ok" ? (capture.note ?? null) : capture.why,
    truncated: capture.state === "ok" && capture.truncated,
    notes: capture.state === "ok" ? (notes.get(capture) ?? []) : [],
  }));
}

const beginOf = ({ text, firstLine }: { readonly text: string; readonly firstLine: number }): number =>
  text === "" ? Math.max(1, firstLine - 1) : firstLine;
