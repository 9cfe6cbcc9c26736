import type { CaptureKind } from "../../captures/kinds.ts";
import { groupBy } from "../../lib/group-by.ts";
import { onceFor } from "../../lib/once-for.ts";
import type { Source } from "../../lib/source.ts";
import type { CaptureReport, Endpoint, Host, Namespace } from "../../model/host.ts";
import { namespaceNameOf } from "../../model/namespace-id.ts";
import { type Labels, labelHosts, networksInside } from "./labels.ts";
import type { Matching } from "./match.ts";

/** One of the two snapshots, with what has to be asked of it over and over. */
export interface NamespaceSide {
  readonly host: Host;
  readonly labels: Labels;
  readonly reports: (kind: CaptureKind, netns: string | null) => readonly CaptureReport[];
  /** The captures that were read from a file. */
  readonly reportsOf: (file: string) => readonly CaptureReport[];
  /** The kinds of captures that told something, by the places it was read from. */
  readonly toldBy: (sources: readonly Source[]) => ReadonlySet<CaptureKind>;
}

/** A namespace in both snapshots. */
export interface NamespacePair {
  readonly before: NamespaceOnSide;
  readonly after: NamespaceOnSide;
}

/** One namespace of one snapshot. `netns` is what the captures inside it are filed under; null for the host's own. */
export interface NamespaceOnSide {
  readonly side: NamespaceSide;
  readonly namespace: Namespace;
  readonly name: string;
  readonly netns: string | null;
  readonly endpoints: readonly Endpoint[];
  /** The label of an interface by its name here. */
  readonly interfaceLabel: (name: string) => string;
  readonly interfaceName: (name: string) => string;
}

/** Both snapshots, and the namespaces that both have; the host's is the first. */
export interface Sides {
  readonly before: NamespaceSide;
  readonly after: NamespaceSide;
  readonly matching: Matching;
  readonly places: readonly [NamespacePair, ...NamespacePair[]];
}

export function sidesOf(beforeHost: Host, afterHost: Host, matching: Matching): Sides {
  const labels = labelHosts(beforeHost, afterHost, matching);
  const [before, after] = [sideOf(beforeHost, labels.before), sideOf(afterHost, labels.after)];
  const inside = { before: insidesOf(before), after: insidesOf(after) };
  const host = { before: hostInside(before), after: hostInside(after) };
  const places = [...inside.before].flatMap(([label, one]): NamespacePair[] => {
    const same = inside.after.get(label);
    return same === undefined ? [] : [placeOf(one, same)];
  });
  return { before, after, matching, places: [host, ...places] };
}

/**
 * Inside a container the interfaces are known by their networks, where both snapshots tell: eth0 and eth1 may trade places
 * when it starts anew.
 */
function placeOf(before: NamespaceOnSide, after: NamespaceOnSide): NamespacePair {
  const [one, other] = [
    networksInside(before.endpoints, before.side.labels),
    networksInside(after.endpoints, after.side.labels),
  ];
  const [ones, others] = [new Set(one.values()), new Set(other.values())];
  const ifaceIn = (networks: ReadonlyMap<string, string>) => (name: string) => {
    const label = networks.get(name);
    return label !== undefined && ones.has(label) && others.has(label) ? label : name;
  };
  return { before: { ...before, interfaceLabel: ifaceIn(one) }, after: { ...after, interfaceLabel: ifaceIn(other) } };
}

function sideOf(host: Host, labels: Labels): NamespaceSide {
  const reports = groupBy(host.captures, ({ kind, netns }) => `${kind} ${netns ?? ""}`);
  const files = groupBy(
    host.captures.filter(({ state }) => state === "ok"),
    ({ file }) => file,
  );
  return {
    host,
    labels,
    reports: (kind, netns) => reports.get(`${kind} ${netns ?? ""}`) ?? [],
    reportsOf: (file) => files.get(file) ?? [],
    toldBy: (sources) => new Set(sources.flatMap(({ file }) => files.get(file)?.map(({ kind }) => kind) ?? [])),
  };
}

function hostInside(side: NamespaceSide): NamespaceOnSide {
  const { interfaceLabel, interfaceName } = side.labels;
  return {
    side,
    namespace: side.host.own,
    name: side.host.own.name,
    netns: null,
    endpoints: [],
    interfaceLabel,
    interfaceName,
  };
}

/** The containers whose inside was captured. */
const capturedInside = onceFor(
  (host: Host): ReadonlySet<string> =>
    new Set(host.captures.flatMap(({ netns, state }) => (netns !== null && state === "ok" ? netns : []))),
);

/**
 * The container under which the inside of a namespace was captured: of several that share it (`--network container:web`, pods)
 * one, since what it holds is the same for all.
 */
export const capturedAs = (host: Host, { containers, name }: Namespace): string =>
  containers.find((one) => capturedInside(host).has(one)) ?? containers[0] ?? name;

/** The containers' namespaces by the label of their owner. */
function insidesOf(side: NamespaceSide): Map<string, NamespaceOnSide> {
  const { host, labels } = side;
  const endpoints = new Map(host.containers.map((container) => [container.name, container.endpoints]));
  return new Map(
    host.sandboxes.map((namespace) => {
      const owner = namespace.containers[0] ?? namespace.name;
      const own = namespace.containers.flatMap((name) => endpoints.get(name) ?? []);
      const netns = capturedAs(host, namespace);
      return [
        labels.container(owner),
        {
          side,
          namespace,
          name: namespaceNameOf(owner),
          netns,
          endpoints: own,
          interfaceLabel: asIs,
          interfaceName: asIs,
        },
      ];
    }),
  );
}

const asIs = (name: string): string => name;

/** How whole the captures of a kind are: "" when nothing is missing, what is when something is, null when there are none. */
export function lackOf(side: NamespaceSide, kind: CaptureKind, netns: string | null): string | null {
  const lacks = side
    .reports(kind, netns)
    .filter(({ state }) => state === "ok")
    .map(({ truncated, notes }) => (truncated ? truncatedCapture : notes.map(({ text }) => text).join("\n")));
  if (lacks.length === 0) return null;
  return lacks.includes("") ? "" : lacks.includes(truncatedCapture) ? truncatedCapture : lacks.sort().join("\n");
}

export const truncatedCapture = "\0truncated";

/** Whether both snapshots hold captures of a kind from which as much was read: what only one of them lists is not in the other. */
export function areAlike(place: NamespacePair, kind: CaptureKind): boolean {
  const lack = lackOf(place.before.side, kind, place.before.netns);
  return lack !== null && lack !== truncatedCapture && lack === lackOf(place.after.side, kind, place.after.netns);
}

/** What a place is called on both sides, the same in both directions. */
export const nameOf = ({ before, after }: NamespacePair): string =>
  [...new Set([before.name, after.name])].sort().join(" or ");
