import { onceFor } from "../../lib/once-for.ts";
import type { Bridge, Container, Endpoint, Host, Interface, Network } from "../host.ts";
import { hostInterfaces, listsAllInterfaces } from "./whole-lists.ts";

/** A network with the bridge that the engine made for it, and who is on it. */
export interface DockerBridge {
  readonly network: Network;
  readonly name: string;
  /** Null when no capture lists such an interface. */
  readonly link: Interface | null;
  readonly bridge: Bridge | null;
  readonly endpoints: readonly Attached[];
}

export interface Attached {
  readonly container: Container;
  readonly endpoint: Endpoint;
}

/** The local bridge networks that were inspected, each with its bridge. */
export const dockerBridges = onceFor((host: Host): readonly DockerBridge[] => {
  const links = hostInterfaces(host);
  const bridges = new Map(host.bridges.map((each) => [each.name, each]));
  const attached = endpointsByNetwork(host);
  return host.networks.flatMap((network) => {
    const { bridge: name, inspected, id } = network;
    if (name === null || !inspected) return [];
    return [
      {
        network,
        name,
        link: links.get(name) ?? null,
        bridge: bridges.get(name) ?? null,
        endpoints: attached.get(id) ?? [],
      },
    ];
  });
});

/** The endpoints of running containers by the network's id. Containers that share another's namespace have none of their own. */
export const endpointsByNetwork = onceFor((host: Host): ReadonlyMap<string, readonly Attached[]> => {
  const found = new Map<string, Attached[]>();
  for (const container of host.containers) {
    if (container.running === false || container.networkMode === "container") continue;
    for (const endpoint of container.endpoints) {
      const before = found.get(endpoint.networkId);
      if (before === undefined) found.set(endpoint.networkId, [{ container, endpoint }]);
      else before.push({ container, endpoint });
    }
  }
  return found;
});

/** Whether a bridge is there: as an interface, or at least in `brctl show` with an id of its own. */
export const exists = ({ link, bridge }: DockerBridge): boolean => link !== null || bridge?.bridgeId != null;

/** Said of everything that compares the engine with the host, where the two are in different network namespaces. */
export const bridgesElsewhere =
  "the engine's bridges are not among the host's interfaces: its network is in another namespace";

/**
 * Whether the engine's bridges are all missing here: then the engine and `ip a` speak of different network stacks (rootless,
 * Docker Desktop, a remote engine), and nothing that compares the two is worth a word.
 */
export function bridgesAreElsewhere(host: Host): boolean {
  const expected = dockerBridges(host);
  return expected.length > 0 && listsAllInterfaces(host) && !expected.some(exists);
}

/**
 * Whether an interface brings something else than a container to a bridge: a network card, VLAN, bond or tap. By its kind where
 * `ip -d link` says it, and by the names that only such interfaces have.
 */
export function leadsElsewhere(name: string, link: Interface | undefined): boolean {
  if (/^(eth|en[ospx]|eno|em|p\d+p|wl|bond|team|tap|tun|vnet|vlan|vxlan|wg)[0-9a-z.]*$/.test(name)) return true;
  const kind = link?.kind ?? null;
  return kind !== null && !["veth", "dummy", "bridge", "loopback"].includes(kind);
}

/** The ports of a bridge that lead somewhere else than into a container. */
export function foreignPorts(bridge: Bridge | null, links: ReadonlyMap<string, Interface>): readonly string[] {
  return (bridge?.ports ?? []).filter((port) => leadsElsewhere(port, links.get(port)));
}
