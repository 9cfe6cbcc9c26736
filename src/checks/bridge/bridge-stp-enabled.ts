import { sh } from "../../lib/command.ts";
import { dockerBridges, foreignPorts } from "../../model/queries/docker-bridges.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { appnet } from "../examples/appnet.ts";
import { appnetBrctl } from "../examples/appnet-links.ts";
import { replaced } from "../examples/edit.ts";

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
  examples: {
    bad: [
      {
        name: "brctl show says yes",
        captures: {
          "docker-network-inspect": appnet,
          "brctl-show": replaced(appnetBrctl, "8000.7a39bdec8dcb\tno", "8000.7a39bdec8dcb\tyes"),
        },
      },
      {
        name: "ip -d link says stp_state 1",
        captures: {
          "docker-network-inspect": appnet,
          "ip-link":
            "4: br-28feb3a9f564: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default\n    link/ether 7a:39:bd:ec:8d:cb brd ff:ff:ff:ff:ff:ff promiscuity 0\n    bridge forward_delay 1500 hello_time 200 max_age 2000 ageing_time 30000 stp_state 1 priority 32768 vlan_filtering 0\n",
        },
      },
    ],
    good: [
      { name: "off, as Docker leaves it", captures: { "docker-network-inspect": appnet, "brctl-show": appnetBrctl } },
      {
        name: "libvirt turns it on for its own bridge",
        captures: {
          "docker-network-inspect": appnet,
          "brctl-show": `${appnetBrctl}virbr0\t\t8000.525400a1b2c3\tyes\t\tvnet0\n`,
        },
      },
      {
        name: "a bridge with two ways into the LAN needs it against loops",
        captures: {
          "docker-network-inspect": replaced(
            appnet,
            '"Options": {}',
            '"Options": { "com.docker.network.bridge.name": "br0" }',
          ),
          "brctl-show": `bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.7a39bdec8dcb\tyes\t\teno1\n\t\t\t\t\t\t\teno2\n\t\t\t\t\t\t\tvethac71698\n\t\t\t\t\t\t\tvethc1e6c5b\n`,
        },
        alsoFinds: ["foreign-port-on-docker-bridge"],
      },
    ],
  },
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
