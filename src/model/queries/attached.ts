import type { Host, Network } from "../host.ts";
import { type Attached, endpointsByNetwork } from "./docker-bridges.ts";

/** The running containers on a network that have a namespace of their own to ask from. */
export function attachedTo(host: Host, network: Network): readonly Attached[] {
  const attached = endpointsByNetwork(host).get(network.id) ?? [];
  return attached.filter(({ container }) => container.namespace !== null && container.networkMode !== "host");
}

/** The local networks of the bridge driver that packets are routed to and from. */
export function routedNetworks(host: Host): readonly (Network & { readonly bridge: string })[] {
  return host.networks.flatMap((network) =>
    network.bridge === null || network.internal ? [] : [{ ...network, bridge: network.bridge }],
  );
}
