import { appnet, appnetRoutes } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const also = (route: string) => `${appnetRoutes}${route}\n`;

export const examples: Examples = {
  bad: [
    {
      name: "the VPN pushes 172.16.0.0/12, and a network took a part of it",
      captures: {
        "docker-network-inspect": appnet,
        "ip-route": also("172.16.0.0/12 via 10.8.0.1 dev tun0 proto static metric 50"),
      },
    },
    {
      name: "a route into a subnet: containers there cannot be reached",
      captures: { "docker-network-inspect": appnet, "ip-route": also("172.18.4.0/24 via 192.168.50.254 dev eth0") },
    },
    {
      name: "the same prefix twice",
      captures: { "docker-network-inspect": appnet, "ip-route": also("172.18.0.0/16 dev wg0 scope link metric 50") },
    },
    {
      name: "public addresses as a subnet hide those on the Internet",
      captures: {
        "docker-network-inspect": replaced(
          appnet,
          '"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"',
          '"Subnet": "172.106.4.0/24", "Gateway": "172.106.4.1"',
        )
          .replaceAll("172.18.0.2/16", "172.106.4.2/24")
          .replaceAll("172.18.0.3/16", "172.106.4.3/24"),
        "ip-route": appnetRoutes.replace("172.18.0.0/16", "172.106.4.0/24").replace("172.18.0.1", "172.106.4.1"),
      },
    },
  ],
  good: [
    {
      name: "nothing but the connected routes",
      captures: { "docker-network-inspect": appnet, "ip-route": appnetRoutes },
    },
    {
      name: "default routes overlap everything and lose to everything, in two halves as well",
      captures: {
        "docker-network-inspect": appnet,
        "ip-route": also("0.0.0.0/1 via 10.8.0.1 dev tun0\n128.0.0.0/1 via 10.8.0.1 dev tun0"),
      },
    },
    {
      name: "a route to the subnet through its own bridge, in a table of its own",
      captures: {
        "docker-network-inspect": appnet,
        "ip-route": also("172.18.0.0/16 dev br-28feb3a9f564 table 100 scope link"),
      },
    },
    {
      name: "a VPN with other addresses",
      captures: { "docker-network-inspect": appnet, "ip-route": also("10.0.0.0/8 via 10.8.0.1 dev tun0") },
    },
  ],
};
