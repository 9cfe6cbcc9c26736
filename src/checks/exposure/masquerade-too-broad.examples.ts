import { appnet, appnetAddresses, appnetRoutes, appnetRules29 } from "../examples/appnet.ts";
import { appended } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "MASQUERADE for everything",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(appnetRules29, "nat", "-A POSTROUTING -j MASQUERADE"),
      },
    },
    {
      name: "the LAN on its way into the bridge",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A POSTROUTING -s 192.168.0.0/16 -o br-28feb3a9f564 -j MASQUERADE",
        ),
      },
    },
  ],
  good: [
    {
      name: "limited to the uplink",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": appended(appnetRules29, "nat", "-A POSTROUTING -o eth0 -j MASQUERADE"),
      },
    },
    {
      name: "Docker's own rules without a proxy, for traffic that begins on the host or in the container itself",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A POSTROUTING -o br-28feb3a9f564 -m addrtype --src-type LOCAL -j MASQUERADE",
          "-A POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE",
        ),
      },
    },
    {
      name: "Kubernetes marks what it wants to be rewritten",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
          "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
          "-A KUBE-POSTROUTING -j MASQUERADE --random-fully",
        ),
      },
    },
  ],
};
