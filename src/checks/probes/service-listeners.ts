import { findListener } from "../../dataplane/listeners.ts";
import { stackNamed } from "../../dataplane/stack-ref.ts";
import type { Stack } from "../../dataplane/types.ts";
import type { Address } from "../../lib/address.ts";
import { isLoopback } from "../../lib/address-class.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import type { ListeningSocket } from "../../model/host.ts";
import { hostWord } from "../../model/namespace-id.ts";
import { type Publication, publications, type Sandboxed, sandboxes } from "../../model/queries/publications.ts";
import { targetAt } from "../../trace/question.ts";
import type { CheckContext } from "../check.ts";

/** A published port whose container's kernel answers that nobody listens at the container's address. */
export interface Unserved {
  readonly port: Publication;
  readonly box: Sandboxed;
  /** The container's address and port: `172.18.0.2:80`. */
  readonly at: string;
  /** The sockets with that protocol and port, on whatever address. */
  readonly sameSocket: readonly ListeningSocket[];
  /** All other sockets that could be meant instead: not on loopback. */
  readonly others: readonly ListeningSocket[];
}

/**
 * The published ports that nobody serves inside: asked from the host, for rules inside may redirect a port, and a namespace
 * may be shared. Only where the sockets and the rules inside were captured.
 */
export function unservedPorts({ host, dataplane, ask }: CheckContext): readonly Unserved[] {
  const boxes = sandboxes(host);
  return publications(host).flatMap((port) => {
    const box = boxes.get(port.container);
    const inside = box?.onBridges[0]?.endpoint;
    const address = inside?.ipv4?.address ?? inside?.ipv6?.address;
    if (box === undefined || address === undefined || !isCaptured(box)) return [];
    const listeners = box.namespace.listeners.known ? box.namespace.listeners.value : [];
    const at = formatEndpoint(address, port.containerPort);
    if (isServed(stackNamed(dataplane, box.namespace.name), box, address, port)) return [];
    const answer = ask({
      from: hostWord,
      to: targetAt(address, { protocol: port.protocol, port: port.containerPort }),
    });
    if (answer?.verdict !== "refused") return [];
    const sameSocket = listeners.filter((one) => one.port === port.containerPort && one.protocol === port.protocol);
    const others = listeners.filter(({ address: bound }) => !isLoopback(bound));
    return [{ port, box, at, sameSocket, others }];
  });
}

/** Whether a socket takes it for certain: one listens there, and nothing inside translates what comes in. */
function isServed(stack: Stack | null, { onBridges }: Sandboxed, address: Address, port: Publication): boolean {
  if (stack?.listeners.known !== true) return false;
  const { firewall, unknown } = stack.firewall[address.family];
  const translates = firewall.tables.some(({ baseChains }) =>
    baseChains.some(({ type, hook, chain }) => type === "nat" && hook === "prerouting" && chain.rules.length > 0),
  );
  if (translates || unknown.has("prerouting")) return false;
  const incoming = onBridges[0]?.endpoint.interface ?? "";
  return findListener(stack.listeners.value, port.protocol, address, port.containerPort, incoming) !== null;
}

const isCaptured = ({ namespace }: Sandboxed): boolean =>
  namespace.listeners.known && (namespace.iptables.known || namespace.nftables.known);

/** `80/tcp`, or `127.0.0.1:80/tcp` where it is bound to one address. */
export const socketName = ({ address, port, protocol }: ListeningSocket): string =>
  address === null ? `${port}/${protocol}` : `${formatEndpoint(address, port)}/${protocol}`;
