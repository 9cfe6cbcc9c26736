import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetWhole } from "../examples/appnet-links.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, network } from "../examples/networks.ts";

const another = (driver: string, subnet: string, more = "") =>
  alsoListed(appnet, network("mesh", "7d1c0e5a2b34", driver, subnet, subnet.replace(/\.\d+\/.*/, ".1"), more));

export const examples: Examples = {
  bad: [
    {
      name: "an overlay network in the subnet of a bridge",
      captures: { "docker-network-inspect": another("overlay", "172.18.6.0/24") },
    },
    {
      name: "a macvlan network with a bridge's subnet",
      captures: { "docker-network-inspect": another("macvlan", "172.18.0.0/16") },
    },
    {
      name: "the bridge of a network that is gone still holds the subnet",
      captures: {
        "docker-network-inspect": appnetWhole,
        "ip-addr": `${appnetAddresses}9: br-0123456789ab: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default\n    link/ether fe:16:3f:b4:0c:1a brd ff:ff:ff:ff:ff:ff\n    inet 172.18.0.1/24 scope global br-0123456789ab\n`,
      },
      alsoFinds: ["orphan-bridge", "duplicate-container-ip"],
    },
  ],
  good: [
    {
      name: "side by side",
      captures: { "docker-network-inspect": another("overlay", "10.0.9.0/24"), "ip-addr": appnetAddresses },
    },
    {
      name: "a network that only configures others has their subnet, too",
      captures: { "docker-network-inspect": another("macvlan", "172.18.0.0/16", '"ConfigOnly": true') },
    },
    {
      name: "macvlan networks on different VLANs may repeat addresses",
      captures: {
        "docker-network-inspect": alsoListed(
          appnet,
          network("v10", "7d1c0e5a2b34", "macvlan", "10.9.0.0/24", "10.9.0.1", '"Options": { "parent": "eth0.10" }'),
          network("v20", "8d1c0e5a2b34", "macvlan", "10.9.0.0/24", "10.9.0.1", '"Options": { "parent": "eth0.20" }'),
        ),
      },
    },
  ],
};
