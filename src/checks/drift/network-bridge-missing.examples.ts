import { appnetAddresses } from "../examples/appnet.ts";
import { appnetBrctl, appnetWhole } from "../examples/appnet-links.ts";
import { without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, network } from "../examples/networks.ts";

const jobs = network("jobs", "7d1c0e5a2b34", "bridge", "172.19.0.0/16", "172.19.0.1", '"Containers": {}');

export const examples: Examples = {
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
};
