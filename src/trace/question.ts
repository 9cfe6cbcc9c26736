import type { Dataplane } from "../dataplane/types.ts";
import { type Address, parseAddress } from "../lib/address.ts";
import { formatEndpoint, formatPort, hostPart, parseEndpoint } from "../lib/endpoint.ts";
import { icmpNumbers, isIcmp, protocolNumber, transportNumbers, transportOf } from "../lib/protocol.ts";
import type { Port } from "../model/queries/services.ts";
import type { Reason } from "../reasons/reason.ts";
import { QuestionError } from "./answer.ts";
import type { Origin } from "./origin.ts";
import { resolveName, type Unresolved } from "./resolve-name.ts";

/** What a packet is sent to. `protocol` is a number; `port` is null for ICMP. */
export interface Target {
  readonly address: Address;
  readonly protocol: number;
  readonly port: number | null;
  /** How a name became this address. */
  readonly assumes: readonly Reason[];
}

/** A port at an address, asked for without any name. */
export const targetAt = (address: Address, { protocol, port }: Port): Target => ({
  address,
  protocol: transportNumbers[protocol],
  port,
  assumes: [],
});

/** An echo request to an address. */
export const pingAt = (address: Address): Target => ({
  address,
  protocol: icmpNumbers[address.family],
  port: null,
  assumes: [],
});

/** `192.0.2.1:80`, `[fd00::2]:53/udp`, `192.0.2.1/icmp`: as `parseTarget` reads it. */
export function formatTarget({ address, protocol, port }: Target): string {
  const transport = transportOf(protocol);
  return port === null || transport === null
    ? `${hostPart(address)}/icmp`
    : formatEndpoint(address, formatPort({ protocol: transport, port }));
}

/** What a destination says: whom, and at which port; `port` is null for ICMP. */
interface TargetText {
  readonly name: string;
  /** The name, where it is an address. */
  readonly address: Address | null;
  readonly protocol: number;
  readonly port: number | null;
}

/** The names of protocols that may be asked for. */
const protocols = [...Object.keys(transportNumbers), "icmp", "icmpv6"];

/** Reads `db:3306`, `172.18.0.2:80/tcp`, `host:8080`, `[fd00::2]:53/udp`, `db/icmp`. Throws a QuestionError. */
export function readTarget(text: string): TargetText {
  const end = parseEndpoint(text);
  if (end === null)
    throw new QuestionError(
      "to",
      text,
      `write name:port, address:port, [IPv6 address]:port or name/icmp, with /udp for UDP`,
    );
  const { host: name } = end;
  const address = parseAddress(name);
  const protocol = protocolNumber(end.protocol ?? "tcp");
  if (protocol === null || (transportOf(protocol) === null && !isIcmp(protocol)))
    throw new QuestionError("to", text, `protocol ${end.protocol} is none of ${protocols.join(", ")}`);
  if (isIcmp(protocol)) return { name, address, protocol, port: null };
  const { port } = end;
  if (port === null || port < 1 || port > 65535)
    throw new QuestionError("to", text, `it needs a port from 1 to 65535 (${name}:80), or ${name}/icmp`);
  return { name, address, protocol, port };
}

/** Finds what a destination means for who asks. Throws a QuestionError. */
export function parseTarget(dataplane: Dataplane, origin: Origin, text: string): Target | Unresolved {
  const { name, address, protocol, port } = readTarget(text);
  const found = address === null ? resolveName(dataplane, origin, name, text) : { address, assumes: [] };
  if ("unresolved" in found) return found;
  return { ...found, protocol: port === null ? icmpNumbers[found.address.family] : protocol, port };
}
