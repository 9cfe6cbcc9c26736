import { appnet } from "../examples/appnet.ts";
import { appnetBrctl } from "../examples/appnet-links.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
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
};
