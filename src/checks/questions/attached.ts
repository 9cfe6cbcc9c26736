import { groupBy } from "../../lib/group-by.ts";
import { onceFor } from "../../lib/once-for.ts";
import type { Container, Endpoint, Host, Network } from "../../model/host.ts";

/** A running container on a network that packets can be sent from. */
export interface Attached {
  readonly container: Container;
  readonly endpoint: Endpoint;
}

/** The containers on a network that have a namespace of their own to ask from. */
export function attachedTo(host: Host, network: Network): readonly Attached[] {
  return attachedByNetwork(host).get(network.id) ?? [];
}

const attachedByNetwork = onceFor((host: Host): ReadonlyMap<string, readonly Attached[]> => {
  const own = host.containers.filter(
    ({ namespace, running, networkMode }) => namespace !== null && running !== false && networkMode !== "host",
  );
  return groupBy(
    own.flatMap((container) => container.endpoints.map((endpoint) => ({ container, endpoint }))),
    ({ endpoint }) => endpoint.networkId,
  );
});

/** The local networks of the bridge driver that packets are routed to and from. */
export function routedNetworks(host: Host): readonly (Network & { readonly bridge: string })[] {
  return host.networks.flatMap((network) =>
    network.bridge === null || network.internal ? [] : [{ ...network, bridge: network.bridge }],
  );
}
