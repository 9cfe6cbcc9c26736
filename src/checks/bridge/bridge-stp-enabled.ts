import { sh } from "../../lib/command.ts";
import { dockerBridges, foreignPorts } from "../../model/queries/docker-bridges.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";

export const bridgeStpEnabled = defineCheck({
  id: "bridge-stp-enabled",
  severity: "warning",
  sureness: "proven",
  category: "bridge",
  title: "Spanning tree is on for a Docker bridge",
  why: "A new port stays silent for twice the forward delay (30 s as a rule), so containers start without network and time out.",
  fix: "Turn spanning tree off, here and where the bridge is made: netplan and NetworkManager `stp: false`.",
  sources: [
    "https://github.com/OpenNebula/one-deploy/issues/290",
    "https://github.com/moby/moby/issues/49705",
    "Linux net/bridge/br_stp_timer.c br_forward_delay_timer_expired: listening and learning last a forward delay each",
  ],
  needs: ["docker-network-inspect", ["brctl-show", "ip-link"]],
  needsBridges: true,
  *run({ host }) {
    const links = hostInterfaces(host);
    for (const { bridge, name, network } of dockerBridges(host)) {
      if (bridge?.stp !== true || foreignPorts(bridge, links).length > 1) continue;
      yield {
        subject: { kind: "bridge", name },
        message: `Spanning tree is on for ${name}, the bridge of network ${network.name}: each container that starts there waits until its port forwards.`,
        evidence: bridge.sources,
        fix: {
          text: "Turn it off; there is no loop to break on a bridge with containers only.",
          // Without it ports forward at once, whatever the delay, which may not be 0 before (br_make_forwarding, br_set_forward_delay).
          commands: [sh`sudo ip link set dev ${name} type bridge stp_state 0`],
          cutsTraffic: false,
        },
      };
    }
  },
});
