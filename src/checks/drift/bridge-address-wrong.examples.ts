import { appnet, appnetAddresses, appnetRoutes } from "../examples/appnet.ts";
import { addresses6, appnet6 } from "../examples/appnet6.ts";
import { replaced, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, network } from "../examples/networks.ts";

const bare = `7: br-7d1c0e5a2b34: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default
    link/ether 02:42:1b:d7:29:5b brd ff:ff:ff:ff:ff:ff
`;
const quiet = (options: string) =>
  alsoListed(
    appnet,
    network("quiet", "7d1c0e5a2b34", "bridge", "172.19.0.0/16", "172.19.0.1", `"Options": { ${options} }`),
  );

export const examples: Examples = {
  bad: [
    {
      name: "the address was taken off",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": without(appnetAddresses, "172.18.0.1/16"),
      },
    },
    {
      name: "another address than the gateway that containers were given",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": replaced(appnetAddresses, "172.18.0.1/16", "172.18.0.254/16"),
      },
    },
    {
      name: "the right address with the wrong prefix length",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": replaced(appnetAddresses, "172.18.0.1/16", "172.18.0.1/24"),
      },
    },
    {
      name: "the IPv6 address was flushed when IPv6 was turned off and on again",
      captures: {
        "docker-network-inspect": appnet6,
        "ip-addr": addresses6.replace(/^ +inet6 2001:db8:c0:1::1\/64.*\n.*\n/m, ""),
      },
    },
    {
      name: "the address is there, but its route was deleted",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": without(appnetRoutes, "172.18.0.0/16"),
      },
    },
  ],
  good: [
    {
      name: "as the engine leaves it",
      captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses, "ip-route": appnetRoutes },
    },
    {
      name: "a second address beside the gateway's does no harm",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": replaced(
          appnetAddresses,
          "    inet 172.18.0.1/16",
          "    inet 172.18.0.53/32 scope global br-28feb3a9f564\n    inet 172.18.0.1/16",
        ),
      },
    },
    {
      name: "inhibit_ipv4: the engine gives the bridge no address",
      captures: {
        "docker-network-inspect": quiet('"com.docker.network.bridge.inhibit_ipv4": "true"'),
        "ip-addr": appnetAddresses + bare,
      },
    },
    {
      name: "an isolated network has no address on the host",
      captures: {
        "docker-network-inspect": quiet('"com.docker.network.bridge.gateway_mode_ipv4": "isolated"'),
        "ip-addr": appnetAddresses + bare,
      },
    },
    {
      name: "IPv4 and IPv6, both with their gateway",
      captures: { "docker-network-inspect": appnet6, "ip-addr": addresses6, "ip-route": appnetRoutes },
    },
    {
      name: "old engines print no gateway: it is the subnet's first address",
      captures: {
        "docker-network-inspect": replaced(appnet, ', "Gateway": "172.18.0.1"', ""),
        "ip-addr": appnetAddresses,
      },
    },
  ],
};
