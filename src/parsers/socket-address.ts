import { formatAddress, parseAddress, unmapped } from "../lib/address.ts";
import type { Listener } from "./ss-listen.ts";

/**
 * How the text wrote "every address". `*` is both families for ss since iproute2 4.14, and IPv4 alone before; `::` without
 * brackets (netstat, older ss) may or may not take IPv4 as well.
 */
export type Wildcard = "star" | "bare-ipv6" | "certain";

/** A socket as read from one line; `decideWildcards` makes listeners of all of them together. */
export interface Socket {
  readonly listener: Listener;
  readonly wildcard: Wildcard;
  /** Printed without the brackets that ss has put around IPv6 addresses since 4.12: netstat, or an older ss. */
  readonly bare: boolean;
}

/** What became of one line: a socket, a reason why not all of it is understood, or both; or what it is, where that is no listener. */
export interface SocketLine {
  readonly socket: Socket | null;
  readonly why: string | null;
  readonly isOther?: true;
}

/** A row that is understood and tells of no listener. */
export const otherSocket = (why: string): SocketLine => ({ socket: null, why, isOther: true });

type LocalAddress = Pick<Listener, "family" | "address" | "interface" | "port"> & Pick<Socket, "wildcard" | "bare">;

/**
 * Reads `0.0.0.0:22`, `*:22`, `[::]:22`, `:::22`, `127.0.0.53%lo:53`, `[fe80::1]%eth0:546`; null when it is no address and
 * port in digits. A socket on an IPv4-mapped address takes IPv4 only and is given as such.
 */
export function readLocalAddress(text: string): LocalAddress | null {
  const [, host = "", digits = ""] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === "" || Number(digits) > 65535) return null;
  const [, plain = "", zone = null] = /^([^%]*)(?:%(.+))?$/.exec(host.replace(/^\[(.*)\](?=%|$)/, "$1")) ?? [];
  const common = { interface: zone, port: Number(digits) };
  if (plain === "*") return { family: null, address: null, wildcard: "star", bare: false, ...common };
  const address = parseAddress(plain);
  if (address === null) return null;
  const bare = address.family === 6 && !host.startsWith("[");
  if (address.value === 0n) {
    return { family: address.family, address: null, wildcard: bare ? "bare-ipv6" : "certain", bare, ...common };
  }
  const shown = unmapped(address);
  return { family: shown.family, address: formatAddress(shown), wildcard: "certain", bare, ...common };
}

/**
 * Settles what the wildcards mean, which takes the whole list. Next to `:::22`, `*:22` is IPv4. `:::22` takes IPv6 alone when
 * there is a socket for IPv4 on the same port, which could not be otherwise; without one it takes both, Linux's default.
 */
export function decideWildcards(sockets: readonly Socket[]): Listener[] {
  const older = sockets.some(({ bare }) => bare);
  const families = sockets.map(({ listener, wildcard }) => (older && wildcard === "star" ? 4 : listener.family));
  const portOf = ({ protocol, port, interface: name }: Listener): string => `${protocol} ${port} ${name}`;
  const takenByIpv4 = new Set(
    sockets.flatMap(({ listener }, i) => (families[i] === 4 && listener.address === null ? [portOf(listener)] : [])),
  );
  return sockets.map(({ listener, wildcard }, i) => {
    if (wildcard === "bare-ipv6") return { ...listener, family: takenByIpv4.has(portOf(listener)) ? 6 : null };
    return { ...listener, family: families[i] ?? null };
  });
}
