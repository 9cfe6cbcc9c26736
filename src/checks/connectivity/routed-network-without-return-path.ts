import { interfaceSetting } from "../../dataplane/settings.ts";
import type { Stack } from "../../dataplane/types.ts";
import { type Uplink, uplinksOf } from "../../dataplane/uplinks.ts";
import { type BridgeNetwork, bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { formatAddress, formatPrefix, holds, prefixAround } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { some } from "../words.ts";

export const routedNetworkWithoutReturnPath = defineCheck({
  id: "routed-network-without-return-path",
  severity: "info",
  sureness: "hint",
  category: "connectivity",
  title: "A network without source NAT needs a route back that nothing here shows",
  why: "Its containers send with their own addresses. Unless the router outside knows that their subnet is behind this host, answers never come back: everything leaves and nothing returns.",
  fix: "Add a static route for the subnet to this host on the router, or use gateway mode nat.",
  sources: [
    "https://docs.docker.com/engine/network/port-publishing/#gateway-modes",
    "moby libnetwork/drivers/bridge/internal/iptabler/network.go setupNonInternalNetworkRules",
  ],
  needs: ["docker-network-inspect", "ip-addr", "sysctl"],
  *run(context) {
    const { host, dataplane } = context;
    const stack = dataplane.own;
    const uplinks = uplinksOf(dataplane);
    if (uplinks.length === 0) return;
    for (const family of [4, 6] as const) {
      const own = uplinks.filter(({ addresses }) => addresses.some((one) => one.address.family === family));
      if (own.length === 0 || own.some(({ name }) => answersForOthers(stack, name, family))) continue;
      for (const network of bridgeNetworks(host, family))
        if (isRouted(network) && isUsed(context, network) && !isPartOf(network, own)) yield describe(network, own);
    }
  },
});

const isRouted = ({ mode, masquerade, internal, sourceAddress }: BridgeNetwork): boolean =>
  !internal && mode !== "isolated" && (mode === "routed" || !masquerade) && sourceAddress === null;

const isUsed = ({ host }: CheckContext, { network }: BridgeNetwork): boolean =>
  host.containers.some(({ endpoints }) => endpoints.some(({ networkId }) => networkId === network.id));

/** Proxy ARP, and its counterpart of IPv6, let an uplink answer for the containers' addresses. */
function answersForOthers(stack: Stack, uplink: string, family: 4 | 6): boolean {
  if (family === 4) return interfaceSetting(stack, uplink, "proxy_arp", 0).value === 1;
  return ["all", uplink.replaceAll(".", "/")].some((name) => stack.sysctl(`net.ipv6.conf.${name}.proxy_ndp`) === "1");
}

/** A subnet cut out of the LAN's own is reached by ARP, not by routes. */
function isPartOf({ subnet }: BridgeNetwork, uplinks: readonly Uplink[]): boolean {
  return uplinks.some(({ addresses }) => addresses.some((own) => holds(prefixAround(own), subnet)));
}

function describe({ network, subnet, mode, family }: BridgeNetwork, uplinks: readonly Uplink[]): Observation {
  const [uplink] = uplinks;
  const own = uplink?.addresses.find((one) => one.address.family === family)?.address;
  return {
    subject: { kind: "network", name: network.name },
    message: `Containers of ${network.name} leave by ${some(uplinks.map(({ name }) => name))} with addresses of ${formatPrefix(subnet)} (${mode === "routed" ? "gateway mode routed" : "masquerading is off"}): routers outside need a route for it to this host, and nothing here shows that they have one.`,
    evidence: network.sources,
    fix: {
      text: "On the router outside, not here:",
      commands:
        own === undefined
          ? []
          : [sh`ip ${family === 6 ? sh`-6` : sh``} route add ${formatPrefix(subnet)} via ${formatAddress(own)}`],
      cutsTraffic: false,
    },
  };
}
