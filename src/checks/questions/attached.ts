import type { Container, Endpoint, Host, Network } from "../../model/host.ts";

/** A running container on a network that packets can be sent from. */
export interface Attached {
  readonly container: Container;
  readonly endpoint: Endpoint;
}

/** The containers on a network that have a namespace of their own to ask from. */
export function attachedTo(host: Host, network: Network): readonly Attached[] {
  return host.containers.flatMap((container) => {
    if (container.namespace === null || container.running === false || container.networkMode === "host") return [];
    return container.endpoints
      .filter(({ networkId }) => networkId === network.id)
      .map((endpoint) => ({ container, endpoint }));
  });
}

/** The local networks of the bridge driver that packets are routed to and from. */
export function routedNetworks(host: Host): readonly (Network & { readonly bridge: string })[] {
  return host.networks.flatMap((network) =>
    network.bridge === null || network.internal ? [] : [{ ...network, bridge: network.bridge }],
  );
}
