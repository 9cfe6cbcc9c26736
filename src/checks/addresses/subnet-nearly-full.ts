import { bitsOf, contains, formatPrefix, lastAddress, type Prefix } from "../../lib/address.ts";
import type { Network } from "../../model/host.ts";
import { type Attached, endpointsByNetwork } from "../../model/queries/docker-bridges.ts";
import { defineCheck } from "../check.ts";
import { moveNetwork } from "../subnets/move-network.ts";
import { gatewayOf } from "../subnets/places.ts";
import { count } from "../words.ts";

/** Who makes a network this small means it for just a few containers. */
const smallest = 8n;

export const subnetNearlyFull = defineCheck({
  id: "subnet-nearly-full",
  severity: "warning",
  sureness: "strong",
  category: "addresses",
  title: "A network has hardly any addresses left",
  why: "The next container fails to start with `no available IPv4 addresses on this network's address pools`.",
  fix: "Create the network again with a larger subnet, or a larger --ip-range.",
  sources: [
    "https://github.com/moby/moby/issues/32484",
    "https://github.com/moby/moby/issues/35994",
    "moby libnetwork/ipams/defaultipam: the first and the last address of an IPv4 subnet are never given out (v28.5.2)",
  ],
  needs: ["docker-network-inspect"],
  *run({ host }) {
    const attached = endpointsByNetwork(host);
    for (const network of host.networks) {
      if (!network.inspected || network.configOnly) continue;
      for (const subnet of network.subnets) {
        const [whole, range] = [subnet.subnet, subnet.ipRange ?? subnet.subnet];
        if (subnet.family === 6 || sizeOf(whole) <= smallest) continue;
        const usable = usableIn(range, whole);
        const taken = takenIn(range, whole, network, subnet, attached.get(network.id) ?? []);
        if (usable <= 0 || taken < usable * 0.9) continue;
        const left = Math.max(0, usable - taken);
        const where =
          range.length === whole.length
            ? formatPrefix(whole)
            : `${formatPrefix(range)} (the range to give out of ${formatPrefix(whole)})`;
        yield {
          subject: { kind: "network", name: network.name },
          severity: left === 0 ? "error" : "warning",
          message: `Network ${network.name} has ${left === 0 ? "no address" : `only ${count(left, "address", "addresses")}`} left: ${taken} of ${usable} in ${where} are taken${left === 0 ? "" : ", and stopped containers may hold some of the rest"}.`,
          evidence: network.sources,
          fix: moveNetwork(host, network, whole, whole.length - 2),
        };
      }
    }
  },
});

const sizeOf = ({ address, length }: Prefix): bigint => 1n << BigInt(bitsOf(address.family) - length);

/** How many addresses of the range can be given out: not the subnet's own address nor its broadcast address. */
function usableIn(range: Prefix, whole: Prefix): number {
  const reserved = [whole.address, lastAddress(whole)].filter((address) => contains(range, address)).length;
  return Number(sizeOf(range)) - reserved;
}

/** How many of them are taken: by containers, stale endpoints, the gateway and auxiliary addresses; each once. */
function takenIn(
  range: Prefix,
  whole: Prefix,
  { specialEndpoints, internal, options }: Network,
  subnet: Network["subnets"][number],
  attached: readonly Attached[],
): number {
  // Where the bridge has no address none is kept for it, so that a container may get the gateway's (moby, TestPointToPoint).
  const isolated = options["com.docker.network.bridge.gateway_mode_ipv4"] === "isolated";
  const hasGateway = !isolated && !(internal && options["com.docker.network.bridge.inhibit_ipv4"] === "true");
  const addresses = [
    ...(hasGateway ? [gatewayOf(subnet)] : []),
    ...Object.values(subnet.auxiliary),
    ...specialEndpoints.flatMap(({ ipv4 }) => ipv4 ?? []),
    ...attached.flatMap(({ endpoint }) => endpoint.ipv4?.address ?? []),
  ];
  const ends = [whole.address.value, lastAddress(whole).value];
  const taken = addresses.filter((address) => contains(range, address) && !ends.includes(address.value));
  return new Set(taken.map(({ value }) => value)).size;
}
