import { bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { indexRuleSet, placeOf } from "../../docker-rules/rule-set-index.ts";
import { isPublic } from "../../lib/address-class.ts";
import { sh } from "../../lib/command.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { type DirectAccess, directAccesses } from "../probes/direct-access.ts";
import { decidingLines, firewallIsKnown, untoldAboutStrangers } from "../probes/exposure.ts";
import { count, some } from "../words.ts";

const mode = "com.docker.network.bridge.gateway_mode_ipv6";

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
  *run(context) {
    if (bridgeNetworks(context.host, 6).length > 0) yield* untoldAboutStrangers(context);
    if (!firewallIsKnown(context.host)) return;
    for (const access of directAccesses(context, 6, "unpublished"))
      if (access.network.options[mode] !== "routed" && forwardsIpv6(context)) yield describe(context, access);
  },
});

/** The kernel's default is off; the engine turns it on, and later settings may turn it off again. */
function forwardsIpv6({ host }: CheckContext): boolean {
  const sysctls = host.own.sysctls;
  return sysctls.known && sysctls.value["net.ipv6.conf.all.forwarding"]?.value === "1";
}

function describe(
  { host }: CheckContext,
  { network, containers, uplink, address, to, answer }: DirectAccess,
): Observation {
  const open = isPublic(address);
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
