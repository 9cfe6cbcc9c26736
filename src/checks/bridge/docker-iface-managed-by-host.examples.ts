import { appnet, appnetAddresses, appnetRoutes } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const onVeth = (line: string) =>
  replaced(
    appnetAddresses,
    "ae:cd:be:b6:f2:7f brd ff:ff:ff:ff:ff:ff link-netnsid 1\n",
    `ae:cd:be:b6:f2:7f brd ff:ff:ff:ff:ff:ff link-netnsid 1\n    ${line}\n`,
  );

export const examples: Examples = {
  bad: [
    {
      name: "dhcpcd gave a container's port an address of its own",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": onVeth("inet 169.254.8.151/16 brd 169.254.255.255 scope global noprefixroute vethc1e6c5b"),
      },
    },
    {
      name: "docker0 got an address by DHCP",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": replaced(
          appnetAddresses,
          "    inet 172.17.0.1/16",
          "    inet 192.168.50.77/24 brd 192.168.50.255 scope global secondary dynamic docker0\n    inet 172.17.0.1/16",
        ),
      },
      alsoFinds: ["subnet-overlaps-host-network"],
    },
    {
      name: "the default route points into a container's port",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": `default dev vethc1e6c5b scope link metric 205\n${appnetRoutes}`,
      },
    },
  ],
  good: [
    {
      name: "as the engine leaves them",
      captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses, "ip-route": appnetRoutes },
    },
    {
      name: "the kernel gives every port a link-local IPv6 address",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": onVeth("inet6 fe80::accd:beff:feb6:f27f/64 scope link"),
      },
    },
    {
      name: "a bridge of the user's with the LAN's address and default route, which a network was created on",
      captures: {
        "docker-network-inspect": replaced(
          appnet,
          '"Options": {}',
          '"Options": { "com.docker.network.bridge.name": "br0", "com.docker.network.bridge.inhibit_ipv4": "true" }',
        ).replaceAll("172.18.0.", "192.168.50."),
        "ip-addr": appnetAddresses
          .replaceAll("br-28feb3a9f564", "br0")
          .replace(
            "inet 172.18.0.1/16 brd 172.18.255.255 scope global br0",
            "inet 192.168.50.10/24 brd 192.168.50.255 scope global dynamic br0",
          )
          .replace("    inet 192.168.50.10/24 brd 192.168.50.255 scope global eth0\n", ""),
        "ip-route": "default via 192.168.50.1 dev br0 proto dhcp src 192.168.50.10 metric 100\n",
      },
      alsoFinds: ["duplicate-container-ip", "endpoint-outside-subnet"],
    },
  ],
};
