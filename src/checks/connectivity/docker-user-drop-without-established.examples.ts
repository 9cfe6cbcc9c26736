import { appnetRules26 } from "../examples/appnet.ts";
import { appnetHost, withUserRules } from "../examples/appnet-host.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "only one office may come in, and nothing may come back",
      captures: appnetHost({ "iptables-save": withUserRules("! -s 203.0.113.0/24 -i eth0 -j DROP") }),
    },
    {
      name: "Docker 26, everything from eth0 rejected",
      captures: appnetHost({
        "iptables-save": replaced(
          appnetRules26,
          "-A DOCKER-USER -j RETURN",
          "-A DOCKER-USER -i eth0 -j REJECT --reject-with icmp-port-unreachable\n-A DOCKER-USER -j RETURN",
        ),
      }),
    },
  ],
  good: [
    {
      name: "answers are accepted first",
      captures: appnetHost({
        "iptables-save": withUserRules(
          "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
          "! -s 203.0.113.0/24 -i eth0 -j DROP",
        ),
      }),
    },
    {
      name: "only new connections are dropped",
      captures: appnetHost({
        "iptables-save": withUserRules("! -s 203.0.113.0/24 -i eth0 -m conntrack --ctstate NEW -j DROP"),
      }),
    },
    {
      name: "only the direction of the first packet, as Docker's manual has it",
      captures: appnetHost({
        "iptables-save": withUserRules(
          "! -s 203.0.113.0/24 -i eth0 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP",
        ),
      }),
    },
    {
      name: "only SYNs, as ufw-docker does, and only what asks",
      captures: appnetHost({
        "iptables-save": withUserRules(
          "-d 172.16.0.0/12 -i eth0 -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP",
        ),
      }),
    },
    {
      name: "some are banned, and nothing may come back from them either: that is meant",
      captures: appnetHost({
        "iptables-save": withUserRules(
          "-s 198.51.100.0/24 -i eth0 -j DROP",
          "-i eth0 -m set --match-set bogons src -j DROP",
        ),
        "ipset-save": "create bogons hash:net family inet\nadd bogons 198.51.100.0/24\nadd bogons 203.0.113.0/24\n",
      }),
    },
    {
      name: "the containers may not get out at all: that is meant",
      captures: appnetHost({ "iptables-save": withUserRules("-o eth0 -j DROP", "-i eth0 -j DROP") }),
    },
  ],
};
