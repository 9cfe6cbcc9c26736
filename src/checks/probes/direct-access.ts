import { uplinksOf } from "../../dataplane/uplinks.ts";
import type { Address } from "../../lib/address.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import type { Network } from "../../model/host.ts";
import { publications, type Sandboxed, sandboxes } from "../../model/queries/publications.ts";
import type { Port } from "../../model/queries/services.ts";
import type { Answer } from "../../trace/answer.ts";
import { isOnHost } from "../../trace/packet-state.ts";
import { targetAt } from "../../trace/question.ts";
import type { CheckContext } from "../check.ts";
import { arrivesAt } from "./exposure.ts";

/** A container's own address that strangers get packets to. */
export interface DirectAccess {
  readonly network: Network;
  /** All containers of the network; one of them was asked for. */
  readonly containers: readonly string[];
  readonly container: string;
  readonly uplink: string;
  readonly address: Address;
  /** `172.18.0.3:9000` */
  readonly to: string;
  readonly answer: Answer;
}

/** What is asked for: a port that is published, or one that is not. */
export type PortKind = "published" | "unpublished";

/**
 * The bridge networks whose containers machines behind an uplink reach at their own addresses, which takes no more than a
 * route to the subnet by this host. One container of each network is asked for: the rules are the same for all.
 */
export function directAccesses(context: CheckContext, family: 4 | 6, kind: PortKind): readonly DirectAccess[] {
  const { host, dataplane, ask } = context;
  const published = publishedPorts(context);
  const members = membersOf([...sandboxes(host).values()], family);
  const uplinks = uplinksOf(dataplane);
  return host.networks.flatMap((network) => {
    const here = members.get(network.id) ?? [];
    if (network.bridge === null || !network.inspected || here.length === 0) return [];
    for (const { name, address, exposed } of here) {
      const port = portFor(kind, published.get(name) ?? [], exposed);
      if (port === null) continue;
      for (const { name: uplink } of uplinks) {
        const to = formatEndpoint(address, port.port);
        const answer = ask({ from: uplink, to: targetAt(address, port) });
        // By a macvlan interface of its own a container is reached past the host: that is no matter of the host's rules.
        if (arrivesAt(answer, name) && answer.steps.some(isOnHost))
          return [{ network, containers: here.map((one) => one.name), container: name, uplink, address, to, answer }];
      }
      return [];
    }
    return [];
  });
}

interface Member {
  readonly name: string;
  readonly address: Address;
  readonly exposed: readonly string[];
}

/** The containers of each network with their address on it. */
function membersOf(boxes: readonly Sandboxed[], family: 4 | 6): ReadonlyMap<string, readonly Member[]> {
  const members = new Map<string, Member[]>();
  for (const { container, onBridges } of boxes) {
    for (const { endpoint } of onBridges) {
      const address = (family === 4 ? endpoint.ipv4 : endpoint.ipv6)?.address;
      if (address === undefined || container.networkMode === "container") continue;
      const here = members.get(endpoint.networkId) ?? [];
      here.push({ name: container.name, address, exposed: container.exposedPorts });
      members.set(endpoint.networkId, here);
    }
  }
  return members;
}

function publishedPorts({ host }: CheckContext): ReadonlyMap<string, readonly Port[]> {
  const ports = new Map<string, Port[]>();
  for (const { container, containerPort: port, protocol } of publications(host))
    ports.set(container, [...(ports.get(container) ?? []), { protocol, port }]);
  return ports;
}

/** Discard's, which nobody publishes: good to ask whether any port is open. */
const discard = 9;

function portFor(kind: PortKind, published: readonly Port[], exposed: readonly string[]): Port | null {
  if (kind === "published") return published.find(({ protocol }) => protocol !== "sctp") ?? null;
  const isFree = (port: number) => !published.some((one) => one.protocol === "tcp" && one.port === port);
  const candidates = [...exposed.flatMap((text) => /^(\d+)\/tcp$/.exec(text)?.[1] ?? []).map(Number), discard];
  const port = candidates.find(isFree);
  return port === undefined ? null : { protocol: "tcp", port };
}
