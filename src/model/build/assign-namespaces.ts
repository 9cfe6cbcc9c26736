import type { Container } from "../host.ts";
import { hostWord, namespaceNameOf } from "../namespace-id.ts";
import type { Captured } from "./captured.ts";
import type { ContainerFacts } from "./containers.ts";
import { shortId } from "./networks.ts";

/**
 * Finds the namespace of each container: from `HostConfig.NetworkMode`, else from what was captured inside it (two
 * containers that show the very same interfaces share them), else its own when it is on a network. One that does not run
 * has none.
 */
export function assignNamespaces(captured: Captured, containers: readonly ContainerFacts[]): readonly Container[] {
  const sharing = findSharing(captured, containers);
  const places = new Map(containers.map((container) => [container.name, placeOf(container, sharing)]));
  const named = namesOf(containers);
  return containers.map(({ mode, ...container }) => {
    const place = places.get(container.name) ?? { networkMode: null, namespace: null };
    const target = joinedBy(mode);
    if (target === null || container.running === false) return { ...container, ...place };
    const namespace = endOfLine(target, named, containers, places);
    // podman lists the owner's endpoints under its guests, too (libpod, getContainerNetworkInfo); Docker lists none there.
    return { ...container, ...place, namespace, endpoints: namespace === null ? container.endpoints : [] };
  });
}

type Place = Pick<Container, "networkMode" | "namespace">;

/** The place of a container by itself: one that joins another's namespace has none of its own. */
function placeOf({ name, id, mode, endpoints, running }: ContainerFacts, sharing: Sharing): Place {
  const told = modeOf(mode);
  if (running === false || told === "container") return { networkMode: told, namespace: null };
  if (told === "host" || (told === null && sharing.withHost.has(name)))
    return { networkMode: "host", namespace: hostWord };
  const owner = sharing.owners.get(name) ?? name;
  if (told === null && owner !== name) return { networkMode: "container", namespace: namespaceNameOf(owner) };
  const namespace = namespaceNameOf(name);
  if (told !== null || endpoints.length > 0) return { networkMode: told ?? "own", namespace };
  // A container that was captured inside has a namespace, whatever its mode is.
  return { networkMode: null, namespace: id === null || sharing.inside.has(name) ? namespace : null };
}

function modeOf(mode: string | null): Container["networkMode"] {
  if (mode === null || mode === "host" || mode === "none") return mode;
  return joinedBy(mode) === null ? "own" : "container";
}

/** The name or id after `container:` in a network mode. */
const joinedBy = (mode: string | null): string | null =>
  mode?.startsWith("container:") === true ? mode.slice("container:".length) : null;

/** Finds a container by what a network mode calls it: its name or its id. */
function namesOf(containers: readonly ContainerFacts[]): (target: string) => ContainerFacts | undefined {
  const byName = new Map(containers.map((container) => [container.name, container]));
  const byId = new Map(containers.flatMap((each) => (each.id === null ? [] : [[shortId(each.id), each] as const])));
  return (target) => byName.get(target) ?? byId.get(shortId(target));
}

/** Nobody lines up more containers than these to share one namespace. */
const longestLine = 16;

/** The namespace at the end of the line of containers that join one another's; null where the line has no end. */
function endOfLine(
  first: string,
  named: (target: string) => ContainerFacts | undefined,
  containers: readonly ContainerFacts[],
  places: ReadonlyMap<string, Place>,
): string | null {
  let target = first;
  for (let i = 0; i < Math.min(longestLine, containers.length); i++) {
    const owner = named(target);
    if (owner === undefined) return null;
    const next = joinedBy(owner.mode);
    // The namespace of an owner that has stopped lives on as long as somebody is in it.
    if (next === null) return places.get(owner.name)?.namespace ?? namespaceNameOf(owner.name);
    target = next;
  }
  return null;
}

/** What was captured inside containers, and which show the very same interfaces as the host or as each other. */
interface Sharing {
  /** The containers that anything was captured inside of. */
  readonly inside: ReadonlySet<string>;
  readonly withHost: ReadonlySet<string>;
  /** Of each container that was captured inside, the likely owner of what it shows: itself where it shares nothing. */
  readonly owners: ReadonlyMap<string, string>;
}

function findSharing(captured: Captured, containers: readonly ContainerFacts[]): Sharing {
  const prints = new Map(containers.map(({ name }) => [name, fingerprint(captured, name)]));
  const hosts = fingerprint(captured, null);
  const likely = new Map<string, string>();
  // The engine lists the endpoints of a shared sandbox under its owner.
  for (const { name, mode } of containers.toSorted((a, b) => Number(isOwner(b)) - Number(isOwner(a)))) {
    const print = prints.get(name) ?? "";
    if (print !== "" && !likely.has(print) && joinedBy(mode) === null) likely.set(print, name);
  }
  const shown = [...prints].filter(([, print]) => print !== "");
  return {
    inside: new Set(captured.netnsNames),
    withHost: new Set(shown.filter(([, print]) => print === hosts).map(([name]) => name)),
    owners: new Map(shown.map(([name, print]) => [name, likely.get(print) ?? name])),
  };
}

const isOwner = ({ endpoints }: ContainerFacts): boolean => endpoints.length > 0;

/** What tells a namespace from others: the index and MAC address of its interfaces. A bare loopback tells nothing: "". */
function fingerprint(captured: Captured, netns: string | null): string {
  const links = captured.all("ip-addr", netns).flatMap(({ data }) => data);
  const print = links.filter(({ flags }) => !flags.includes("LOOPBACK")).map(({ index, mac }) => `${index} ${mac}`);
  return [...new Set(print)].sort().join(", ");
}
