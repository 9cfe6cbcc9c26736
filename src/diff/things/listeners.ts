import type { ListeningSocket } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList, listed } from "../compare-list.ts";
import type { Inside, Sides } from "../sides.ts";

/**
 * Listening sockets of all namespaces. docker-proxy's are part of the published ports, and the embedded DNS takes any free
 * port each time.
 */
export function compareListeners({ places }: Sides): Change[] {
  return places.flatMap((place) => compareList(place, listenersOf(place.before), listenersOf(place.after), comparer));
}

function listenersOf(inside: Inside): ListeningSocket[] {
  const { listeners } = inside.namespace;
  if (!listeners.known) return [];
  const published = inside.netns === null ? publishedBindings(inside) : new Set<string>();
  return listeners.value.filter((socket) => socket.address !== "127.0.0.11" && !published.has(bindingOf(socket)));
}

const bindingOf = ({ protocol, family, address, port }: Omit<ListeningSocket, "interface" | "processes" | "sources">) =>
  `${protocol} ${address ?? (family === 6 ? "::" : "0.0.0.0")} ${port}`;

const publishedBindings = ({ side }: Inside): Set<string> =>
  new Set(
    side.host.publishedPorts.map(({ protocol, hostAddress, hostPort }) => `${protocol} ${hostAddress} ${hostPort}`),
  );

function describeSocket({ protocol, family, address, interface: zone, port }: ListeningSocket): string {
  const host = address ?? (family === null ? "*" : family === 4 ? "0.0.0.0" : "::");
  return `${host.includes(":") ? `[${host}]` : host}${zone === null ? "" : `%${zone}`}:${port}/${protocol}`;
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
