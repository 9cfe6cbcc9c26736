import type { PortRange } from "../firewall/packet.ts";
import { type Address, sameAddress, unmapped } from "../lib/address.ts";
import type { Known } from "../lib/known.ts";
import type { Transport } from "../lib/protocol.ts";
import type { ListeningSocket } from "../model/host.ts";
import type { Stack } from "./types.ts";

/** The socket that takes a packet for this address and port: the most specific one, as the kernel scores them (inet_lookup_listener). */
export function findListener(
  listeners: readonly ListeningSocket[],
  protocol: Transport,
  address: Address,
  port: number,
  incoming: string,
): ListeningSocket | null {
  const matching = listeners.filter(
    (socket) =>
      socket.protocol === protocol &&
      socket.port === port &&
      (socket.interface === null || socket.interface === incoming) &&
      (socket.address === null
        ? socket.family === null || socket.family === address.family
        : sameAddress(unmapped(socket.address), address)),
  );
  return matching.find((socket) => socket.address !== null) ?? matching[0] ?? null;
}

/** Who takes a packet, as far as the snapshot lists the sockets of the namespace. */
export type FoundListener =
  | { readonly kind: "socket"; readonly socket: ListeningSocket }
  | { readonly kind: "nobody" }
  | { readonly kind: "not-known"; readonly why: string };

export function whoListens(
  { listeners, listenersLack }: Pick<Stack, "listeners" | "listenersLack">,
  protocol: Transport,
  address: Address,
  port: number,
  incoming: string,
): FoundListener {
  if (!listeners.known) return { kind: "not-known", why: listeners.why };
  const socket = findListener(listeners.value, protocol, address, port, incoming);
  if (socket !== null) return { kind: "socket", socket };
  const why = listenersLack[protocol];
  return why === undefined ? { kind: "nobody" } : { kind: "not-known", why };
}

/** The port of a range that is one port; null when it is not known which it is. */
export const onlyPort = (range: PortRange | null): number | null =>
  range !== null && range.from === range.to ? range.from : null;

/** Whether anything is known to be a docker-proxy, which needs `ss -p` and enough rights. */
export function isDockerProxy(socket: ListeningSocket): boolean {
  return socket.processes.some(({ name }) => name === "docker-proxy" || name === "rootlesskit");
}

export function processesKnown(listeners: Known<readonly ListeningSocket[]>): boolean {
  return listeners.known && listeners.value.some(({ processes }) => processes.length > 0);
}
