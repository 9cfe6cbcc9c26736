import { appnet } from "../examples/appnet.ts";
import { appnetWhole } from "../examples/appnet-links.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, network } from "../examples/networks.ts";

const inspected = (network: string, id: string, status: string, running: boolean) => `[
    {
        "Id": "77aa0c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f67b8",
        "Name": "/shop-db-1",
        "State": { "Status": "${status}", "Running": ${running}, "Pid": 0 },
        "HostConfig": { "NetworkMode": "${network}" },
        "NetworkSettings": { "Ports": {}, "Networks": { "${network}": { "NetworkID": "${id}", "EndpointID": "", "Gateway": "", "IPAddress": "" } } }
    }
]
`;
const web = (route: string) => ({
  web: { "ip-route": `${route}\n172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.2\n` },
});
const goneId = "deadbeef0c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f";

export const examples: Examples = {
  bad: [
    {
      name: "an address of another subnet",
      captures: { "docker-network-inspect": replaced(appnet, "172.18.0.3/16", "172.22.0.3/16") },
    },
    {
      name: "another prefix length than the network's",
      captures: { "docker-network-inspect": replaced(appnet, "172.18.0.3/16", "172.18.0.3/24") },
    },
    {
      name: "a stopped container wants a network that is gone",
      captures: {
        "docker-network-inspect": appnetWhole,
        "docker-inspect": inspected("shop_default", goneId, "exited", false),
      },
      alsoFinds: ["capture-incomplete-or-skewed"],
    },
    {
      name: "the default route leads to an address that nobody has",
      captures: { "docker-network-inspect": appnet },
      netns: web("default via 172.18.0.250 dev eth0"),
    },
  ],
  good: [
    {
      name: "all fit",
      captures: { "docker-network-inspect": appnet, "docker-inspect": "[]" },
      netns: web("default via 172.18.0.1 dev eth0"),
    },
    {
      name: "another container is the gateway on purpose, or a tunnel is",
      captures: { "docker-network-inspect": appnet },
      netns: web("default via 172.18.0.3 dev eth0"),
    },
    {
      name: "an auxiliary address is the gateway",
      captures: {
        "docker-network-inspect": replaced(
          appnet,
          '"Gateway": "172.18.0.1"',
          '"Gateway": "172.18.0.1", "AuxiliaryAddresses": { "DefaultGatewayIPv4": "172.18.0.250" }',
        ),
      },
      netns: web("default via 172.18.0.250 dev eth0"),
    },
    {
      name: "a node of a swarm does not know the networks of tasks that it no longer runs",
      captures: {
        "docker-network-inspect": alsoListed(
          appnetWhole,
          network("ingress", "7d1c0e5a2b34", "overlay", "10.0.0.0/24", "10.0.0.1"),
        ),
        "docker-inspect": inspected("shop_default", goneId, "exited", false),
      },
      alsoFinds: ["capture-incomplete-or-skewed"],
    },
    {
      name: "only some networks were inspected",
      skipped: true,
      captures: {
        "docker-network-inspect": appnet,
        "docker-inspect": inspected("shop_default", goneId, "exited", false),
      },
      alsoFinds: ["capture-incomplete-or-skewed"],
    },
  ],
};
