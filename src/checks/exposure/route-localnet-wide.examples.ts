import { appnetRules29 } from "../examples/appnet.ts";
import { appnetHost } from "../examples/appnet-host.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const wide = "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.route_localnet = 1\nnet.ipv4.conf.eth0.route_localnet = 0\n";
const local =
  "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\ntcp   LISTEN 0      128        127.0.0.1:5432      0.0.0.0:*\n";

export const examples: Examples = {
  bad: [
    {
      name: "on for all interfaces, and a database on loopback",
      captures: appnetHost({ sysctl: wide, "ss-listen": local }),
    },
    {
      name: "on for the uplink",
      captures: appnetHost({
        sysctl:
          "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.route_localnet = 0\nnet.ipv4.conf.eth0.route_localnet = 1\n",
      }),
    },
  ],
  good: [
    {
      name: "Docker's own bridge, for an engine without docker-proxy",
      captures: appnetHost({
        sysctl:
          "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.route_localnet = 0\nnet.ipv4.conf.eth0.route_localnet = 0\nnet.ipv4.conf.br-28feb3a9f564.route_localnet = 1\n",
      }),
    },
    {
      name: "kube-proxy sets it for all and drops what comes from elsewhere",
      captures: appnetHost({
        sysctl: wide,
        "iptables-save": replaced(
          appnetRules29,
          "-A FORWARD -j DOCKER-USER",
          "-A INPUT -j KUBE-FIREWALL\n-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP\n-A FORWARD -j DOCKER-USER",
        ).replace(":DOCKER-USER", ":KUBE-FIREWALL - [0:0]\n:DOCKER-USER"),
      }),
      alsoFinds: ["coexisting-network-owner"],
    },
    { name: "off", captures: appnetHost({ sysctl: wide.replaceAll("localnet = 1", "localnet = 0") }) },
  ],
};
