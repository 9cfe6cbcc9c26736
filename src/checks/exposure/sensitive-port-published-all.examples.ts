import { appnet, appnetAddresses, appnetRoutes, appnetRules29 } from "../examples/appnet.ts";
import { appended, replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { databaseRules29, localRules29 } from "../examples/exposed.ts";

export const examples: Examples = {
  bad: [
    {
      name: "PostgreSQL on every address of the host",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": databaseRules29,
      },
    },
    {
      name: "the host's port is another one, and the host's address is public: an error",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": replaced(
          appnetAddresses,
          "192.168.50.10/24 brd 192.168.50.255",
          "203.0.113.10/24 brd 203.0.113.255",
        ),
        "ip-route": appnetRoutes.replaceAll("192.168.50.", "203.0.113."),
        "iptables-save": databaseRules29.replaceAll("--dport 5432 -j DNAT", "--dport 15432 -j DNAT"),
      },
    },
  ],
  good: [
    {
      name: "published on loopback only",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": localRules29,
      },
    },
    {
      name: "DOCKER-USER lets only one network in",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": appended(
          databaseRules29,
          "filter",
          "-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 5432 --ctdir ORIGINAL ! -s 10.0.0.0/8 -j DROP",
        ),
      },
    },
    {
      name: "the host's port 5432 leads to a web server",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "ip-route": appnetRoutes,
        "iptables-save": appnetRules29.replaceAll("--dport 8080 ", "--dport 5432 "),
      },
    },
  ],
};
