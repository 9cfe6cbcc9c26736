import { type Address, addressKey, formatAddress } from "../../lib/address.ts";
import { isLoopback, isUnspecified } from "../../lib/address-class.ts";
import type { PublishedPort } from "../../model/host.ts";
import { hostInterfaces, listsAllInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { skipFor } from "../skip.ts";
import { grouped } from "../subnets/grouped.ts";
import { portName, some } from "../words.ts";

export const publishIpNotOnHost = defineCheck({
  id: "publish-ip-not-on-host",
  severity: "error",
  sureness: "proven",
  category: "drift",
  title: "A port is published on an address that the host does not have",
  why: "Nobody reaches the port there, and the container does not start again: `cannot assign requested address`.",
  fix: "Publish on every address (`-p 80:80`) or on one that the host has, and create the container again.",
  sources: ["https://github.com/moby/moby/issues/27165", "https://github.com/runtipi/runtipi/issues/726"],
  needs: ["docker-network-inspect", "ip-addr", ["docker-inspect", "docker-ps", "iptables-save", "ip6tables-save"]],
  needsBridges: true,
  *run({ host }) {
    if (!listsAllInterfaces(host) || !host.own.addressesKnown) {
      yield skipFor("ip-addr does not list every interface with its addresses", "ip-addr");
      return;
    }
    const own = new Set(
      [...hostInterfaces(host).values()].flatMap(({ addresses }) =>
        addresses.map(({ address }) => addressKey(address)),
      ),
    );
    const away = host.publishedPorts.filter(
      ({ hostAddress }) => isSpecific(hostAddress) && !own.has(addressKey(hostAddress)),
    );
    const sysctls = host.own.sysctls;
    for (const ports of grouped(
      away,
      ({ container, hostAddress }) => `${addressKey(hostAddress)} ${container}`,
    ).values()) {
      const [first] = ports;
      if (first === undefined) continue;
      const { hostAddress, container } = first;
      const setting = `net.ipv${hostAddress.family}.ip_nonlocal_bind`;
      const nonlocal = sysctls.known ? sysctls.value[setting] : undefined;
      const floats = nonlocal?.value === "1";
      yield {
        subject: { kind: "published-port", name: ports.map(portName).sort()[0] ?? container },
        ...(floats ? { severity: "info" as const, sureness: "hint" as const } : {}),
        message: `${container} publishes ${some(ports.map(portName))}, but no interface of the host has ${formatAddress(hostAddress)}${floats ? `, which may float between hosts (${setting} is 1)` : ""}.`,
        evidence: [
          ...ports.flatMap(({ sources }) => sources).slice(0, 8),
          ...(floats ? (nonlocal?.sources ?? []) : []),
        ],
        fix: {
          text: `Create ${container} again with an address that the host has, or with none: ${some(ports.map(plainOption))}.`,
          commands: [],
          cutsTraffic: true,
        },
      };
    }
  },
});

const plainOption = ({ hostPort, containerPort, protocol }: PublishedPort): string =>
  `-p ${hostPort}:${containerPort}${protocol === "tcp" ? "" : `/${protocol}`}`;

/** An address of one interface. */
const isSpecific = (address: Address): boolean => !isUnspecified(address) && !isLoopback(address);
