import { contains, formatPrefix, type Prefix } from "../../lib/address.ts";
import { type Command, sh } from "../../lib/command.ts";
import { literalPrefix } from "../../lib/literals.ts";
import type { Host, Network } from "../../model/host.ts";
import type { Fix } from "../check.ts";
import { ownPrefixes, subnetsOf } from "./places.ts";

/**
 * A network keeps its subnets as long as it lives: it has to be created anew, otherwise as it was, with another one instead of
 * `old`. `length` is that of the new one.
 */
export function moveNetwork(host: Host, network: Network, old: Prefix, length = old.length): Fix {
  const { name, driver, composeProject } = network;
  const pools =
    '"default-address-pools": [{ "base": "10.201.0.0/16", "size": 24 }] in daemon.json keeps new networks away from such subnets';
  if (driver === "macvlan" || driver === "ipvlan")
    return {
      text: "The subnet of a macvlan or ipvlan network is that of its parent's LAN: create the network anew with what is right there.",
      commands: [],
      cutsTraffic: true,
    };
  const free = old.address.family === 4 ? freeSubnet(host, length) : null;
  if (free === null)
    return { text: `Create ${name} anew with another subnet; ${pools}.`, commands: [], cutsTraffic: true };
  if (name === "bridge")
    return {
      text: `Give docker0 another subnet ("bip": "${free.replace(".0/", ".1/")}" in /etc/docker/daemon.json), then restart Docker; ${pools}.`,
      commands: [sh`sudoedit /etc/docker/daemon.json`, sh`sudo systemctl restart docker`],
      cutsTraffic: true,
    };
  return {
    text: `Create the network anew with a subnet that is free here${composeProject === null ? "" : ": set it under ipam.config of the network in the compose file, then `docker compose down` and `up`"}; ${pools}.`,
    commands:
      composeProject === null
        ? [sh`docker network rm ${name}`, createCommand(network, old, free)]
        : [sh`docker compose down`, sh`docker compose up -d`],
    cutsTraffic: true,
  };
}

/** What overlay networks are given by the engine, and nobody can ask for. */
const given = new Set(["com.docker.network.driver.overlay.vxlanid_list"]);

function createCommand(
  { name, driver, internal, attachable, enableIPv6, options, subnets }: Network,
  old: Prefix,
  free: string,
): Command {
  const kept = subnets.map(({ subnet }) => formatPrefix(subnet)).filter((subnet) => subnet !== formatPrefix(old));
  const words = [
    ...(driver === "bridge" ? [] : [sh`-d ${driver}`]),
    ...(internal ? [sh`--internal`] : []),
    ...(attachable && driver === "overlay" ? [sh`--attachable`] : []),
    ...(enableIPv6 ? [sh`--ipv6`] : []),
    ...[free, ...kept].map((subnet) => sh`--subnet ${subnet}`),
    ...Object.entries(options).flatMap(([key, value]) => (given.has(key) ? [] : [sh`-o ${key}=${value}`])),
  ];
  return sh`docker network create ${words} ${name}`;
}

const space = literalPrefix("10.200.0.0/13");

/** A subnet of `space` of that length, /24 at the most, that no network, interface or route of this host touches. */
function freeSubnet(host: Host, length: number): string | null {
  const listed = host.own.routes;
  const routes = listed.known ? listed.value : [];
  const taken = [
    ...host.networks.flatMap(subnetsOf).map(({ prefix }) => prefix),
    ...ownPrefixes(host).map(({ prefix }) => prefix),
    ...routes.map(({ to }) => to),
  ].filter((prefix) => prefix.address.family === 4 && prefix.length > 0);
  const size = Math.min(Math.max(length, 14), 24);
  for (let n = 1n; n < 64n; n += 1n) {
    const address = { ...space.address, value: space.address.value + (n << BigInt(32 - size)) };
    const free = { address, length: size };
    if (!contains(space, address)) return null;
    if (taken.every((prefix) => !contains(prefix, address) && !contains(free, prefix.address)))
      return formatPrefix(free);
  }
  return null;
}
