import type { Container, Endpoint, Host, Namespace, Network } from "../host.ts";
import { indexOf } from "./host-index.ts";

/** An endpoint of a namespace with its network, and the name that its interface has or is given here. */
export interface Attachment {
  readonly container: Container;
  readonly endpoint: Endpoint;
  readonly network: Network;
  readonly interface: string;
}

/**
 * The endpoints of a container's namespace. An interface whose name was not captured is called eth0, eth1, … in the order in
 * which the engine prefers them for the default route; the real order is that of connecting, which nothing tells.
 */
export function attachmentsOf(host: Host, namespace: Namespace): readonly Attachment[] {
  const owner = indexOf(host).containers.get(namespace.owner ?? "");
  if (owner === undefined) return [];
  const found = owner.endpoints.flatMap((endpoint) => {
    const network = indexOf(host).networks.get(endpoint.networkId);
    return network === undefined ? [] : [{ container: owner, endpoint, network }];
  });
  const taken = new Set(found.flatMap(({ endpoint }) => (endpoint.interface === null ? [] : [endpoint.interface])));
  let next = 0;
  return found.toSorted(byGatewayPreference).map((attachment) => {
    if (attachment.endpoint.interface !== null) return { ...attachment, interface: attachment.endpoint.interface };
    while (taken.has(`eth${next}`)) next++;
    return { ...attachment, interface: `eth${next++}` };
  });
}

/**
 * Which endpoint gives the default route: none of an internal network; the highest GwPriority; one with gateways for both
 * families before one with a single one; then the network's name (moby, libnetwork/endpoint.go, Endpoint.less).
 */
export function byGatewayPreference(a: Omit<Attachment, "interface">, b: Omit<Attachment, "interface">): number {
  const internal = Number(a.network.internal) - Number(b.network.internal);
  if (internal !== 0) return internal;
  const priority = b.endpoint.gwPriority - a.endpoint.gwPriority;
  if (priority !== 0) return priority;
  const both = Number(hasBothGateways(b.endpoint)) - Number(hasBothGateways(a.endpoint));
  if (both !== 0) return both;
  return a.network.name < b.network.name ? -1 : a.network.name > b.network.name ? 1 : 0;
}

const hasBothGateways = ({ gateway4, gateway6 }: Endpoint): boolean => gateway4 !== null && gateway6 !== null;
