import { sh } from "../../lib/command.ts";
import { dockerBridges, foreignPorts } from "../../model/queries/docker-bridges.ts";
import { isNamedByDocker } from "../../model/queries/docker-names.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetBrctl } from "../examples/appnet-links.ts";
import { replaced } from "../examples/edit.ts";
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
  examples: {
    bad: [
      {
        name: "a network card is a port of the bridge that Docker made",
        captures: {
          "docker-network-inspect": appnet,
          "brctl-show": replaced(appnetBrctl, "\tvethc1e6c5b", "\tvethc1e6c5b\n\t\t\t\t\t\t\teno2"),
        },
      },
      {
        name: "a virtual machine's tap on docker0",
        captures: {
          "docker-network-inspect": appnet,
          "ip-addr": `${appnetAddresses}9: tap4f1c2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel master docker0 state UP group default qlen 1000\n    link/ether fe:54:00:a1:b2:c3 brd ff:ff:ff:ff:ff:ff\n`,
        },
      },
    ],
    good: [
      { name: "containers only", captures: { "docker-network-inspect": appnet, "brctl-show": appnetBrctl } },
      {
        name: "a veth of somebody's own making leads to a namespace, as a container's does",
        captures: {
          "docker-network-inspect": appnet,
          "brctl-show": replaced(appnetBrctl, "\tvethc1e6c5b", "\tvethc1e6c5b\n\t\t\t\t\t\t\tvethlab0"),
        },
      },
      {
        name: "a network made on the LAN's bridge on purpose: the engine gives it no address",
        captures: {
          "docker-network-inspect": replaced(
            appnet,
            '"Options": {}',
            '"Options": { "com.docker.network.bridge.name": "br0", "com.docker.network.bridge.inhibit_ipv4": "true" }',
          ),
          "brctl-show": `${appnetBrctl.replace("br-28feb3a9f564", "br0\t").replace("\tvethc1e6c5b", "\tvethc1e6c5b\n\t\t\t\t\t\t\teno1")}`,
        },
      },
      {
        name: "a network card on a bridge of others",
        captures: {
          "docker-network-inspect": appnet,
          "brctl-show": `${appnetBrctl}vmbr0\t\t8000.0cc47a0a0b0c\tno\t\teno1\n`,
        },
      },
    ],
  },
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
