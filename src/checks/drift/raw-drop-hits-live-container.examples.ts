import { appnet, appnetRules29 } from "../examples/appnet.ts";
import { appended, replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "the rule of a deleted network that had the same subnet; neighbours are cut off",
      captures: {
        "docker-network-inspect": appnet,
        sysctl: "net.bridge.bridge-nf-call-iptables = 1\nnet.ipv4.ip_forward = 1\n",
        "iptables-save": appended(appnetRules29, "raw", "-A PREROUTING -d 172.18.0.3/32 ! -i docker0 -j DROP"),
      },
    },
    {
      name: "the per-port form of 28.0",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "raw",
          "-A PREROUTING -d 172.18.0.2/32 ! -i docker0 -p tcp -m tcp --dport 80 -j DROP",
        ),
      },
    },
  ],
  good: [
    {
      name: "each rule with its own bridge",
      captures: { "docker-network-inspect": appnet, "iptables-save": appnetRules29 },
    },
    {
      name: "a leftover for an address that nobody has drops nothing",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(appnetRules29, "raw", "-A PREROUTING -d 172.18.0.77/32 ! -i docker0 -j DROP"),
      },
    },
    {
      name: "a port on loopback: its rule is about lo",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": replaced(
          appnetRules29,
          "COMMIT\n*filter",
          "-A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 6379 -j DROP\nCOMMIT\n*filter",
        ),
      },
    },
  ],
};
