import { addressKey } from "../../lib/address.ts";
import { hostPart } from "../../lib/endpoint.ts";
import { unspecified } from "../../lib/literals.ts";
import type { ListeningSocket } from "../../model/host.ts";
import { isEmbeddedAddress } from "../../model/queries/embedded-dns.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList, listed } from "../compare-list.ts";
import type { NamespaceOnSide, Sides } from "../match/sides.ts";
import { isEngineAsked } from "./published-ports.ts";

/**
 * Listening sockets of all namespaces. docker-proxy's are part of the published ports, and the embedded DNS takes any free
 * port each time.
 */
export function compareListeners({ places }: Sides): Change[] {
  return places.flatMap((place) => {
    const [before, after] = [publishedBindings(place.before), publishedBindings(place.after)];
    // Where only one side tells what is published, that goes for both.
    const areTold = [place.before, place.after].every(isEngineAsked);
    const both = areTold ? new Set<string>() : new Set([...before, ...after]);
    const [ones, others] = areTold ? [before, after] : [both, both];
    return compareList(place, listenersOf(place.before, ones), listenersOf(place.after, others), comparer);
  });
}

const listenersOf = (
  { namespace: { listeners } }: NamespaceOnSide,
  published: ReadonlySet<string>,
): ListeningSocket[] =>
  listeners.known
    ? listeners.value.filter((socket) => !isEmbeddedAddress(socket.address) && !published.has(bindingOf(socket)))
    : [];

const bindingOf = ({ protocol, family, address, port }: ListeningSocket) =>
  `${protocol} ${addressKey(address ?? unspecified[family ?? 4])} ${port}`;

/** The bindings that docker-proxy listens on; it does so in the host's namespace. */
const publishedBindings = ({ side, netns }: NamespaceOnSide): ReadonlySet<string> =>
  new Set(
    netns === null
      ? side.host.publishedPorts.map(
          ({ protocol, hostAddress, hostPort }) => `${protocol} ${addressKey(hostAddress)} ${hostPort}`,
        )
      : [],
  );

function describeSocket({ protocol, family, address, interface: zone, port }: ListeningSocket): string {
  const host = address ?? (family === null ? "*" : unspecified[family]);
  return `${hostPart(host)}${zone === null ? "" : `%${zone}`}:${port}/${protocol}`;
}

const comparer: Comparer<ListeningSocket> = {
  kind: "listener",
  listedBy: ["ss-listen"],
  keyOf: describeSocket,
  nameOf: describeSocket,
  withinOf: (_, { name }) => name,
  properties: [
    {
      name: "process",
      of: ({ processes }) => listed([...new Set(processes.map(({ name }) => name))]),
      from: ["ss-listen"],
      // Only root is told whose a socket is.
      unless: (before, after) => before.processes.length === 0 || after.processes.length === 0,
    },
  ],
};
