import { appnet, appnetAddresses } from "../examples/appnet.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, network } from "../examples/networks.ts";

const vpn = (address: string, flags = "POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP") =>
  `${appnetAddresses}9: tun0: <${flags}> mtu 1500 qdisc fq_codel state UNKNOWN group default qlen 500\n    link/none\n    inet ${address} scope global tun0\n`;
const lan = (more: string) =>
  alsoListed(
    appnet,
    network("lan", "7d1c0e5a2b34", "macvlan", "192.168.50.0/24", "192.168.50.1", `"Options": { "parent": "eth0" }`),
  ).replace('"Gateway": "192.168.50.1"', `"Gateway": "192.168.50.1"${more}`);

export const examples: Examples = {
  bad: [
    {
      name: "the VPN's addresses lie in a network's subnet",
      captures: { "docker-network-inspect": appnet, "ip-addr": vpn("172.18.40.6/24") },
    },
    {
      name: "a single address of a tunnel is enough",
      captures: { "docker-network-inspect": appnet, "ip-addr": vpn("172.18.200.1/32") },
    },
    {
      name: "a LAN that is wider than the subnet",
      captures: { "docker-network-inspect": appnet, "ip-addr": vpn("172.16.3.4/12") },
    },
    {
      name: "an interface that is down at the moment: a warning",
      captures: { "docker-network-inspect": appnet, "ip-addr": vpn("172.18.40.6/24", "POINTOPOINT,NOARP") },
    },
    {
      name: "macvlan on the LAN without a range of its own: worth knowing",
      captures: { "docker-network-inspect": lan(""), "ip-addr": appnetAddresses },
    },
  ],
  good: [
    { name: "a VPN elsewhere", captures: { "docker-network-inspect": appnet, "ip-addr": vpn("10.8.0.6/24") } },
    {
      name: "macvlan has the LAN's subnet by design, and a range of its own in it",
      captures: { "docker-network-inspect": lan(', "IPRange": "192.168.50.64/27"'), "ip-addr": appnetAddresses },
    },
    {
      name: "the loopback and link-local addresses are nobody's network",
      captures: {
        "docker-network-inspect": alsoListed(
          appnet,
          network("odd", "7d1c0e5a2b34", "bridge", "169.254.0.0/16", "169.254.0.1"),
        ),
        "ip-addr": vpn("169.254.9.9/16"),
      },
      alsoFinds: ["bridge-address-wrong", "network-bridge-missing"],
    },
  ],
};
