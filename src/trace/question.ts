import type { Dataplane } from "../dataplane/types.ts";
import { type Address, parseAddress } from "../lib/address.ts";
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

const protocols: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmpv6: 58 };

/** A port at an address, asked for without any name. */
export const targetAt = (address: Address, { protocol, port }: Port): Target => ({
  address,
  protocol: protocols[protocol] ?? 6,
  port,
  assumes: [],
});

/** What a destination says: whom, and at which port; `port` is null for ICMP. */
interface TargetText {
  readonly name: string;
  readonly protocol: number;
  readonly port: number | null;
}

/** Reads `db:3306`, `172.18.0.2:80/tcp`, `host:8080`, `[fd00::2]:53/udp`, `db/icmp`. Throws a QuestionError. */
export function readTarget(text: string): TargetText {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s/[\]]+?))(?::(\d{1,5}))?(?:\/([a-z0-9]+))?$/i.exec(text);
  const name = match?.[1] ?? match?.[2];
  if (match === null || name === undefined)
    throw new QuestionError(
      "to",
      text,
      `write name:port, address:port, [IPv6 address]:port or name/icmp, with /udp for UDP`,
    );
  const protocol = protocols[match[4]?.toLowerCase() ?? "tcp"];
  if (protocol === undefined)
    throw new QuestionError("to", text, `protocol ${match[4]} is none of ${Object.keys(protocols).join(", ")}`);
  const isIcmp = protocol === 1 || protocol === 58;
  const port = match[3] === undefined ? null : Number(match[3]);
  if (!isIcmp && (port === null || port < 1 || port > 65535))
    throw new QuestionError("to", text, `it needs a port from 1 to 65535 (${name}:80), or ${name}/icmp`);
  return { name, protocol, port: isIcmp ? null : port };
}

/** Finds what a destination means for who asks. Throws a QuestionError. */
export function parseTarget(dataplane: Dataplane, origin: Origin, text: string): Target | Unresolved {
  const { name, protocol, port } = readTarget(text);
  const address = parseAddress(name);
  const found = address === null ? resolveName(dataplane, origin, name, text) : { address, assumes: [] };
  if ("unresolved" in found) return found;
  return { ...found, protocol: port === null ? (found.address.family === 4 ? 1 : 58) : protocol, port };
}
