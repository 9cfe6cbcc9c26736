import { appnetAddresses, appnetRoutes } from "../examples/appnet.ts";
import { appnetHost } from "../examples/appnet-host.ts";
import type { Examples } from "../examples/example.ts";

const basicRules = (...rules: readonly string[]): string =>
  ["0:	from all lookup local", ...rules, "32766:	from all lookup main", "32767:	from all lookup default", ""].join(
    "\n",
  );
const tableOf = (name: string, device: string): string => `default via 192.168.50.1 dev ${device} table ${name}\n`;
const wireguard = `9: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN group default qlen 1000
    link/none
    inet 10.9.0.2/32 scope global wg0
`;
const eth1 = `9: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 66:a6:e2:43:89:80 brd ff:ff:ff:ff:ff:ff
    inet 203.0.113.10/24 brd 203.0.113.255 scope global eth1
`;
const twoUplinks = {
  "ip-rule": "0:	from all lookup local\n32766:	from all lookup main\n32767:	from all lookup default\n",
  "ip-addr": `${appnetAddresses}${eth1}`,
  "ip-route": `${appnetRoutes}default via 203.0.113.1 dev eth1 metric 200\n203.0.113.0/24 dev eth1 proto kernel scope link src 203.0.113.10\n`,
};

export const examples: Examples = {
  bad: [
    {
      name: "answers with the host's own address look in a table that has only a default route",
      captures: appnetHost({
        "ip-rule": basicRules("100:	from 192.168.50.10 lookup eth0-table"),
        "ip-route": `${appnetRoutes}${tableOf("eth0-table", "eth0")}`,
      }),
    },
    {
      name: "a VPN takes everything without its mark, and nothing asks the main table first",
      captures: appnetHost({
        "ip-addr": `${appnetAddresses}${wireguard}`,
        "ip-rule": basicRules("32765:	not from all fwmark 0xca6c lookup 51820"),
        "ip-route": `${appnetRoutes}default dev wg0 table 51820 scope link\n`,
      }),
      alsoFinds: ["published-port-unserved", "mtu-exceeds-uplink"],
    },
    {
      name: "two uplinks and a strict reverse-path filter",
      captures: appnetHost({
        ...twoUplinks,
        sysctl:
          "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 1\nnet.ipv4.conf.eth0.rp_filter = 1\nnet.ipv4.conf.eth1.rp_filter = 1\n",
      }),
    },
  ],
  good: [
    {
      name: "WireGuard's own rules ask the main table first, but for its default route",
      captures: appnetHost({
        "ip-addr": `${appnetAddresses}${wireguard}`,
        "ip-rule": basicRules(
          "32764:	from all lookup main suppress_prefixlength 0",
          "32765:	not from all fwmark 0xca6c lookup 51820",
        ),
        "ip-route": `${appnetRoutes}default dev wg0 table 51820 scope link\n`,
      }),
      alsoFinds: ["published-port-unserved", "mtu-exceeds-uplink"],
    },
    {
      name: "the table has Docker's routes too",
      captures: appnetHost({
        "ip-rule": basicRules("100:	from 192.168.50.10 lookup eth0-table"),
        "ip-route": `${appnetRoutes}${tableOf("eth0-table", "eth0")}172.16.0.0/12 dev br-28feb3a9f564 table eth0-table scope link\n`,
      }),
    },
    {
      name: "a rule before it sends Docker's networks to main",
      captures: appnetHost({
        "ip-rule": basicRules(
          "90:	from all to 172.16.0.0/12 lookup main",
          "100:	from 192.168.50.10 lookup eth0-table",
        ),
        "ip-route": `${appnetRoutes}${tableOf("eth0-table", "eth0")}`,
      }),
    },
    {
      name: "two uplinks and a loose filter",
      captures: appnetHost({
        ...twoUplinks,
        sysctl:
          "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 2\nnet.ipv4.conf.eth0.rp_filter = 1\nnet.ipv4.conf.eth1.rp_filter = 1\n",
      }),
    },
  ],
};
