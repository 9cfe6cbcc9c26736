import { appnetAddresses, appnetRoutes, appnetRules29 } from "../examples/appnet.ts";
import { appnetHost, virbr0Bridges, vmHost } from "../examples/appnet-host.ts";
import { appended, replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const tapBridge = `7: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 52:54:00:3c:ce:52 brd ff:ff:ff:ff:ff:ff
8: tap0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UNKNOWN group default qlen 1000
    link/ether fe:54:00:75:3f:15 brd ff:ff:ff:ff:ff:ff
9: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP group default qlen 1000
    link/ether fe:54:00:75:3f:16 brd ff:ff:ff:ff:ff:ff
`;
const tapBridges = replaced(
  virbr0Bridges,
  "virbr0		8000.5254003cce52	no		vnet0",
  "br0		8000.5254003cce52	no		eth1\n							tap0",
);
const tapHost = { "ip-addr": `${appnetAddresses}${tapBridge}`, "brctl-show": tapBridges };

const wg0 = `9: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN group default qlen 1000
    link/none
    inet 10.9.0.1/24 scope global wg0
`;

export const examples: Examples = {
  bad: [
    { name: "libvirt's bridge with a VM, and nothing that accepts it", captures: appnetHost(vmHost) },
    {
      name: "requests get out, answers do not come back in",
      captures: appnetHost({
        ...vmHost,
        "iptables-save": appended(appnetRules29, "filter", "-A FORWARD -i virbr0 -j ACCEPT"),
      }),
    },
    {
      name: "a WireGuard server's clients: they get source NAT, but FORWARD drops them",
      captures: appnetHost({
        "ip-addr": `${appnetAddresses}${wg0}`,
        "ip-route": `${appnetRoutes}10.9.0.0/24 dev wg0 proto kernel scope link src 10.9.0.1\n`,
        "iptables-save": appended(appnetRules29, "nat", "-A POSTROUTING -s 10.9.0.0/24 -o eth0 -j MASQUERADE"),
      }),
    },
    {
      name: "a bridge without an address, whose switched frames pass iptables",
      captures: appnetHost({
        ...tapHost,
        sysctl: "net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n",
      }),
    },
    {
      name: "the same, and bans of addresses that nobody there has",
      captures: appnetHost({
        ...tapHost,
        sysctl: "net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n",
        "iptables-save": appended(appnetRules29, "filter", "-A FORWARD -s 198.51.100.0/24 -j DROP"),
      }),
    },
  ],
  good: [
    {
      name: "libvirt accepts its bridge in chains of its own",
      captures: appnetHost({
        ...vmHost,
        "iptables-save": appended(
          replaced(appnetRules29, ":DOCKER - [0:0]\n", ":DOCKER - [0:0]\n:LIBVIRT_FWI - [0:0]\n:LIBVIRT_FWO - [0:0]\n"),
          "filter",
          "-A FORWARD -j LIBVIRT_FWI",
          "-A FORWARD -j LIBVIRT_FWO",
          "-A LIBVIRT_FWO -s 192.168.122.0/24 -i virbr0 -j ACCEPT",
          "-A LIBVIRT_FWI -d 192.168.122.0/24 -o virbr0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
          "-A LIBVIRT_FWI -o virbr0 -j REJECT --reject-with icmp-port-unreachable",
        ),
      }),
      alsoFinds: ["coexisting-network-owner"],
    },
    {
      name: "a tunnel without source NAT: this host may be a client of that VPN",
      captures: appnetHost({
        "ip-addr": `${appnetAddresses}${wg0}`,
        "ip-route": `${appnetRoutes}10.9.0.0/24 dev wg0 proto kernel scope link src 10.9.0.1\n`,
      }),
    },
    {
      name: "wg-quick's PostUp accepts the tunnel",
      captures: appnetHost({
        "ip-addr": `${appnetAddresses}${wg0}`,
        "ip-route": `${appnetRoutes}10.9.0.0/24 dev wg0 proto kernel scope link src 10.9.0.1\n`,
        "iptables-save": appended(
          appended(appnetRules29, "nat", "-A POSTROUTING -s 10.9.0.0/24 -o eth0 -j MASQUERADE"),
          "filter",
          "-A FORWARD -i wg0 -j ACCEPT",
          "-A FORWARD -o wg0 -j ACCEPT",
        ),
      }),
    },
    {
      name: "the policy is ACCEPT",
      captures: appnetHost({
        ...vmHost,
        "iptables-save": replaced(appnetRules29, ":FORWARD DROP", ":FORWARD ACCEPT"),
      }),
    },
    {
      name: "a bridge without an address, and switched frames do not pass iptables",
      captures: appnetHost({
        ...tapHost,
        sysctl: "net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 0\n",
      }),
    },
  ],
};
