import type { Captured } from "./captured.ts";
import type { ContainerFacts } from "./containers.ts";
import type { Container } from "./host.ts";

/**
 * Finds the namespace of each container: from `HostConfig.NetworkMode`, else from what was captured inside it (two
 * containers that show the very same interfaces share them), else its own when it is on a network.
 */
export function assignNamespaces(captured: Captured, containers: readonly ContainerFacts[]): readonly Container[] {
  const seen = fingerprints(captured);
  const owners = new Map<string, string>();
  // The engine lists the endpoints of a shared sandbox under its owner.
  const likelyOwners = containers.toSorted((a, b) => Number(b.endpoints.length > 0) - Number(a.endpoints.length > 0));
  for (const { name, mode } of likelyOwners) {
    const print = seen.get(name);
    if (print !== undefined && !owners.has(print) && !mode?.startsWith("container:")) owners.set(print, name);
  }
  return containers.map(({ mode, ...container }) => {
    const place = placeOf(container, mode, containers, seen, owners);
    return { ...container, ...place };
  });
}

type Place = Pick<Container, "networkMode" | "namespace">;

function placeOf(
  { name, endpoints, running }: Omit<ContainerFacts, "mode">,
  mode: string | null,
  all: readonly ContainerFacts[],
  seen: ReadonlyMap<string, string>,
  owners: ReadonlyMap<string, string>,
): Place {
  if (mode === "host") return { networkMode: "host", namespace: "host" };
  if (mode?.startsWith("container:")) {
    const target = mode.slice("container:".length);
    const owner = all.find(({ id, name: other }) => other === target || id?.startsWith(target));
    return { networkMode: "container", namespace: owner?.name ?? null };
  }
  if (running === false)
    return { networkMode: mode === "none" ? "none" : mode === null ? null : "own", namespace: null };
  const print = seen.get(name);
  if (print !== undefined && print === seen.get(hostKey)) return { networkMode: "host", namespace: "host" };
  const owner = print === undefined ? undefined : owners.get(print);
  if (mode === null && owner !== undefined && owner !== name) return { networkMode: "container", namespace: owner };
  if (mode === "none") return { networkMode: "none", namespace: name };
  if (mode !== null || endpoints.length > 0) return { networkMode: "own", namespace: name };
  return { networkMode: null, namespace: seen.has(name) || captures(all, name) ? name : null };
}

/** A container that only its `netns/` folder tells of has a namespace, whatever its mode is. */
function captures(all: readonly ContainerFacts[], name: string): boolean {
  return all.some((container) => container.name === name && container.id === null);
}

const hostKey = "";

/** What tells a namespace from others: the index and MAC address of its interfaces. A bare loopback tells nothing. */
function fingerprints(captured: Captured): Map<string, string> {
  const prints = new Map<string, string>();
  for (const netns of [null, ...captured.netnsNames]) {
    const links = captured.all("ip-addr", netns).flatMap(({ data }) => data);
    const print = links.filter(({ flags }) => !flags.includes("LOOPBACK")).map(({ index, mac }) => `${index} ${mac}`);
    if (print.length > 0) prints.set(netns ?? hostKey, print.sort().join(", "));
  }
  return prints;
}
