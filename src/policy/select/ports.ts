import { isLoopback } from "../../lib/address-class.ts";
import { formatPort } from "../../lib/endpoint.ts";
import { sortedBy } from "../../lib/order.ts";
import type { Host, Namespace } from "../../model/host.ts";
import { indexOf } from "../../model/queries/host-index.ts";
import { type Port, portsOf } from "../../model/queries/services.ts";
import type { Reason } from "../../reasons/reason.ts";
import type { PortChoice } from "../policy.ts";
import { nameOf, type Peer } from "./peers.ts";

/** The ports that a rule asks a target for. */
export interface AskedPorts {
  readonly ports: readonly Port[];
  /** Why they may not be all that `*` means, where something is known nevertheless. */
  readonly assumes: Reason | null;
  /** Why nothing is known of them. */
  readonly unknown: string | null;
}

/** The fixed ports of a rule, and for `*` those that the target listens at, publishes, or exposes where nobody looked inside. */
export function portsFor(host: Host, target: Peer, choices: readonly PortChoice[]): AskedPorts {
  const fixed = choices.filter((choice): choice is Port => choice.port !== "any");
  const open = choices.filter((choice) => choice.port === "any");
  if (open.length === 0) return { ports: onceEach(fixed), assumes: null, unknown: null };
  const known = knownPorts(host, target).filter(({ protocol }) =>
    open.some((choice) => choice.protocol === null || choice.protocol === protocol),
  );
  const ports = onceEach([...fixed, ...known]);
  const why = whyNotAll(host, target);
  if (why === null) return { ports, assumes: null, unknown: null };
  const name = nameOf(target);
  return known.length > 0
    ? {
        ports,
        assumes: {
          code: "ports-assumed",
          why: `the ports of ${name} are those that it publishes or exposes: ${why}`,
        },
        unknown: null,
      }
    : { ports, assumes: null, unknown: `which ports ${name} has is not known: ${why}` };
}

const onceEach = (ports: readonly Port[]): readonly Port[] =>
  sortedBy(new Map(ports.map((port) => [formatPort(port), port])).values(), formatPort);

/** All that share a namespace share its ports; the host's are those that something listens at. */
function knownPorts(host: Host, target: Peer): readonly Port[] {
  const { namespaces, containers } = indexOf(host);
  if (target.kind === "host") return portsListened(host.own.listeners);
  if (target.kind !== "container") return [];
  const sharing =
    target.namespace === host.own.name ? [target.name] : (namespaces.get(target.namespace)?.containers ?? []);
  return sharing.flatMap((name) => {
    const container = containers.get(name);
    return container === undefined ? [] : portsOf(host, container);
  });
}

function portsListened(listeners: Namespace["listeners"]): readonly Port[] {
  if (!listeners.known) return [];
  return listeners.value.flatMap(({ protocol, port, address }) => {
    return isLoopback(address) || protocol === "other" ? [] : [{ protocol, port }];
  });
}

function whyNotAll(host: Host, target: Peer): string | null {
  const namespace = target.kind === "container" ? indexOf(host).namespaces.get(target.namespace) : host.own;
  const listeners = namespace?.listeners;
  return listeners === undefined || listeners.known ? null : listeners.why;
}
