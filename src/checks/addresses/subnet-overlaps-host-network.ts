import { formatPrefix } from "../../lib/address.ts";
import type { Host } from "../../model/host.ts";
import { isDockerVeth, isNamedById } from "../../model/queries/docker-names.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck, type Observation } from "../check.ts";
import { moveNetwork } from "../subnets/move-network.ts";
import { type OwnAddress, ownPrefixes, privateNetworks, subnetsOf } from "../subnets/places.ts";
import { overlapsBetween, type PlacedPrefix } from "../subnets/prefix-overlaps.ts";

export const subnetOverlapsHostNetwork = defineCheck({
  id: "subnet-overlaps-host-network",
  severity: "error",
  sureness: "proven",
  category: "addresses",
  title: "A Docker subnet overlaps a network that the host is on",
  why: "The host has two ways to the same addresses and takes the narrower one: either machines on the LAN or VPN, or containers, cannot be reached.",
  fix: "Create the network again with another --subnet, and let daemon.json take subnets from elsewhere (`bip`, `default-address-pools`).",
  sources: [
    "https://github.com/moby/moby/issues/37823",
    "https://github.com/moby/moby/issues/23420",
    "https://github.com/moby/libnetwork/issues/1819",
    "https://docs.docker.com/engine/network/drivers/macvlan/",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  needsBridges: true,
  *run({ host }) {
    const links = hostInterfaces(host);
    const dockers = new Set(host.bridges.filter(({ owner }) => owner !== "foreign").map(({ name }) => name));
    const isForeign = ({ of: { link } }: PlacedPrefix<OwnAddress>) =>
      !dockers.has(link.name) &&
      !isNamedById(link.name) &&
      !isDockerVeth(link.name) &&
      !(link.master !== null && dockers.has(link.master));
    const subnets = privateNetworks(host).flatMap(subnetsOf);
    for (const [subnet, own] of overlapsBetween(subnets, ownPrefixes(host).filter(isForeign))) {
      const { link, address } = own.of;
      yield {
        subject: { kind: "network", name: subnet.of.name },
        severity: link.up ? "error" : "warning",
        message: `Network ${subnet.of.name} has ${formatPrefix(subnet.prefix)}, which overlaps ${formatPrefix(own.prefix)} on ${link.name}${link.up ? "" : " (down at the moment)"}: ${whoLoses(subnet.prefix.length, own.prefix.length, subnet.of.name, link.name)}.`,
        evidence: [...subnet.of.sources, ...address.sources, ...(links.get(subnet.of.bridge ?? "")?.sources ?? [])],
        fix: moveNetwork(host, subnet.of, subnet.prefix),
      };
    }
    yield* unreservedLan(host);
  },
});

/** The longest prefix wins; between equal ones the order of their making decides. */
function whoLoses(subnet: number, own: number, network: string, link: string): string {
  if (subnet > own) return `what lies in it behind ${link} cannot be reached from here`;
  if (subnet < own)
    return `containers of ${network} with such addresses cannot be reached, nor can they reach what is behind ${link}`;
  return "only one of both can be reached";
}

/** macvlan and ipvlan share the LAN's subnet; without a range Docker hands out what the LAN's DHCP server may hand out, too. */
function* unreservedLan(host: Host): Iterable<Observation> {
  const links = hostInterfaces(host);
  for (const network of host.networks) {
    const parent = network.parent === null ? undefined : links.get(network.parent);
    if (parent === undefined || network.configOnly) continue;
    const shared = overlapsBetween(
      subnetsOf(network),
      ownPrefixes(host).filter(({ prefix, of }) => of.link.name === parent.name && prefix.address.family === 4),
    );
    const bare = network.subnets.every(
      ({ ipRange, auxiliary }) => (ipRange ?? "") === "" && Object.keys(auxiliary).length === 0,
    );
    const [first] = shared;
    if (first === undefined || !bare) continue;
    yield {
      subject: { kind: "network", name: network.name },
      severity: "info",
      sureness: "hint",
      message: `${network.driver} network ${network.name} takes addresses from all of ${formatPrefix(first[0].prefix)}, the LAN of ${parent.name}: the LAN's DHCP server may give out the same ones.`,
      evidence: [...network.sources, ...first[1].of.address.sources],
      fix: {
        text: "Create the network again with --ip-range, and keep that range out of the DHCP server's pool.",
        commands: [],
        cutsTraffic: true,
      },
    };
  }
}
