import { sh } from "../../lib/command.ts";
import { dockerBridges, foreignPorts } from "../../model/queries/docker-bridges.ts";
import { isNamedByDocker } from "../../model/queries/docker-names.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { some } from "../words.ts";

export const foreignPortOnDockerBridge = defineCheck({
  id: "foreign-port-on-docker-bridge",
  severity: "warning",
  sureness: "proven",
  category: "isolation",
  title: "Something else than a container is a port of a Docker bridge",
  why: "Containers and whatever is behind that port share one link: no firewall rule stands between them, and two DHCP servers or gateways may meet there.",
  fix: "Take the interface off the bridge, or make the network on a bridge of your own with `-o com.docker.network.bridge.name=…` (and inhibit_ipv4 when the LAN has the gateway).",
  sources: [
    "https://docs.docker.com/engine/network/drivers/bridge/#options",
    "moby libnetwork/drivers/bridge/bridge_linux.go CreateEndpoint: the engine itself adds nothing but veths (v28.5.2)",
  ],
  needs: ["docker-network-inspect", ["brctl-show", "ip-addr"]],
  needsBridges: true,
  *run({ host }) {
    const links = hostInterfaces(host);
    for (const { bridge, name, network } of dockerBridges(host)) {
      const foreign = foreignPorts(bridge, links);
      if (bridge === null || foreign.length === 0) continue;
      if (network.options["com.docker.network.bridge.inhibit_ipv4"] === "true") continue;
      const onPurpose = !isNamedByDocker(name);
      yield {
        subject: { kind: "bridge", name },
        ...(onPurpose ? { severity: "info" as const, sureness: "hint" as const } : {}),
        message: `${some(foreign)} ${foreign.length === 1 ? "is a port" : "are ports"} of ${name}, the bridge of network ${network.name}: its containers are on one link with whatever is behind${onPurpose ? ", which may be meant, since the bridge has a name of its own" : ""}.`,
        evidence: [...bridge.sources, ...foreign.flatMap((port) => links.get(port)?.sources ?? [])],
        fix: {
          text: "Take it off the bridge, unless the network is meant to be part of that LAN.",
          commands: foreign.map((port) => sh`sudo ip link set dev ${port} nomaster`),
          cutsTraffic: true,
        },
      };
    }
  },
});
