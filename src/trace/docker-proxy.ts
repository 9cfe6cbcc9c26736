import { isDockerProxy, processesKnown, whoListens } from "../dataplane/listeners.ts";
import type { Stack } from "../dataplane/types.ts";
import { type Address, isDefault } from "../lib/address.ts";
import { isUnspecified } from "../lib/address-class.ts";
import { transportOf } from "../lib/protocol.ts";
import type { Host, ListeningSocket, Namespace, PublishedPort } from "../model/host.ts";
import { attachmentsOf } from "../model/queries/attachments.ts";
import { indexOf } from "../model/queries/host-index.ts";
import { takes } from "../model/queries/publications.ts";
import { runsProxy } from "../model/queries/userland-proxy.ts";
import type { Reason } from "../reasons/reason.ts";

/** Where docker-proxy hands a connection on to. */
export interface ProxyTarget {
  readonly port: PublishedPort;
  readonly address: Address;
  readonly assumes: readonly Reason[];
}

/** Who takes a packet that the host took in as its own. */
export type HostReceiver =
  | { readonly kind: "proxy"; readonly target: ProxyTarget }
  | { readonly kind: "socket"; readonly socket: ListeningSocket }
  /** docker-proxy listens, but which container it serves is in no capture. */
  | { readonly kind: "unknown-proxy"; readonly why: string }
  /** `isPublished`: though the engine publishes the port. */
  | { readonly kind: "nobody"; readonly isPublished: boolean }
  | { readonly kind: "not-known"; readonly why: string };

/**
 * Finds the receiver of a packet for an address of the host: docker-proxy for a published port that DNAT did not catch
 * (moby, cmd/docker-proxy), another process, or nobody.
 */
export function hostReceiver(
  host: Host,
  stack: Stack,
  protocol: number,
  address: Address,
  port: number,
  incoming: string,
): HostReceiver {
  const name = transportOf(protocol);
  if (name === null) return { kind: "not-known", why: "not known" };
  const published = findPublished(host, name, address, port);
  const found = whoListens(stack, name, address, port, incoming);
  if (found.kind === "nobody") return { ...found, isPublished: published !== null };
  if (found.kind === "not-known") {
    const likely = published ?? likelyPublished(host, name, address, port);
    const target = likely === null ? null : targetOf(host, likely);
    if (target === null || !runsProxy(host)) {
      if (host.publishedPortsGap === null || !runsProxy(host)) return found;
      return {
        kind: "unknown-proxy",
        why: `who listens there is not known: ${host.publishedPortsGap}, and ${found.why}`,
      };
    }
    const assumed: readonly Reason[] =
      host.engine.settings.userlandProxy === true && published !== null
        ? []
        : [{ code: "proxy-assumed", port: `${port}/${name}`, why: found.why }];
    return { kind: "proxy", target: { ...target, assumes: assumed } };
  }
  const { socket } = found;
  const isProxy = processesKnown(stack.listeners) ? isDockerProxy(socket) : published !== null && runsProxy(host);
  const target = isProxy && published !== null ? targetOf(host, published) : null;
  if (target !== null) return { kind: "proxy", target };
  if (!isProxy) return { kind: "socket", socket };
  return { kind: "unknown-proxy", why: "docker-proxy listens there, and which container it serves is in no capture" };
}

/** The binding that covers an address and port of the host. */
function findPublished(host: Host, protocol: string, address: Address, port: number): PublishedPort | null {
  const all = indexOf(host).published.get(`${protocol} ${port}`) ?? [];
  const covering = all.filter((one) => takes(one.hostAddress, address));
  return covering.find(({ hostAddress }) => !isUnspecified(hostAddress)) ?? covering[0] ?? null;
}

/**
 * The binding that an IPv6 one goes with: the engine publishes on `::` what it publishes on `0.0.0.0`, unless it was told an
 * address (moby, libnetwork/drivers/bridge/port_mapping_linux.go), and its IPv4 rule alone was captured.
 */
function likelyPublished(host: Host, protocol: string, address: Address, port: number): PublishedPort | null {
  if (address.family === 4) return null;
  const all = indexOf(host).published.get(`${protocol} ${port}`) ?? [];
  return (
    all.find(
      ({ hostAddress, knownFrom }) => knownFrom === "rules" && hostAddress.family === 4 && isUnspecified(hostAddress),
    ) ?? null
  );
}

/** The container's address on the network that has its default route: IPv6 for an IPv6 binding where it has one, else IPv4. */
function targetOf(host: Host, port: PublishedPort): ProxyTarget | null {
  const container = indexOf(host).containers.get(port.container);
  const namespace = indexOf(host).namespaces.get(container?.namespace ?? "");
  if (namespace === undefined) return null;
  const bridged = attachmentsOf(host, namespace).filter(({ network }) => network.bridge !== null);
  const way = defaultDevice(namespace);
  const preferred = bridged.find((one) => one.interface === way) ?? bridged[0];
  const wanted = port.hostAddress.family === 6 ? preferred?.endpoint.ipv6 : undefined;
  const address = (wanted ?? preferred?.endpoint.ipv4)?.address;
  return address === undefined ? null : { port, address, assumes: [] };
}

/** The interface of a namespace's default route; null where it has none, or it was not captured. */
function defaultDevice({ routes }: Namespace): string | null {
  const found = routes.known ? routes.value.find(({ to, type }) => isDefault(to) && type === "unicast") : undefined;
  return found?.nexthops[0]?.device ?? null;
}
