import { isLoopback } from "../../lib/address-class.ts";
import { sh } from "../../lib/command.ts";
import { isEmbeddedAddress } from "../../model/queries/embedded-dns.ts";
import { defineCheck, type Observation } from "../check.ts";
import { socketName, type Unserved, unservedPorts } from "../probes/service-listeners.ts";
import { portName, some } from "../words.ts";

export const listenerLoopbackOnly = defineCheck({
  id: "listener-loopback-only",
  severity: "error",
  sureness: "proven",
  category: "connectivity",
  title: "A published service listens on loopback inside its container",
  why: "127.0.0.1 inside a container is the container's own: connections by the published port, and from other containers, are refused whatever the host's rules say.",
  fix: "Make the service listen on 0.0.0.0: `--host 0.0.0.0`, `bind-address`, `listen_addresses`, whatever it calls that.",
  sources: [
    "https://docs.docker.com/engine/network/port-publishing/",
    "the kernel looks for a socket on the address that the packet is for: net/ipv4/inet_hashtables.c, inet_lookup_listener",
  ],
  needs: ["docker-network-inspect"],
  needsInside: "ss-listen",
  wantsInside: [["iptables-save", "nft-ruleset"]],
  *run(context) {
    for (const unserved of unservedPorts(context)) if (unserved.sameSocket.some(isLocal)) yield describe(unserved);
  },
});

/** Not 127.0.0.11: that is Docker's resolver. */
const isLocal = ({ address }: Unserved["sameSocket"][number]): boolean =>
  isLoopback(address) && !isEmbeddedAddress(address);

function describe({ port, box, at, sameSocket }: Unserved): Observation {
  const local = sameSocket.filter(isLocal);
  const published = portName({ ...port, hostAddress: port.addresses[0] });
  return {
    subject: { kind: "container", name: port.container },
    message: `${port.container} publishes its port ${port.containerPort}/${port.protocol} as ${published}, but the service listens on ${some(local.map(socketName))} inside: connections to ${at} are refused.`,
    evidence: [...local.flatMap(({ sources }) => sources), ...port.sources],
    fix: {
      text: `Configure the service to listen on 0.0.0.0:${port.containerPort}, then look what it listens on:`,
      commands: [
        sh`docker restart ${port.container}`,
        ...(box.container.pid === null ? [] : [sh`sudo nsenter -t ${box.container.pid} -n ss -lntu`]),
      ],
      cutsTraffic: true,
    },
  };
}
