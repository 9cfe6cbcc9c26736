import {
  contains,
  formatAddress,
  formatPrefix,
  formatPrefixedAddress,
  type Prefix,
  samePrefix,
} from "../../lib/address.ts";
import { isLinkLocal } from "../../lib/address-class.ts";
import { sh } from "../../lib/command.ts";
import type { Host } from "../../model/host.ts";
import { type DockerBridge, dockerBridges } from "../../model/queries/docker-bridges.ts";
import { isWhole } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { gatewayOf } from "../subnets/places.ts";
import { count } from "../words.ts";

export const bridgeAddressWrong = defineCheck({
  id: "bridge-address-wrong",
  severity: "error",
  sureness: "proven",
  category: "drift",
  title: "A bridge does not have its gateway address",
  why: "Containers have no gateway: nothing leaves the network, published ports answer nobody, and the host does not reach its containers.",
  fix: "Add the address again; then keep systemd-networkd and NetworkManager away from docker0, br-* and veth*, since they are what usually takes it.",
  sources: [
    "https://github.com/moby/moby/issues/40217",
    "https://github.com/moby/moby/issues/31477",
    "https://github.com/docker/for-linux/issues/924",
    "https://github.com/systemd/systemd/issues/28626",
    "moby libnetwork/drivers/bridge/setup_ipv4_linux.go setupBridgeIPv4 (v28.5.2)",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  wants: ["ip-route"],
  needsBridges: true,
  needsWhole: ["ip-addr"],
  *run({ host }) {
    const hostSpace = host.own;
    if (!hostSpace.addressesKnown) return;
    for (const [at, family] of dockerBridges(host).flatMap((at) =>
      ([4, 6] as const).map((family) => [at, family] as const),
    )) {
      const { network, name, link, endpoints } = at;
      const subnet = network.subnets.find((each) => each.family === family);
      if (link === null || subnet === undefined || !hasAddress(at, family)) continue;
      const [gateway, prefix] = [gatewayOf(subnet), subnet.subnet];
      const wanted = formatPrefixedAddress({ address: gateway, prefixLength: prefix.length });
      const own = link.addresses.filter((each) => each.address.family === family && !isLinkLocal(each.address));
      const right = own.some((each) => formatPrefixedAddress(each) === wanted);
      // Where inspect names no gateway, any address of the subnet may be the one that the engine chose.
      const likely = subnet.gateway === null && own.some(({ address }) => contains(prefix, address));
      if ((right || likely) && (!link.up || family === 6 || hasConnectedRoute(host, name, prefix))) continue;
      const held = own.map(formatPrefixedAddress).join(", ");
      const what =
        right || likely
          ? `${name} has ${held}, but the host has no route to ${formatPrefix(prefix)} through it`
          : own.length === 0
            ? `${name} has no IPv${family} address; it should have ${wanted}`
            : `${name} has ${held}, but it should have ${wanted}`;
      yield {
        subject: { kind: "bridge", name },
        message: `${what}, the gateway of ${count(endpoints.length, "container")} on network ${network.name}.`,
        evidence: [...link.sources, ...own.flatMap(({ sources }) => sources), ...network.sources],
        fix: {
          text: "Give the bridge its address back, and mark Docker's interfaces as unmanaged for systemd-networkd ([Match] Name=docker0 br-* veth*, [Link] Unmanaged=yes) and NetworkManager.",
          commands:
            right || likely
              ? [
                  sh`sudo ip route add ${formatPrefix(prefix)} dev ${name} proto kernel scope link src ${formatAddress(own[0]?.address ?? gateway)}`,
                ]
              : [sh`sudo ip addr add ${wanted} dev ${name}`],
          cutsTraffic: false,
        },
      };
    }
  },
});

/** Whether the engine gives the bridge an address (moby, bridge_linux.go: no IPv4 one with inhibit_ipv4, none with mode isolated). */
function hasAddress({ network: { enableIPv4, enableIPv6, options } }: DockerBridge, family: 4 | 6): boolean {
  const inhibited = /^(1|t|true)$/i.test(options["com.docker.network.bridge.inhibit_ipv4"] ?? "");
  return (
    (family === 4 ? enableIPv4 && !inhibited : enableIPv6) &&
    options[`com.docker.network.bridge.gateway_mode_ipv${family}`] !== "isolated"
  );
}

/** Whether the route that comes with the address is there; also when the listing of routes has no such routes at all. */
function hasConnectedRoute(host: Host, device: string, subnet: Prefix): boolean {
  const routes = host.own.routes;
  if (!routes.known || !isWhole(host, ["ip-route"])) return true;
  const connected = routes.value.filter(
    ({ type, protocol, table }) => type === "unicast" && protocol === "kernel" && table !== "local",
  );
  if (connected.length === 0) return true;
  return routes.value.some(
    ({ type, to, nexthops }) =>
      type === "unicast" && samePrefix(to, subnet) && nexthops.some((hop) => hop.device === device),
  );
}
