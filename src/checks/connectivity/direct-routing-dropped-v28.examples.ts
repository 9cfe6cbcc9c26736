import { appnet, appnetAddresses, appnetRoutes, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { appended, replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const withWireguard = `${appnetAddresses}7: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN group default qlen 1000
    link/none
    inet 10.9.0.1/24 scope global wg0
`;
const trusted = '"com.docker.network.bridge.trusted_host_interfaces"';
const host = { "docker-network-inspect": appnet, "ip-addr": withWireguard, "ip-route": appnetRoutes };

export const examples: Examples = {
  bad: [
    {
      name: "DOCKER-USER accepts what comes by the VPN, but raw has dropped it before",
      captures: {
        ...host,
        "iptables-save": appended(appnetRules29, "filter", "-A DOCKER-USER -i wg0 -o br-28feb3a9f564 -j ACCEPT"),
      },
    },
    {
      name: "a trusted interface that is not there (any more)",
      captures: {
        ...host,
        "docker-network-inspect": replaced(appnet, '"Options": {}', `"Options": { ${trusted}: "tailscale0" }`),
        "ip-addr": appnetAddresses,
        "iptables-save": appnetRules29.replace(
          /-A PREROUTING -d (172.18.0.[23])\/32/g,
          "-A PREROUTING -d $1/32 -i tailscale0 -j ACCEPT\n-A PREROUTING -d $1/32",
        ),
      },
    },
    {
      name: "a routing daemon tells others the way to this host's subnets",
      captures: {
        ...host,
        "ip-addr": appnetAddresses,
        "ip-route": `${appnetRoutes}10.20.0.0/16 via 192.168.50.2 dev eth0 proto bird metric 32\n`,
        "iptables-save": appnetRules29,
      },
    },
    {
      name: "the uplink answers ARP for others",
      captures: {
        ...host,
        "ip-addr": appnetAddresses,
        sysctl: "net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0.proxy_arp = 1\n",
        "iptables-save": appnetRules29,
      },
    },
    { name: "a VPN interface alone is a lead", captures: { ...host, "iptables-save": appnetRules29 } },
  ],
  good: [
    { name: "26 has no such drop", captures: { ...host, "iptables-save": appnetRules26 } },
    {
      name: "nobody routes to containers here",
      captures: {
        ...host,
        "ip-addr": appnetAddresses,
        sysctl: "net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0.proxy_arp = 0\n",
        "iptables-save": appnetRules29,
      },
    },
    {
      name: "the VPN is trusted",
      captures: {
        ...host,
        "docker-network-inspect": replaced(appnet, '"Options": {}', `"Options": { ${trusted}: "wg0" }`),
        "iptables-save": appnetRules29.replace(
          /-A PREROUTING -d (172.18.0.[23])\/32/g,
          "-A PREROUTING -d $1/32 -i wg0 -j ACCEPT\n-A PREROUTING -d $1/32",
        ),
      },
    },
  ],
};
