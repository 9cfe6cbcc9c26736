import { formatAddress, formatPrefix } from "../../lib/address.ts";
import { groupBy } from "../../lib/group-by.ts";
import { shortId } from "../../model/build/networks.ts";
import type { Network } from "../../model/host.ts";
import type { Change, ChangedField } from "../change.ts";
import { type Comparer, compareList, comparePair, listed, type Property, yesNo } from "../compare-list.ts";
import type { Sides } from "../match/sides.ts";

const inspected = ["docker-network-inspect", "podman-network-inspect"] as const;

/** Networks: one that was made anew under its name is replaced. */
export function compareNetworks({ matching, places: [host] }: Sides): Change[] {
  const { pairs, removed, added } = matching.networks;
  return [
    ...pairs.flatMap(({ before, after, how }) => {
      const isReplaced = how === "replaced" && !(isDefault(before) && isDefault(after));
      const own = { ...comparer, properties: [...(isReplaced ? [id] : []), ...properties] };
      return comparePair(host, before, after, own, isReplaced ? "replaced" : "changed");
    }),
    ...compareList(host, removed, added, comparer),
  ];
}

/** The engine makes its default network anew each time it starts (moby 28, daemon/daemon_unix.go, configureNetworking). */
const isDefault = ({ name, driver }: Network): boolean => name === "bridge" && driver === "bridge";

const id: Property<Network> = { name: "id", of: ({ id }) => shortId(id), from: [] };

/** A property that only an inspected network tells: of others the model holds defaults. */
const told = (name: string, of: (network: Network) => string | null): Property<Network> => ({
  name,
  of: (network) => (network.inspected ? of(network) : null),
  from: inspected,
});

const properties: readonly Property<Network>[] = [
  { name: "name", of: ({ name }) => name, from: [] },
  {
    name: "driver",
    of: ({ driver }) => (driver === "unknown" ? null : driver),
    from: [...inspected, "docker-network-ls"],
    essential: true,
  },
  {
    name: "scope",
    of: ({ scope }) => (scope === "unknown" ? null : scope),
    from: [...inspected, "docker-network-ls"],
  },
  { ...told("subnets", ({ subnets }) => listed(subnets.map(describeSubnet))), essential: true },
  told("IPv4", ({ enableIPv4 }) => yesNo(enableIPv4)),
  told("IPv6", ({ enableIPv6 }) => yesNo(enableIPv6)),
  told("internal", ({ internal }) => yesNo(internal)),
  told("attachable", ({ attachable }) => yesNo(attachable)),
  told("ingress", ({ ingress }) => yesNo(ingress)),
  told("configuration only", ({ configOnly }) => yesNo(configOnly)),
  told("configuration from", ({ configFrom }) => configFrom),
  told("parent", ({ parent }) => parent),
  told("mode", ({ mode }) => mode),
  told("compose project", ({ composeProject }) => composeProject),
  told("endpoints without a container", ({ specialEndpoints }) =>
    listed(
      specialEndpoints.map(({ name, ipv4, ipv6 }) =>
        [name, ...[ipv4, ipv6].flatMap((own) => (own === null ? [] : [formatAddress(own)]))].join(" "),
      ),
    ),
  ),
];

function describeSubnet({ subnet, ipRange, auxiliary }: Network["subnets"][number]): string {
  const reserved = Object.entries(auxiliary).map(([name, address]) => `${name} ${formatAddress(address)}`);
  return [
    formatPrefix(subnet),
    ...(ipRange === null ? [] : [`range ${formatPrefix(ipRange)}`]),
    ...(reserved.length === 0 ? [] : [`reserved ${reserved.sort().join(" ")}`]),
  ].join(" ");
}

/**
 * Gateways of subnets that stayed. Where nobody named one the engine takes the first address, which engines before 23 show only
 * after their next start: a gateway that one side does not show is no other one.
 */
function gatewayFields(before: Network, after: Network): ChangedField[] {
  const gateways = gatewaysOf(before);
  return [...gatewaysOf(after)].flatMap(([subnet, gateway]): ChangedField[] => {
    const was = gateways.get(subnet);
    if (was === undefined || was === gateway) return [];
    return [{ name: `gateway of ${subnet}`, before: was, after: gateway }];
  });
}

/** The gateways that are known, by their subnet: a listing may name one twice. */
function gatewaysOf({ subnets }: Network): ReadonlyMap<string, string> {
  const known = subnets.flatMap(({ subnet, gateway }) =>
    gateway === null ? [] : [{ subnet: formatPrefix(subnet), gateway: formatAddress(gateway) }],
  );
  const bySubnet = groupBy(known, ({ subnet }) => subnet);
  return new Map([...bySubnet].map(([subnet, found]) => [subnet, found.map(({ gateway }) => gateway).join(", ")]));
}

/** Options that the properties above tell already. */
const elsewhere = new Set(["parent", "macvlan_mode", "ipvlan_mode", "com.docker.network.bridge.gateway_mode_ipv4"]);

function optionFields(before: Network, after: Network): ChangedField[] {
  if (!before.inspected || !after.inspected) return [];
  const [was, is] = [new Map(Object.entries(before.options)), new Map(Object.entries(after.options))];
  return [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .filter((name) => !elsewhere.has(name) && was.get(name) !== is.get(name))
    .map((name) => ({ name: `option ${name}`, before: was.get(name) ?? null, after: is.get(name) ?? null }));
}

const comparer: Comparer<Network> = {
  kind: "network",
  listedBy: [...inspected, "docker-network-ls"],
  keyOf: ({ id }) => shortId(id),
  nameOf: ({ name }) => name,
  properties,
  moreFields: (before, after) => [...gatewayFields(before, after), ...optionFields(before, after)],
};
