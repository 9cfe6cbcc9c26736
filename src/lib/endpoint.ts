import { type Address, formatAddress } from "./address.ts";

/** An address or a name as it stands before a port: IPv6 addresses in brackets (RFC 3986 section 3.2.2). */
export function hostPart(host: string | Address): string {
  const text = typeof host === "string" ? host : formatAddress(host);
  return text.includes(":") ? `[${text}]` : text;
}

/** `192.0.2.1:80`, `[2001:db8::1]:80`, `db:53/udp`: as questions and people write it. The port may be what `formatPort` made of it. */
export const formatEndpoint = (host: string | Address, port: number | string): string => `${hostPart(host)}:${port}`;

/** `80`, `53/udp`: TCP goes without saying. */
export const formatPort = ({ protocol, port }: { readonly protocol: string; readonly port: number }): string =>
  protocol === "tcp" ? `${port}` : `${port}/${protocol}`;

/** An endpoint as read from a text: what is not written in it is null, and names are as they stand there. */
export interface EndpointText {
  /** Without its brackets. */
  readonly host: string;
  /** At most five digits: whether it is a port is for the reader to say. */
  readonly port: number | null;
  readonly protocol: string | null;
}

/**
 * Reads `192.0.2.1:80`, `[2001:db8::1]:53/udp`, `db:3306`, `db/icmp`, or a host alone; null when it is none of them. An IPv6
 * address stands in brackets: without them its last group is taken for a port.
 */
export function parseEndpoint(text: string): EndpointText | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s/[\]]+?))(?::(\d{1,5}))?(?:\/([a-z0-9]+))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined) return null;
  return { host, port: match[3] === undefined ? null : Number(match[3]), protocol: match[4] ?? null };
}
