import { proxySetting } from "../../dataplane/proxy-arp.ts";
import type { Stack } from "../../dataplane/types.ts";
import { type Uplink, uplinksOf } from "../../dataplane/uplinks.ts";
import { type Address, contains, formatAddress, formatPrefix, type Prefix } from "../../lib/address.ts";
import { type Command, sh } from "../../lib/command.ts";
import type { Source } from "../../lib/source.ts";
import type { Network } from "../../model/host.ts";
import { namespaceNameOf, outsideWord } from "../../model/namespace-id.ts";
import { attachedTo, routedNetworks } from "../../model/queries/attached.ts";
import type { Answer } from "../../trace/answer.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { farPort } from "../probes/outside.ts";
import { some } from "../words.ts";

export const uplinkSliceWithoutProxy = defineCheck({
  id: "uplink-slice-without-proxy",
  severity: "error",
  sureness: "strong",
  category: "connectivity",
  title: "A subnet cut out of the uplink's own, and nobody answers ARP or NDP for it (proxy_arp, proxy_ndp, ndppd)",
  why: "Routers and machines on the uplink take the containers' addresses for neighbours and ask for them on the link. Nobody answers: what containers send leaves the host, and no answer comes back.",
  fix: "Let the host answer: for IPv4 net.ipv4.conf.<uplink>.proxy_arp = 1, for IPv6 net.ipv6.conf.<uplink>.proxy_ndp = 1 with `ip -6 neigh add proxy` for each address, or ndppd for the whole subnet. Better is a subnet of its own that the router has a route for.",
  sources: [
    "net/ipv4/arp.c arp_process, arp_fwd_proxy; net/ipv6/ndisc.c ndisc_recv_ns",
    "https://docs.docker.com/engine/daemon/ipv6/",
    "https://github.com/DanielAdolfsson/ndppd",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  wants: ["sysctl"],
  needsBridges: true,
  *run(context) {
    const { host, dataplane, ask } = context;
    const stack = dataplane.own;
    for (const network of routedNetworks(host)) {
      for (const family of [4, 6] as const) {
        const unheard = attachedTo(host, network).flatMap(({ container, endpoint }): Unheard[] => {
          const address = (family === 4 ? endpoint.ipv4 : endpoint.ipv6)?.address;
          const around = address === undefined ? null : uplinkAround(context, stack, address);
          if (address === undefined || around === null) return [];
          const answer = ask({ from: namespaceNameOf(container.name), to: farPort(dataplane, family, 443) });
          return isUnheard(answer) ? [{ address, ...around }] : [];
        });
        const [first] = unheard;
        if (first !== undefined) yield describe(context, stack, network, first, unheard);
      }
    }
  },
});

interface Unheard {
  readonly address: Address;
  readonly uplink: Uplink;
  readonly prefix: Prefix;
}

/** The uplink whose own prefix an address lies in. */
function uplinkAround(
  { dataplane }: CheckContext,
  stack: Stack,
  address: Address,
): Pick<Unheard, "uplink" | "prefix"> | null {
  for (const uplink of uplinksOf(dataplane)) {
    const own = stack.interfaces.get(uplink.name)?.addresses ?? [];
    const around = own.find(({ prefix }) => contains(prefix, address));
    if (around !== undefined) return { uplink, prefix: around.prefix };
  }
  return null;
}

/** The answer was lost outside, where nobody answers for the container's address. */
function isUnheard(answer: Answer | null): answer is Answer {
  return answer?.reply?.verdict === "unroutable" && answer.reply.steps.at(-1)?.namespace === outsideWord;
}

function describe(
  { host }: CheckContext,
  stack: Stack,
  network: Network,
  { uplink, prefix, address: { family } }: Unheard,
  unheard: readonly Unheard[],
): Observation {
  const { name } = uplink;
  const { key, value, assumes } = proxySetting(stack, name, family);
  const isAssumed = assumes.length > 0;
  const sysctls = host.own.sysctls;
  const lines: readonly Source[] = sysctls.known ? (sysctls.value[key]?.sources ?? []) : [];
  const texts = unheard.map(({ address }) => formatAddress(address));
  const asks = family === 4 ? "ask for them by ARP" : "send neighbour solicitations (NDP) for them";
  const off = isAssumed
    ? `${key} was not captured, and is 0 by default`
    : `${key} is ${value}${value === 0 ? "" : ", but no entry of ip -6 neigh show proxy is for them"}`;
  const entries: readonly Command[] = texts
    .slice(0, 4)
    .map((text) => sh`sudo ip -6 neigh add proxy ${text} dev ${name}`);
  return {
    subject: { kind: "network", name: network.name },
    message: `Containers of ${network.name} (${some(texts)}) have addresses of ${formatPrefix(prefix)}, which ${name} is on, and leave with them: machines there ${asks} on the link, and this host does not answer (${off})${family === 6 ? "; ndppd could, which no capture shows" : ""}.`,
    evidence: [...network.sources.slice(0, 1), ...uplink.interface.sources.slice(0, 1), ...lines],
    ...(isAssumed ? { sureness: "hint" } : {}),
    fix: {
      text:
        family === 4
          ? "Let the host answer ARP for what it forwards, or take a subnet that is not on the link."
          : "Let the host answer for each address (ndppd does it for a whole subnet), or take a prefix that is routed to this host.",
      commands:
        family === 4
          ? [sh`sudo sysctl -w ${`net.ipv4.conf.${name.replaceAll(".", "/")}.proxy_arp=1`}`]
          : [sh`sudo sysctl -w ${`net.ipv6.conf.${name.replaceAll(".", "/")}.proxy_ndp=1`}`, ...entries],
      cutsTraffic: false,
    },
  };
}
