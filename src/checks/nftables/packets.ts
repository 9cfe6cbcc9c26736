import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import type { Dataplane } from "../../dataplane/types.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { formatAddress } from "../../lib/address.ts";
import type { Network, PublishedPort } from "../../model/host.ts";
import { attachedTo } from "../../model/queries/attached.ts";
import { isLoopbackBinding } from "../../model/queries/publications.ts";
import type { NftPacket } from "./match.ts";

/** A packet whose way through the forward hook matters, and what it is for a person. */
export interface ForwardedPacket {
  readonly what: "out" | "answer" | "published";
  readonly packet: NftPacket;
  readonly port: PublishedPort | null;
}

/** What a network's containers need of the forward hook: to get out, to get answers, and their published ports. */
export function forwardCases(
  dataplane: Dataplane,
  network: Network & { readonly bridge: string },
  family: 4 | 6,
): readonly ForwardedPacket[] {
  const { host } = dataplane;
  const [uplink] = uplinkNames(dataplane, family);
  const attached = attachedTo(host, network);
  const addressOf = ({ endpoint }: (typeof attached)[number]) => {
    const end = family === 4 ? endpoint.ipv4 : endpoint.ipv6;
    return end === null ? undefined : formatAddress(end.address);
  };
  const own = attached.map(addressOf).find((address) => address !== undefined);
  if (uplink === undefined || own === undefined) return [];
  const stranger = formatAddress(representativeOutside(dataplane, family));
  const out = {
    family,
    incoming: network.bridge,
    outgoing: uplink,
    source: own,
    destination: stranger,
    protocol: "tcp",
    port: 443,
    state: "new",
    translated: false,
    originalPort: 443,
  } as const;
  const answer = {
    ...out,
    incoming: uplink,
    outgoing: network.bridge,
    source: stranger,
    destination: own,
    port: 40000,
    state: "established",
  } as const;
  const published = host.publishedPorts.flatMap((port): ForwardedPacket[] => {
    const address = attached.filter(({ container }) => container.name === port.container).map(addressOf)[0];
    if (address === undefined || port.hostAddress.family !== family || isLoopbackBinding(port.hostAddress)) return [];
    const { protocol, containerPort, hostPort } = port;
    const packet = {
      ...out,
      incoming: uplink,
      outgoing: network.bridge,
      source: stranger,
      destination: address,
      protocol,
      port: containerPort,
      translated: true,
      originalPort: hostPort,
    };
    return [{ what: "published", packet, port }];
  });
  return [{ what: "out", packet: out, port: null }, { what: "answer", packet: answer, port: null }, ...published];
}
