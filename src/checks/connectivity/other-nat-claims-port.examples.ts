import { appnetRules29 } from "../examples/appnet.ts";
import { appnetHost } from "../examples/appnet-host.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const before = (...rules: readonly string[]): string =>
  replaced(appnetRules29, "-A PREROUTING -m addrtype", `${rules.join("\n")}\n-A PREROUTING -m addrtype`);

export const examples: Examples = {
  bad: [
    {
      name: "somebody's REDIRECT to a server of the host",
      captures: appnetHost({
        "iptables-save": before("-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j REDIRECT --to-ports 3128"),
      }),
      alsoFinds: ["published-port-unserved"],
    },
    {
      name: "podman publishes the same port",
      captures: appnetHost({
        "iptables-save": before(
          "-A PREROUTING -m addrtype --dst-type LOCAL -j NETAVARK-HOSTPORT-DNAT",
          "-A NETAVARK-HOSTPORT-DNAT -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.88.0.5:80",
        ).replace(":POSTROUTING ACCEPT [51", ":NETAVARK-HOSTPORT-DNAT - [0:0]\n:POSTROUTING ACCEPT [51"),
      }),
      alsoFinds: ["published-port-unserved", "coexisting-network-owner"],
    },
  ],
  good: [
    {
      name: "on another interface",
      captures: appnetHost({
        "iptables-save": before("-A PREROUTING -i wlan0 -p tcp -m tcp --dport 8080 -j REDIRECT --to-ports 3128"),
      }),
    },
    {
      name: "for another address: a Kubernetes service",
      captures: appnetHost({
        "iptables-save": before(
          "-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.50.77:6443",
        ),
      }),
    },
    {
      name: "behind Docker's jump: it is never asked",
      captures: appnetHost({
        "iptables-save": replaced(
          appnetRules29,
          "-A OUTPUT ! -d 127",
          "-A PREROUTING -p tcp -m tcp --dport 8080 -j REDIRECT --to-ports 3128\n-A OUTPUT ! -d 127",
        ),
      }),
    },
    {
      name: "a rule of one's own that leads to the same container",
      captures: appnetHost({
        "iptables-save": before(
          "-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80",
        ),
      }),
    },
  ],
};
