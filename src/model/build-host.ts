import type { Snapshot } from "../captures/snapshot.ts";
import { byNaturalName } from "../lib/order.ts";
import type { ParsedCapture } from "../parsers/registry.ts";
import { buildBridges } from "./bridges.ts";
import { type Captured, indexCaptures } from "./captured.ts";
import { buildContainers } from "./containers.ts";
import { recordLinkContradictions } from "./contradictions.ts";
import { buildEngine, buildIdentity } from "./engine.ts";
import type { CaptureReport, Container, Contradiction, Host, Namespace } from "./host.ts";
import { buildNamespace } from "./namespaces.ts";
import { buildNetworks } from "./networks.ts";
import { buildPairings } from "./pairings.ts";
import { buildPublishedPorts } from "./published-ports.ts";
import { assignNamespaces } from "./sandboxes.ts";

/**
 * Rebuilds the host from a snapshot and what the parsers made of its captures (`parsed` holds one item for each capture in
 * state `ok`). Pure; the order of the captures changes nothing but which of two contradicting facts is shown first.
 */
export function buildHost(snapshot: Snapshot, parsed: readonly ParsedCapture[]): Host {
  const captured = indexCaptures(snapshot.captures, parsed);
  const contradictions: Contradiction[] = [];
  const networks = buildNetworks(captured);
  const facts = buildContainers(captured, networks, contradictions);
  const placed = assignNamespaces(captured, facts);
  const host = buildNamespace(
    captured,
    "host",
    null,
    placed.filter(({ namespace }) => namespace === "host").map(({ name }) => name),
    contradictions,
  );
  const sandboxes = buildSandboxes(captured, placed, contradictions);
  const interfaces = host.interfaces.known ? host.interfaces.value : [];
  const containers = placed.map((container) => nameInterfaces(container, sandboxes));
  recordLinkContradictions(interfaces, sandboxes, containers, networks, contradictions);
  return {
    identity: buildIdentity(snapshot, captured),
    engine: buildEngine(captured),
    namespaces: [host, ...sandboxes],
    bridges: buildBridges(captured, interfaces, networks, contradictions),
    networks,
    containers,
    publishedPorts: buildPublishedPorts(captured, containers, host),
    pairings: buildPairings(captured, host, sandboxes, containers, networks),
    contradictions,
    captures: reportCaptures(snapshot, parsed),
  };
}

/** One namespace for each sandbox; read from the captures of its owner, else of a container that shares it. */
function buildSandboxes(
  captured: Captured,
  containers: readonly Container[],
  contradictions: Contradiction[],
): readonly Namespace[] {
  const ids = new Set(
    containers.flatMap(({ namespace }) => (namespace === null || namespace === "host" ? [] : [namespace])),
  );
  return [...ids].sort(byNaturalName).map((id) => {
    const sharing = containers.filter(({ namespace }) => namespace === id).map(({ name }) => name);
    const members = [id, ...sharing.filter((name) => name !== id)];
    const netns = members.find((name) => captured.netnsNames.includes(name)) ?? id;
    return buildNamespace(captured, id, netns, members, contradictions);
  });
}

/** Names each endpoint's interface inside the container: the one with its MAC address, else with its IP address. */
function nameInterfaces(container: Container, sandboxes: readonly Namespace[]): Container {
  const inside = sandboxes.find(({ id }) => id === container.namespace)?.interfaces;
  if (inside === undefined || !inside.known) return container;
  const endpoints = container.endpoints.map((endpoint) => {
    const addresses = [endpoint.ipv4?.address, endpoint.ipv6?.address];
    const found =
      inside.value.find(({ mac }) => mac !== null && mac === endpoint.mac) ??
      inside.value.find((each) => each.addresses.some(({ address }) => addresses.includes(address)));
    return { ...endpoint, interface: found?.name ?? null };
  });
  return { ...container, endpoints };
}

function reportCaptures(snapshot: Snapshot, parsed: readonly ParsedCapture[]): readonly CaptureReport[] {
  const notes = new Map(parsed.map((one) => [one.capture, one.notes]));
  return snapshot.captures.map((capture) => ({
    kind: capture.kind,
    netns: capture.netns,
    file: capture.file,
    state: capture.state,
    why: capture.state === "ok" ? null : capture.why,
    truncated: capture.state === "ok" && capture.truncated,
    notes: capture.state === "ok" ? (notes.get(capture) ?? []) : [],
  }));
}
