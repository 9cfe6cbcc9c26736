import { formatAddress } from "../../../lib/address.ts";
import type { Source } from "../../../lib/source.ts";
import type { Container, Network, PairingMethod } from "../../host.ts";

/** A container on a bridge network: what a veth of that bridge may belong to. Veths of one container share its namespace. */
export interface PairingSlot {
  readonly container: string;
  readonly namespace: string;
  readonly networkId: string;
  readonly bridge: string;
  readonly mac: string | null;
  readonly addresses: readonly string[];
  /** The interface's name inside, where that was captured. */
  readonly interface: string | null;
  readonly sources: readonly Source[];
}

/** The container behind a veth. `slot` is null where its network is not known, or which of several it is. */
export interface FoundPairing {
  readonly slot: PairingSlot | null;
  readonly container: string;
  readonly namespace: string;
  /** The end inside, where it is known. */
  readonly inside: string | null;
  readonly method: PairingMethod;
  readonly certainty: "certain" | "strong";
  readonly reason: string;
  readonly sources: readonly Source[];
}

/** The slots of a host. A container that shares another's namespace has no veth of its own. */
export function buildSlots(containers: readonly Container[], networks: readonly Network[]): readonly PairingSlot[] {
  const bridgeOf = new Map(networks.map(({ id, bridge }) => [id, bridge]));
  return containers.flatMap(({ name, running, networkMode, namespace, endpoints }) => {
    if (running === false || networkMode === "container" || namespace === null) return [];
    return endpoints.flatMap(({ networkId, mac, ipv4, ipv6, interface: inside, sources }): PairingSlot[] => {
      const bridge = bridgeOf.get(networkId) ?? null;
      if (bridge === null) return [];
      const addresses = [ipv4, ipv6].flatMap((end) => (end === null ? [] : [formatAddress(end.address)]));
      return [{ container: name, namespace, networkId, bridge, mac, addresses, interface: inside, sources }];
    });
  });
}
