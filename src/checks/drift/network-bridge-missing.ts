import { sh } from "../../lib/command.ts";
import { dockerBridges, exists } from "../../model/queries/docker-bridges.ts";
import { listsAllInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { skipFor } from "../skip.ts";
import { count, some } from "../words.ts";

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
