import { appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import {
  addresses6,
  addresses6Local,
  appnet6,
  appnet6Local,
  closedRules6,
  forwarding6,
  openRules6,
  routes6,
} from "../examples/appnet6.ts";
import type { Examples } from "../examples/example.ts";

const global = {
  "docker-network-inspect": appnet6,
  "ip-addr": addresses6,
  "ip6-route": routes6("2001:db8:c0:1"),
  sysctl: forwarding6,
};

export const examples: Examples = {
  bad: [
    {
      name: "26 without ip6tables: global addresses and no rule",
      captures: { ...global, "iptables-save": appnetRules26, "ip6tables-save": openRules6 },
    },
    {
      name: "unique local addresses: a warning, for neighbours can route them",
      captures: {
        "docker-network-inspect": appnet6Local,
        "ip-addr": addresses6Local,
        "ip6-route": routes6("fd12:3456:789a:1"),
        sysctl: forwarding6,
        "iptables-save": appnetRules26,
        "ip6tables-save": openRules6,
      },
    },
  ],
  good: [
    {
      name: "29 with its rules",
      captures: { ...global, "iptables-save": appnetRules29, "ip6tables-save": closedRules6 },
    },
    {
      name: "another owner's rules drop what is forwarded",
      captures: {
        ...global,
        "iptables-save": appnetRules26,
        "ip6tables-save": openRules6.replace(":FORWARD ACCEPT", ":FORWARD DROP"),
      },
    },
    {
      name: "the host does not forward IPv6",
      alsoFinds: ["ip-forwarding-off"],
      captures: {
        ...global,
        sysctl: "net.ipv6.conf.all.forwarding = 0\n",
        "iptables-save": appnetRules26,
        "ip6tables-save": openRules6,
      },
    },
    {
      name: "the IPv6 rules were not captured: not known is not open",
      skipped: true,
      captures: { ...global, "iptables-save": appnetRules26 },
    },
  ],
};
