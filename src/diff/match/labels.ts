import { shortId } from "../../model/build/networks.ts";
import type { Endpoint, Host, Network, Pairing } from "../../model/host.ts";
import { idInName, isNamedById } from "../../model/queries/docker-names.ts";
import type { Matched, Matching, Pair } from "./match.ts";

/**
 * What one snapshot calls its things, made comparable: two things have the same label when they are the same thing in both
 * snapshots, whatever they are called there. Labels are for comparing, `say…` is for people.
 */
export interface Labels {
  readonly container: (name: string) => string;
  readonly network: (id: string) => string;
  /** An interface of the host: bridges named by ids and veths by what they belong to, everything else by its name. */
  readonly interfaceLabel: (name: string) => string;
  readonly sayNetwork: (id: string) => string;
  readonly interfaceName: (name: string) => string;
  /** Text with the ids of containers and networks replaced, also where they are part of a bridge's name. */
  readonly text: (text: string) => string;
}

/** The label of a veth that nobody knows more of: all of them have the same, so that nothing is concluded from its name. */
export const unknownVeth = "veth:?";

/** The labels of both snapshots. */
export function labelHosts(
  before: Host,
  after: Host,
  matching: Matching,
): { readonly before: Labels; readonly after: Labels } {
  const [one, other] = [pairedVeths(before, matching, "before"), pairedVeths(after, matching, "after")];
  // What is behind a veth counts only where both snapshots know it.
  const others = new Set(other.values());
  const shared = new Set([...one.values()].filter((label) => others.has(label)));
  return {
    before: labelsOf(before, matching, "before", shared),
    after: labelsOf(after, matching, "after", shared),
  };
}

/** The labels of the veths whose container is known, by their names. */
function pairedVeths(host: Host, matching: Matching, side: "before" | "after"): Map<string, string> {
  const containers = labelsBy(matching.containers, side, ({ name }) => name, "container");
  const networks = labelsBy(matching.networks, side, ({ id }) => shortId(id), "network");
  return new Map(
    host.pairings.flatMap((pairing) => {
      // Of a container on several networks it may be any veth, then.
      if (pairing.kind !== "paired" || pairing.networkId === null) return [];
      const { container, networkId, certainty, method } = pairing;
      const network = networks.get(shortId(networkId)) ?? networkId;
      // Two ways to conclude it may lead to two veths.
      const how = certainty === "certain" ? "" : ` by ${method}`;
      return [[pairing.interface, `veth:${containers.get(container) ?? container} ${network}${how}`] as const];
    }),
  );
}

function labelsOf(host: Host, matching: Matching, side: "before" | "after", shared: ReadonlySet<string>): Labels {
  const containers = labelsBy(matching.containers, side, ({ name }) => name, "container");
  const networks = labelsBy(matching.networks, side, ({ id }) => shortId(id), "network");
  const ids = new Map(networks);
  for (const { id, name } of host.containers) if (id !== null) ids.set(shortId(id), containers.get(name) ?? name);
  const container = (name: string) => containers.get(name) ?? name;
  const network = (id: string) => networks.get(shortId(id)) ?? id;
  const names = new Map(host.networks.map(({ id, name }) => [shortId(id), name]));
  const sayNetwork = (id: string) => names.get(shortId(id)) ?? id;

  const named = new Map<string, { readonly label: string; readonly said: string }>();
  const pairs = new Map(matching.networks.pairs.map((pair) => [pair[side], pair]));
  for (const one of host.networks) {
    if (one.bridge === null || !isNamedAfter(one)) continue;
    const pair = pairs.get(one);
    const label = pair !== undefined && isNamedAfter(pair.before) && isNamedAfter(pair.after) ? network(one.id) : null;
    named.set(one.bridge, { label: label === null ? one.bridge : `bridge:${label}`, said: `bridge of ${one.name}` });
  }
  const veths = pairedVeths(host, matching, side);
  for (const pairing of host.pairings) {
    const label = veths.get(pairing.interface) ?? unknownVeth;
    named.set(pairing.interface, {
      label: shared.has(label) ? label : unknownVeth,
      said: sayVeth(pairing, sayNetwork),
    });
  }
  return {
    container,
    network,
    interfaceLabel: (name) => named.get(name)?.label ?? name,
    sayNetwork,
    interfaceName: (name) => named.get(name)?.said ?? name,
    text: (text) => text.replace(hexadecimal, (digits) => ids.get(shortId(digits)) ?? digits),
  };
}

function sayVeth(pairing: Pairing, sayNetwork: (id: string) => string): string {
  if (pairing.kind !== "paired") return "a veth";
  const { container, networkId } = pairing;
  return networkId === null ? `veth of ${container}` : `veth of ${container} on ${sayNetwork(networkId)}`;
}

/** What may be an id, or the start of one that Docker prints. */
const hexadecimal = /[0-9a-f]{12,64}/g;

/** Whether a network's bridge has the name that the engine makes from the network's id. */
const isNamedAfter = ({ bridge, id }: Network): boolean =>
  bridge !== null && isNamedById(bridge) && id.startsWith(idInName(bridge) ?? bridge);

interface Named {
  readonly id: string | null;
  readonly name: string;
}

/** A label for each thing of one side, by its key: of a pair one that both sides agree on, in whatever order they come. */
function labelsBy<T extends Named>(
  { pairs }: Matched<T>,
  side: "before" | "after",
  keyOf: (thing: T) => string,
  kind: string,
): Map<string, string> {
  const labelOf = ({ before, after }: Pair<T>) => [...new Set([identity(before), identity(after)])].sort().join("=");
  return new Map(pairs.map((pair) => [keyOf(pair[side]), `<${kind} ${labelOf(pair)}>`]));
}

const identity = ({ id, name }: Named): string => (id === null ? `"${name}"` : shortId(id));

/** The labels of the networks that the interfaces inside a container are known to be of, by the interfaces' names. */
export function networksInside(endpoints: readonly Endpoint[], labels: Labels): ReadonlyMap<string, string> {
  return new Map(
    endpoints.flatMap((each) =>
      each.interface === null ? [] : [[each.interface, `endpoint:${labels.network(each.networkId)}`] as const],
    ),
  );
}
