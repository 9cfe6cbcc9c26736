import { appnet, appnetAddresses, appnetRules29 } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const captures = { "docker-network-inspect": appnet, "ip-addr": appnetAddresses, "iptables-save": appnetRules29 };

export const examples: Examples = {
  bad: [
    {
      name: "the rules end in the middle of a table",
      captures: {
        ...captures,
        "iptables-save": appnetRules29.slice(0, appnetRules29.indexOf("-A DOCKER-FORWARD -i docker0")),
      },
      alsoFinds: [
        "docker-chains-missing",
        "docker-jump-missing",
        "network-rules-incomplete",
        "masquerade-missing",
        "published-port-unserved",
      ],
    },
    {
      name: "only the filter table: `iptables-save -t filter`",
      captures: {
        ...captures,
        "iptables-save": appnetRules29.slice(appnetRules29.indexOf("*filter"), appnetRules29.indexOf("*nat")),
      },
      alsoFinds: ["docker-chains-missing", "docker-jump-missing", "network-rules-incomplete", "masquerade-missing"],
    },
    {
      name: "a network that ls lists was not inspected",
      captures: {
        ...captures,
        "docker-network-ls":
          "NETWORK ID     NAME      DRIVER    SCOPE\n28feb3a9f564   appnet    bridge    local\ne7eba67d8a88   bridge    bridge    local\n77aa00bb11cc   later     bridge    local\n",
      },
      alsoFinds: ["network-bridge-missing", "subnet-nearly-full"],
    },
    {
      name: "one address, two containers: the captures are of different moments",
      captures: {
        ...captures,
        "docker-inspect":
          '[{ "Id": "3ea6c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f67b85", "Name": "/web", "State": { "Running": true }, "HostConfig": { "NetworkMode": "appnet" }, "NetworkSettings": { "Ports": {}, "Networks": { "appnet": { "NetworkID": "28feb3a9f564a7fee45f7dfde55701fda3a7425bf1333af3cad8ad7a128154c3", "EndpointID": "87fa501de0d169b43d46d86f786de9f4d282d3ec3cd634404930ec1240d23f8d", "IPAddress": "172.18.0.9", "IPPrefixLen": 16, "MacAddress": "06:55:74:07:97:a2" } } } }]\n',
      },
      alsoFinds: [
        "raw-drop-hits-live-container",
        "dnat-target-stale",
        "published-port-unserved",
        "network-rules-incomplete",
      ],
    },
  ],
  good: [
    { name: "whole", captures },
    {
      name: "host and none need no inspection",
      captures: {
        ...captures,
        "docker-network-ls":
          "NETWORK ID     NAME      DRIVER    SCOPE\n28feb3a9f564   appnet    bridge    local\ne7eba67d8a88   bridge    bridge    local\n11aa00bb11cc   host      host      local\n22aa00bb11cc   none      null      local\n",
      },
    },
    {
      name: "rules without a nat table, and without Docker's chains: no NAT is needed",
      captures: {
        "ip-addr": appnetAddresses,
        "iptables-save": "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
      },
    },
    {
      name: "a leftover bridge without ports is orphan-bridge's",
      captures: {
        ...captures,
        "ip-addr": replaced(
          `${appnetAddresses}`,
          "5: vethc1e6c5b@if2",
          "9: br-0123456789ab: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default\n    link/ether 02:42:aa:bb:cc:dd brd ff:ff:ff:ff:ff:ff\n    inet 172.31.0.1/16 brd 172.31.255.255 scope global br-0123456789ab\n5: vethc1e6c5b@if2",
        ),
      },
      alsoFinds: ["orphan-bridge"],
    },
  ],
};
