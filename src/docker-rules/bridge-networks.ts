import type { Prefix } from "../lib/address.ts";
import type { Host, Network } from "../model/host.ts";

/** A bridge network as its options make the engine write rules for one family (moby, bridge_linux.go, newFirewallerNetwork). */
export interface BridgeNetwork {
  readonly network: Network;
  readonly family: 4 | 6;
  readonly bridge: string;
  readonly subnet: Prefix;
  readonly internal: boolean;
  readonly icc: boolean;
  readonly masquerade: boolean;
  readonly mode: "nat" | "routed" | "nat-unprotected" | "isolated";
  /** The address that outgoing traffic gets; null for the one of the interface that it leaves by. */
  readonly sourceAddress: string | null;
  /** Interfaces of the host that may reach containers directly (28.2). */
  readonly trusted: readonly string[];
}

/** The local bridge networks whose options are known, with a subnet of the family. */
export function bridgeNetworks(host: Host, family: 4 | 6): readonly BridgeNetwork[] {
  return host.networks.flatMap((network) => {
    const { bridge, inspected, options } = network;
    const subnet = network.subnets.find((each) => each.family === family);
    const enabled = family === 4 ? network.enableIPv4 : network.enableIPv6;
    if (bridge === null || !inspected || !enabled || subnet === undefined) return [];
    const trusted = options["com.docker.network.bridge.trusted_host_interfaces"] ?? "";
    return [
      {
        network,
        family,
        bridge,
        subnet: subnet.subnet,
        internal: network.internal,
        icc: isOn(options["com.docker.network.bridge.enable_icc"]),
        masquerade: isOn(options["com.docker.network.bridge.enable_ip_masquerade"]),
        mode: modeOf(options[`com.docker.network.bridge.gateway_mode_ipv${family}`]),
        sourceAddress: options[`com.docker.network.host_ipv${family}`] ?? null,
        trusted: trusted === "" ? [] : trusted.split(":"),
      },
    ];
  });
}

/** Both options are on unless said otherwise (libnetwork/drivers/bridge, parseNetworkGenericOptions; strconv.ParseBool). */
const isOn = (value: string | undefined): boolean => value === undefined || !/^(0|f|F|false|FALSE|False)$/.test(value);

function modeOf(value: string | undefined): BridgeNetwork["mode"] {
  return value === "routed" || value === "nat-unprotected" || value === "isolated" ? value : "nat";
}
