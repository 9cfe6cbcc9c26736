import { bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { indexRuleSet, placeOf } from "../../docker-rules/rule-set-index.ts";
import { parseAddress } from "../../lib/address.ts";
import { isPublic } from "../../lib/address-class.ts";
import { sh } from "../../lib/command.ts";
import { parseEndpoint } from "../../lib/endpoint.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
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
import { type DirectAccess, directAccesses } from "../probes/direct-access.ts";
import { decidingLines, firewallIsKnown, untoldAboutStrangers } from "../probes/exposure.ts";
import { count, some } from "../words.ts";

const mode = "com.docker.network.bridge.gateway_mode_ipv6";
const global = {
  "docker-network-inspect": appnet6,
  "ip-addr": addresses6,
  "ip6-route": routes6("2001:db8:c0:1"),
  sysctl: forwarding6,
};

export const ipv6ContainersUnfiltered = defineCheck({
  id: "ipv6-containers-unfiltered",
  severity: "error",
  sureness: "proven",
  category: "exposure",
  title: "Containers with IPv6 addresses have no filter in front of them",
  why: "There is no NAT in front of a global IPv6 address: without rules every port of the container is open to the Internet, published or not.",
  fix: 'Take `"ip6tables": false` out of daemon.json (before 27 set it to true, with `"experimental": true`), or give the network a unique local subnet (fd00::/8).',
  sources: [
    "https://github.com/moby/moby/issues/21614",
    "https://github.com/moby/libnetwork/issues/2557",
    "https://github.com/moby/moby/pull/48594",
    "https://docs.docker.com/engine/daemon/ipv6/",
  ],
  needs: [
    "docker-network-inspect",
    "ip-addr",
    "sysctl",
    ["ip6tables-save", "ip6tables-nft-save", "ip6tables-legacy-save"],
  ],
  examples: {
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
  },
  *run(context) {
    if (bridgeNetworks(context.host, 6).length > 0) yield* untoldAboutStrangers(context);
    if (!firewallIsKnown(context.host)) return;
    for (const access of directAccesses(context, 6, "unpublished"))
      if (access.network.options[mode] !== "routed" && forwardsIpv6(context)) yield describe(context, access);
  },
});

/** The kernel's default is off; the engine turns it on, and later settings may turn it off again. */
function forwardsIpv6({ host }: CheckContext): boolean {
  const sysctls = host.namespaces[0]?.sysctls;
  return sysctls?.known === true && sysctls.value["net.ipv6.conf.all.forwarding"]?.value === "1";
}

function describe({ host }: CheckContext, { network, containers, uplink, to, answer }: DirectAccess): Observation {
  const open = isPublic(parseAddress(parseEndpoint(to)?.host ?? ""));
  const book = indexRuleSet(host, 6);
  const forward = book.known ? book.value.chains.get(placeOf("filter", "FORWARD")) : undefined;
  const lines = decidingLines(answer);
  return {
    subject: { kind: "network", name: network.name },
    message: `Anything behind ${uplink} that has a route reaches every port of the ${count(containers.length, "container")} on ${network.name} (${some(containers)}) over IPv6: no rule stops a packet to ${to}, ${open ? "a global address" : "a unique local address"}.`,
    evidence: [...(lines.length > 0 || forward === undefined ? lines : [forward.source]), ...network.sources],
    severity: open ? "error" : "warning",
    fix: {
      text: 'Let Docker write IPv6 rules: remove "ip6tables": false from daemon.json, before 27 set "ip6tables": true and "experimental": true. Until then drop what is forwarded.',
      commands: [
        sh`sudo ip6tables -I FORWARD -i ${uplink} -o ${network.bridge ?? ""} -m conntrack --ctstate NEW -j DROP`,
      ],
      cutsTraffic: true,
    },
    causedBy: [{ check: "docker-chains-missing" }, { check: "daemon-iptables-disabled" }],
  };
}
