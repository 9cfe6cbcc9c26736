import { sh } from "../../lib/command.ts";
import { defineCheck } from "../check.ts";

/** The kernel gives a bridge 1024 ports (net/bridge/br_private.h, BR_PORT_BITS 10); failures were seen from 1000 on. */
const limit = 1024;
const critical = 1000;
const many = 900;

export const bridgePortLimit = defineCheck({
  id: "bridge-port-limit",
  severity: "warning",
  sureness: "proven",
  category: "bridge",
  title: "A bridge is near the kernel's limit of ports",
  why: "The kernel takes 1024 ports on a bridge and no more: then containers fail to start with `exchange full`. Long before, broadcasts and the neighbour table slow everything down.",
  fix: "Spread the containers over several networks, and raise net.ipv4.neigh.default.gc_thresh1..3.",
  sources: [
    "https://github.com/moby/moby/issues/44973",
    "https://github.com/moby/moby/issues/34098",
    "https://docs.docker.com/engine/network/drivers/bridge/#connection-limit-for-bridge-networks",
    "Linux net/bridge/br_private.h: BR_MAX_PORTS (1 << BR_PORT_BITS)",
  ],
  needs: [["brctl-show", "ip-addr"]],
  *run({ host }) {
    for (const { name, ports, sources, networkId } of host.bridges) {
      if (ports.length < many) continue;
      const network = host.networks.find(({ id }) => id === networkId);
      yield {
        subject: { kind: "bridge", name },
        severity: ports.length >= critical ? "error" : "warning",
        message: `${name}${network === undefined ? "" : ` (network ${network.name})`} has ${ports.length} of at most ${limit} ports.`,
        evidence: sources,
        fix: {
          text: "Put new containers on a further network; raise the neighbour table's limits meanwhile.",
          commands: [
            ...(network === undefined || network.name === "bridge"
              ? [sh`docker network create more`]
              : [sh`docker network create ${network.name}-2`]),
            sh`sudo sysctl -w net.ipv4.neigh.default.gc_thresh1=4096 net.ipv4.neigh.default.gc_thresh2=8192 net.ipv4.neigh.default.gc_thresh3=16384`,
          ],
          cutsTraffic: false,
        },
      };
    }
  },
});
