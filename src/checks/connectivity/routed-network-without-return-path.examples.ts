import { appnet, appnetAddresses, appnetRoutes } from "../examples/appnet.ts";
import { addresses6, appnet6, routes6 } from "../examples/appnet6.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const routed = replaced(
  appnet,
  '"Options": {}',
  '"Options": { "com.docker.network.bridge.gateway_mode_ipv4": "routed" }',
);
const routed6 = replaced(
  appnet6,
  '"Options": {}',
  '"Options": { "com.docker.network.bridge.gateway_mode_ipv6": "routed" }',
);
const host = {
  "docker-network-inspect": routed,
  "ip-addr": appnetAddresses,
  "ip-route": appnetRoutes,
  sysctl: "net.ipv4.conf.all.proxy_arp = 0\nnet.ipv4.conf.eth0.proxy_arp = 0\n",
};

export const examples: Examples = {
  bad: [
    { name: "gateway mode routed", captures: host },
    {
      name: "gateway mode routed for IPv6, with a subnet of its own",
      captures: {
        ...host,
        "docker-network-inspect": routed6,
        "ip-addr": addresses6,
        "ip6-route": routes6("2001:db8:c0:1"),
        sysctl: "net.ipv4.conf.all.proxy_arp = 0\nnet.ipv6.conf.all.proxy_ndp = 0\n",
      },
    },
    {
      name: "masquerading turned off",
      captures: {
        ...host,
        "docker-network-inspect": replaced(
          appnet,
          '"Options": {}',
          '"Options": { "com.docker.network.bridge.enable_ip_masquerade": "false" }',
        ),
      },
    },
  ],
  good: [
    { name: "gateway mode nat", captures: { ...host, "docker-network-inspect": appnet } },
    {
      name: "the host answers ARP for the containers",
      captures: { ...host, sysctl: "net.ipv4.conf.all.proxy_arp = 0\nnet.ipv4.conf.eth0.proxy_arp = 1\n" },
    },
    {
      name: "IPv6: the host answers neighbour solicitations for the containers",
      captures: {
        ...host,
        "docker-network-inspect": routed6,
        "ip-addr": addresses6,
        "ip6-route": routes6("2001:db8:c0:1"),
        sysctl: "net.ipv4.conf.all.proxy_arp = 0\nnet.ipv6.conf.eth0.proxy_ndp = 1\n",
      },
    },
    {
      name: "an internal network sends nothing out",
      captures: { ...host, "docker-network-inspect": routed.replace('"Internal": false', '"Internal": true') },
    },
  ],
};
