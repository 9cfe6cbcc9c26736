import { sh } from "../../lib/command.ts";
import { dockerBridges, exists } from "../../model/queries/docker-bridges.ts";
import { listsAllInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { appnetAddresses } from "../examples/appnet.ts";
import { appnetBrctl, appnetWhole } from "../examples/appnet-links.ts";
import { without } from "../examples/edit.ts";
import { alsoListed, network } from "../examples/networks.ts";
import { skipFor } from "../skip.ts";
import { count, some } from "../words.ts";

const jobs = network("jobs", "7d1c0e5a2b34", "bridge", "172.19.0.0/16", "172.19.0.1", '"Containers": {}');

export const networkBridgeMissing = defineCheck({
  id: "network-bridge-missing",
  severity: "error",
  sureness: "proven",
  category: "drift",
  title: "The bridge of a network does not exist",
  why: "Containers of the network reach neither each other nor anything else, and no container can be started on it.",
  fix: "Restart Docker: it makes missing bridges anew. If it does not, remove the network and create it again.",
  sources: [
    "https://github.com/moby/moby/issues/42558",
    "https://github.com/moby/moby/issues/14738",
    "https://github.com/moby/moby/issues/23622",
    "moby libnetwork/drivers/bridge/bridge_linux.go createNetwork, setup_device_linux.go setupDevice (v28.5.2)",
  ],
  needs: ["docker-network-inspect", "ip-addr", "brctl-show"],
  needsBridges: true,
  examples: {
    bad: [
      {
        name: "neither ip a nor brctl show has it",
        captures: {
          "docker-network-inspect": alsoListed(appnetWhole, jobs),
          "ip-addr": appnetAddresses,
          "brctl-show": appnetBrctl,
        },
      },
    ],
    good: [
      {
        name: "every bridge is there",
        captures: { "docker-network-inspect": appnetWhole, "ip-addr": appnetAddresses, "brctl-show": appnetBrctl },
      },
      {
        name: "macvlan, ipvlan and overlay networks have no bridge on the host",
        captures: {
          "docker-network-inspect": alsoListed(
            appnetWhole,
            network("lan", "1c0de5a2b347", "macvlan", "10.9.0.0/24", "10.9.0.1", '"Options": { "parent": "eth0.9" }'),
            network("mesh", "2c0de5a2b347", "overlay", "10.0.9.0/24", "10.0.9.1"),
          ),
          "ip-addr": appnetAddresses,
          "brctl-show": appnetBrctl,
        },
        alsoFinds: ["macvlan-parent-problem"],
      },
      {
        name: "ip a was pasted in pieces: what is not in it may still exist",
        captures: {
          "docker-network-inspect": alsoListed(appnetWhole, jobs),
          "ip-addr": without(appnetAddresses, "1: lo", "link/loopback", "127.0.0.1"),
          "brctl-show": appnetBrctl,
        },
      },
      {
        name: "brctl show, a moment later, has it already: the network was being created",
        captures: {
          "docker-network-inspect": alsoListed(appnetWhole, jobs),
          "ip-addr": appnetAddresses,
          "brctl-show": `${appnetBrctl}br-7d1c0e5a2b34\t\t8000.000000000000\tno\t\t\n`,
        },
      },
    ],
  },
  *run({ host }) {
    if (!listsAllInterfaces(host)) {
      yield skipFor("ip-addr does not list every interface", "ip-addr");
      return;
    }
    for (const at of dockerBridges(host)) {
      if (exists(at)) continue;
      const { network, name, endpoints } = at;
      const who = endpoints.map(({ container }) => container.name);
      yield {
        subject: { kind: "network", name: network.name },
        message: `Network ${network.name} should have the bridge ${name}, but the host has no such interface${who.length === 0 ? "" : `: ${some(who)} ${who.length === 1 ? "has" : "have"} no network there`}.`,
        evidence: [...network.sources, ...endpoints.flatMap(({ endpoint }) => endpoint.sources).slice(0, 4)],
        fix: {
          text: `Docker makes the bridge again when it starts${network.name === "bridge" ? "" : `; if not, remove the network and create it anew (${count(who.length, "container")} to disconnect first)`}.`,
          commands: [sh`sudo systemctl restart docker`],
          cutsTraffic: true,
        },
      };
    }
  },
});
