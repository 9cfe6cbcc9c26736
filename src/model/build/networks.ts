import { type Address, formatPrefix, parsePrefixedAddress } from "../../lib/address.ts";
import { byCodePoint } from "../../lib/order.ts";
import { mergeSources } from "../../lib/source.ts";
import type { DockerNetwork } from "../../parsers/docker-network-inspect.ts";
import type { Contradiction, Network } from "../host.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import { type AddressReader, addressReader } from "./engine-addresses.ts";

const containerKey = /^[0-9a-f]{64}$/;

/** Whether a key of a network's `Containers` is a container's id, and not an endpoint without sandbox or one of swarm's own. */
export const isContainerKey = (key: string): boolean => containerKey.test(key);

/** All networks, by `docker network inspect`, `docker network ls` and the attachments of containers, each once. */
export function buildNetworks(captured: Captured, contradictions: Contradiction[]): readonly Network[] {
  const networks = new Map<string, Network>();
  const add = (network: Network) => {
    const before = networks.get(shortId(network.id));
    if (before !== undefined) recordDifferences(before, network, contradictions);
    const [better, other] =
      before === undefined || (network.inspected && !before.inspected) ? [network, before] : [before, network];
    networks.set(shortId(network.id), { ...better, sources: mergeSources(better.sources, other?.sources ?? []) });
  };
  for (const kind of ["docker-network-inspect", "podman-network-inspect"] as const) {
    for (const listing of captured.all(kind, null)) {
      for (const network of listing.data) add(fromInspect(network, listing.capture.file, contradictions));
    }
  }
  for (const listing of captured.all("docker-network-ls", null)) {
    for (const row of listing.data)
      add({ ...bare(row.id, row.name, row.driver, row.scope), sources: [sourceOf(listing, row)] });
  }
  const names = new Set([...networks.values()].map(({ name }) => name));
  for (const listing of captured.all("docker-inspect", null)) {
    for (const { networks: attachments } of listing.data) {
      for (const { network, networkId, line } of attachments) {
        if (networkId === "" || networks.has(shortId(networkId))) continue;
        if (networkId === network && (isPodmanMode(network) || names.has(network))) continue;
        const driver = network === "host" ? "host" : network === "none" ? "null" : "unknown";
        add({ ...bare(networkId, network, driver, "unknown"), sources: [sourceOf(listing, { line })] });
      }
    }
  }
  return [...networks.values()].sort((a, b) => byCodePoint(a.name, b.name) || byCodePoint(a.id, b.id));
}

/**
 * podman 5 and older give a network's name as its id, and a mode that is no network where there is none (libpod,
 * networking_common.go, getContainerNetworkInfo, at v5.0.0).
 */
const isPodmanMode = (network: string): boolean => /^(slirp4netns|pasta|private|ns|container)(:|$)/.test(network);

/** A network is never changed, but it can be removed and made anew between two captures. */
function recordDifferences(a: Network, b: Network, contradictions: Contradiction[]): void {
  const subnetsOf = (network: Network) => (network.inspected ? subnetText(network) : null);
  const facts = [
    ["name", a.name, b.name],
    ["driver", a.driver, b.driver === "unknown" ? a.driver : b.driver],
    ["subnets", subnetsOf(a) ?? subnetsOf(b), subnetsOf(b) ?? subnetsOf(a)],
  ] as const;
  for (const [what, x, y] of facts) {
    if (x === y) continue;
    const sources = mergeSources(a.sources, b.sources);
    contradictions.push({ subject: `network ${a.name}`, message: `its ${what}: ${x}, but also ${y}`, sources });
  }
}

const subnetText = ({ subnets }: Network): string =>
  subnets.map(({ subnet }) => formatPrefix(subnet)).join(", ") || "none";

/**
 * The first 12 digits of a container's or network's id (25 digits in a swarm), which is all that Docker's listings print. What
 * is no id, as the name that podman gives in place of one, stays whole.
 */
export const shortId = (id: string): string => (wholeId.test(id) ? id.slice(0, 12) : id);

const wholeId = /^(?:[0-9a-f]{13,64}|[0-9a-z]{25})$/;

function fromInspect(network: DockerNetwork, file: string, contradictions: Contradiction[]): Network {
  const { id, name, driver, scope, options } = network;
  const source = { file, line: network.line };
  const read = addressReader(`network ${name}`, [source], contradictions);
  return {
    ...bare(id, name, driver, scope),
    inspected: true,
    enableIPv4: network.enableIPv4,
    enableIPv6: network.enableIPv6,
    internal: network.internal,
    ingress: network.ingress,
    attachable: network.attachable,
    configOnly: network.configOnly,
    configFrom: network.configFrom,
    subnets: network.ipam.flatMap((config) => subnetOf(config, read)),
    bridge: bridgeName(network),
    parent: driver === "macvlan" || driver === "ipvlan" ? (options["parent"] ?? null) : null,
    mode: modeOf(driver, options),
    options,
    composeProject: network.labels["com.docker.compose.project"] ?? null,
    specialEndpoints: network.endpoints
      .filter(({ key }) => !isContainerKey(key))
      .map(({ key, name, ipv4, ipv6, line }) => ({
        key,
        name,
        ipv4: bareAddress(ipv4),
        ipv6: bareAddress(ipv6),
        sources: [{ file, line }],
      })),
    sources: [source],
  };
}

/** The address of `172.18.0.2/16`, which the parser has looked at. */
const bareAddress = (text: string | null): Address | null =>
  text === null ? null : (parsePrefixedAddress(text)?.address ?? null);

function subnetOf(config: DockerNetwork["ipam"][number], read: AddressReader): Network["subnets"] {
  const subnet = read.prefix("subnet", config.subnet);
  if (subnet === null) return [];
  const auxiliary = Object.entries(config.auxiliary).flatMap(([name, text]) => {
    const address = read.address(`auxiliary address ${name}`, text);
    return address === null ? [] : [[name, address] as const];
  });
  return [
    {
      family: subnet.address.family,
      subnet,
      gateway: read.address("gateway", config.gateway),
      ipRange: read.prefix("range of addresses", config.ipRange),
      auxiliary: Object.fromEntries(auxiliary),
    },
  ];
}

/** A network of which only its row is known. */
function bare(id: string, name: string, driver: string, scope: string): Network {
  return {
    id,
    name,
    driver,
    scope,
    inspected: false,
    enableIPv4: true,
    enableIPv6: false,
    internal: false,
    ingress: false,
    attachable: false,
    configOnly: false,
    configFrom: null,
    subnets: [],
    bridge: bridgeName({ id, name, driver, scope, options: {}, configOnly: false }),
    parent: null,
    mode: null,
    options: {},
    composeProject: null,
    specialEndpoints: [],
    sources: [],
  };
}

/**
 * The interface of a local bridge network: the option, else `br-` and the first 12 digits of its id; `docker0` for the
 * default one (moby, libnetwork/drivers/bridge/bridge_linux.go, parseNetworkOptions).
 */
function bridgeName({
  id,
  name,
  driver,
  scope,
  options,
  configOnly,
}: Pick<DockerNetwork, "id" | "name" | "driver" | "scope" | "options" | "configOnly">): string | null {
  if (driver !== "bridge" || scope !== "local" || configOnly) return null;
  const named = options["com.docker.network.bridge.name"];
  if (named !== undefined && named !== "") return named;
  return name === "bridge" ? "docker0" : name === "docker_gwbridge" ? name : `br-${id.slice(0, 12)}`;
}

/** How a network forwards: the driver's mode option, or its default (bridge: gateway_mode_ipv4, since 27.0). */
function modeOf(driver: string, options: Readonly<Record<string, string>>): string | null {
  switch (driver) {
    case "bridge":
      return options["com.docker.network.bridge.gateway_mode_ipv4"] ?? "nat";
    case "macvlan":
      return options["macvlan_mode"] ?? "bridge";
    case "ipvlan":
      return options["ipvlan_mode"] ?? "l2";
    default:
      return null;
  }
}
