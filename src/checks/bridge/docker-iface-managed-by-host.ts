import {
  type Address,
  contains,
  formatPrefix,
  formatPrefixedAddress,
  isDefault,
  samePrefix,
} from "../../lib/address.ts";
import { isLinkLocal } from "../../lib/address-class.ts";
import { type Command, sh } from "../../lib/command.ts";
import { literalPrefix } from "../../lib/literals.ts";
import type { Host, Interface, InterfaceAddress, Route } from "../../model/host.ts";
import { foreignPorts } from "../../model/queries/docker-bridges.ts";
import { isDockerVeth, isNamedByDocker } from "../../model/queries/docker-names.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck, type Fix, type Observation } from "../check.ts";
import { some } from "../words.ts";

export const dockerIfaceManagedByHost = defineCheck({
  id: "docker-iface-managed-by-host",
  severity: "warning",
  sureness: "strong",
  category: "bridge",
  title: "The host's network manager configures Docker's interfaces",
  why: "It gives containers' ports addresses and routes of its own: the host may lose its default route, bridges their gateway, and ports their bridge, at each start of a container anew.",
  fix: "Mark docker0, br-* and veth* as unmanaged for NetworkManager, systemd-networkd, ConnMan or dhcpcd. What they manage stands in no capture, only what they did: `nmcli device` and `networkctl list` tell the rest.",
  sources: [
    "https://docs.docker.com/engine/daemon/troubleshoot/#networking-issues",
    "https://github.com/systemd/systemd/issues/28626",
    "https://github.com/mniedermaier/CybICS/issues/224",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  wants: ["ip-route"],
  needsBridges: true,
  *run({ host }) {
    const links = hostInterfaces(host);
    const onLan = new Set(
      host.bridges.filter((bridge) => foreignPorts(bridge, links).length > 0).map(({ name }) => name),
    );
    const isOurs = (name: string) => (isDockerVeth(name) || isNamedByDocker(name)) && !onLan.has(name);
    for (const link of links.values()) {
      const given = isOurs(link.name) ? link.addresses.filter((address) => isGiven(host, link, address)) : [];
      if (given.length === 0) continue;
      const shown = given.map(formatPrefixedAddress);
      yield {
        subject: { kind: "interface", name: link.name },
        message: `${link.name} is ${isDockerVeth(link.name) ? "a container's port" : "a bridge of Docker's"}, but has ${some(shown)}, which Docker did not give it.`,
        evidence: [...link.sources, ...given.flatMap(({ sources }) => sources)],
        fix: unmanaged(given.map((one) => sh`sudo ip addr del ${formatPrefixedAddress(one)} dev ${link.name}`)),
      };
    }
    yield* strayRoutes(host, isOurs);
  },
});

/** Whether an address is none that the engine gives: any IPv4 address on a port; on a bridge one by DHCP or of the automatic range. */
function isGiven(host: Host, link: Interface, { address, flags }: InterfaceAddress): boolean {
  if (address.family !== 4) return false;
  if (isDockerVeth(link.name)) return link.peer !== null;
  return (isLinkLocal(address) || flags.includes("dynamic")) && !isDockers(host, address);
}

const isDockers = (host: Host, address: Address): boolean =>
  host.networks.some(({ subnets }) => subnets.some(({ subnet }) => contains(subnet, address)));

function* strayRoutes(host: Host, isOurs: (name: string) => boolean): Iterable<Observation> {
  const space = host.own;
  const routes = [space.routes, space.routes6].flatMap((listed) => (listed.known ? listed.value : []));
  for (const route of routes) {
    const device = route.nexthops.find((hop) => hop.device !== null && isOurs(hop.device))?.device ?? null;
    const all = isDefault(route.to);
    const to = formatPrefix(route.to);
    if (device === null || route.type !== "unicast" || !(all || isAutomatic(route, device, host))) continue;
    yield {
      subject: { kind: "interface", name: device },
      severity: all ? "error" : "warning",
      sureness: "proven",
      message: `${all ? `A default route${route.family === 6 ? " (IPv6)" : ""}` : `A route to ${to}`} leads to ${device}, ${isDockerVeth(device) ? "a container's port" : "a bridge of Docker's"}.`,
      evidence: route.sources,
      fix: unmanaged([
        sh`sudo ip ${route.family === 6 ? sh`-6` : sh`-4`} route del ${to} dev ${device} table ${route.table}`,
      ]),
    };
  }
}

/** What hosts give themselves where nobody gives them an address (RFC 3927). */
const automatic = literalPrefix("169.254.0.0/16");

const isAutomatic = ({ to }: Route, device: string, host: Host): boolean =>
  samePrefix(to, automatic) && isDockerVeth(device) && !isDockers(host, automatic.address);

const unmanaged = (commands: readonly Command[]): Fix => ({
  text: "Reversal it, and mark Docker's interfaces as unmanaged: NetworkManager `[keyfile] unmanaged-devices=interface-name:docker0;interface-name:br-*;interface-name:veth*`, systemd-networkd `[Match] Name=docker0 br-* veth*` with `[Link] Unmanaged=yes`, dhcpcd `denyinterfaces veth* docker0 br-*`.",
  commands,
  cutsTraffic: false,
});
