import { formatScopedAddress } from "../../lib/scoped-address.ts";
import { shortId } from "../../model/build/networks.ts";
import type { Container } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList, comparePair, inOrder, listed, type Property, yesNo } from "../compare-list.ts";
import type { Sides } from "../match/sides.ts";

const inspected = ["docker-inspect"] as const;

/** Containers, the stopped ones too. One that was made anew is replaced, whatever its id; a start alone is a change. */
export function compareContainers({ matching, places: [host] }: Sides): Change[] {
  const { pairs, removed, added } = matching.containers;
  return [
    ...pairs.flatMap(({ before, after, how }) =>
      how === "same"
        ? comparePair(host, before, after, { ...comparer, properties: [...properties, started] })
        : comparePair(host, before, after, { ...comparer, properties: [id, ...properties] }, "replaced"),
    ),
    ...compareList(host, removed, added, comparer),
  ];
}

const id: Property<Container> = { name: "id", of: ({ id }) => id && shortId(id), from: [] };

/** Says nothing of a container that was made anew: that has started too. */
const started: Property<Container> = { name: "started", of: ({ startedAt }) => startedAt, from: inspected };

const list = (name: string, of: (container: Container) => readonly string[]): Property<Container> => ({
  name,
  of: (container) => listed(of(container)),
  from: inspected,
});

const properties: readonly Property<Container>[] = [
  { name: "name", of: ({ name }) => name, from: [] },
  {
    name: "state",
    of: ({ running }) => (running === null ? null : running ? "running" : "stopped"),
    from: ["docker-inspect", "docker-ps"],
  },
  { name: "network mode", of: ({ networkMode }) => networkMode, from: inspected, only: true },
  {
    name: "shares the network of",
    of: (container) => ownerOf(container),
    keyOf: (container, { side }) => {
      const owner = ownerOf(container);
      return owner && side.labels.container(owner);
    },
    from: inspected,
  },
  // Unless it is named, a container is called by the start of its id.
  {
    name: "host name",
    of: ({ hostname, id }) => (id !== null && hostname === shortId(id) ? null : hostname),
    from: inspected,
  },
  { name: "compose project", of: ({ composeProject }) => composeProject, from: inspected },
  { name: "compose service", of: ({ composeService }) => composeService, from: inspected },
  list("exposed ports", ({ exposedPorts }) => exposedPorts),
  { name: "DNS servers", of: ({ dns }) => inOrder(dns.map(formatScopedAddress)), from: inspected },
  { name: "DNS search domains", of: ({ dnsSearch }) => inOrder(dnsSearch), from: inspected },
  list("DNS options", ({ dnsOptions }) => dnsOptions),
  list("extra hosts", ({ extraHosts }) => extraHosts),
  list("links", ({ links }) => links),
  list("capabilities", ({ capAdd }) => capAdd),
  { name: "privileged", of: ({ privileged }) => yesNo(privileged), from: inspected },
  list("kernel settings", ({ sysctls }) => Object.entries(sysctls).map(([key, value]) => `${key}=${value}`)),
];

/** The container in whose namespace it is; null where that is its own, the host's or not known. */
const ownerOf = ({ networkMode, namespace }: Container): string | null =>
  networkMode === "container" ? namespace : null;

const comparer: Comparer<Container> = {
  kind: "container",
  // Networks list the running containers that are attached to them.
  listedBy: ["docker-inspect", "docker-ps", "docker-network-inspect"],
  keyOf: ({ name }) => name,
  nameOf: ({ name }) => name,
  properties,
};
