import { formatPrefix } from "../lib/address.ts";
import type { BridgeNetwork } from "./bridge-networks.ts";
import { type Common, type ExpectedRule, expect, type Purpose } from "./expected-rule.ts";
import { isBefore28, isolatesByPairs, type LayoutId } from "./layout.ts";

type IptablesLayout = Exclude<LayoutId, "nftables">;

/** The rules of one network that depend on nothing but the network (moby, setupIPTables and what it calls; see `LayoutId`). */
export function networkRules(one: BridgeNetwork, layout: IptablesLayout, hairpin: boolean): ExpectedRule[] {
  if (one.internal) return layout === "1.9" ? [] : internalRules(one, layout);
  return [...filterRules(one, layout), ...natRules(one, layout, hairpin)];
}

export function commonOf({ family, network, bridge }: BridgeNetwork): Common {
  return { family, networkId: network.id, bridge, container: null, port: null, sources: network.sources.slice(0, 1) };
}

/** Where the rules of one bridge stand that let traffic out and regulate it between containers. */
const forwardChain = (layout: IptablesLayout): string =>
  isBefore28(layout) || layout === "28.0.0" ? "FORWARD" : "DOCKER-FORWARD";

function filterRules(one: BridgeNetwork, layout: IptablesLayout): ExpectedRule[] {
  const { bridge, icc, mode } = one;
  const common = commonOf(one);
  const filter = (chain: string, purpose: Purpose, text: string) => expect(common, "filter", chain, purpose, text);
  const chain = forwardChain(layout);
  const related = `-o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`;
  const toDocker = `-o ${bridge} -j DOCKER`;
  const outgoing = filter(chain, "outgoing-accept", `-i ${bridge} ! -o ${bridge} -j ACCEPT`);
  const drop = filter(chain, "icc-drop", `-i ${bridge} -o ${bridge} -j DROP`);
  if (isBefore28(layout)) {
    const accept = filter(chain, "icc-accept", `-i ${bridge} -o ${bridge} -j ACCEPT`);
    return [
      filter(chain, "related-accept", related),
      filter(chain, "bridge-jump", toDocker),
      outgoing,
      icc ? accept : drop,
      ...(layout === "18.03.1" ? isolationRules(one, layout) : []),
    ];
  }
  return [
    ...(layout === "28.0.0"
      ? []
      : [filter("DOCKER-CT", "related-accept", related), filter("DOCKER-BRIDGE", "bridge-jump", toDocker)]),
    ...(icc ? [filter(chain, "outgoing-accept", `-i ${bridge} -j ACCEPT`)] : [drop, outgoing]),
    mode === "nat-unprotected"
      ? filter("DOCKER", "default-accept", `! -i ${bridge} -o ${bridge} -j ACCEPT`)
      : filter("DOCKER", "default-drop", `! -i ${bridge} -o ${bridge} -j DROP`),
    ...(mode === "routed"
      ? [filter("DOCKER", "icmp-accept", `-o ${bridge} -p ${one.family === 4 ? "icmp" : "ipv6-icmp"} -j ACCEPT`)]
      : []),
    ...(layout === "29" ? [] : isolationRules(one, layout)),
  ];
}

/** setINC: the two stages that keep bridges apart, from 18.03.1 to 28; a routed network lets others in (28.0). */
function isolationRules(one: BridgeNetwork, layout: IptablesLayout): ExpectedRule[] {
  const common = commonOf(one);
  const { bridge } = one;
  const first = (purpose: Purpose, text: string) => expect(common, "filter", "DOCKER-ISOLATION-STAGE-1", purpose, text);
  return [
    ...(one.mode === "routed" && !isBefore28(layout)
      ? [
          first("routed-accept", `-i ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`),
          first("routed-accept", `-o ${bridge} -j RETURN`),
        ]
      : []),
    first("isolation", `-i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`),
    expect(common, "filter", "DOCKER-ISOLATION-STAGE-2", "isolation", `-o ${bridge} -j DROP`),
  ];
}

function natRules(one: BridgeNetwork, layout: IptablesLayout, hairpin: boolean): ExpectedRule[] {
  const { bridge, subnet, sourceAddress } = one;
  const common = commonOf(one);
  const target = sourceAddress === null ? "MASQUERADE" : `SNAT --to-source ${sourceAddress}`;
  const natted = one.masquerade && one.mode !== "routed";
  return [
    ...(natted
      ? [expect(common, "nat", "POSTROUTING", "masquerade", `-s ${formatPrefix(subnet)} ! -o ${bridge} -j ${target}`)]
      : []),
    ...(one.masquerade && !hairpin && layout !== "1.9" && (isBefore28(layout) ? natted : layout !== "29")
      ? [expect(common, "nat", "DOCKER", "skip-dnat", `-i ${bridge} -j RETURN`)]
      : []),
    ...(hairpin
      ? [
          expect(
            common,
            "nat",
            "POSTROUTING",
            "hairpin-masquerade",
            `-o ${bridge} -m addrtype --src-type LOCAL -j ${target}`,
          ),
        ]
      : []),
  ];
}

/**
 * setupInternalNetworkRules: two drops, which for IPv6 leave neighbour discovery alone, and what containers may among
 * themselves. Internal networks came with 1.10, their rules for containers among themselves with 1.12: within the layout of
 * 1.10 these are not missed.
 */
function internalRules(one: BridgeNetwork, layout: IptablesLayout): ExpectedRule[] {
  const { bridge, subnet, family, icc } = one;
  const common = commonOf(one);
  const chain = internalChain(layout);
  const [notIn, notOut] = family === 6 ? [`! -i ${bridge} `, ` ! -o ${bridge}`] : ["", ""];
  return [
    expect(common, "filter", chain, "internal-drop", `! -s ${formatPrefix(subnet)} ${notIn}-o ${bridge} -j DROP`),
    expect(common, "filter", chain, "internal-drop", `! -d ${formatPrefix(subnet)} -i ${bridge}${notOut} -j DROP`),
    ...(isolatesByPairs(layout)
      ? []
      : [
          icc
            ? expect(common, "filter", forwardChain(layout), "icc-accept", `-i ${bridge} -o ${bridge} -j ACCEPT`)
            : expect(common, "filter", forwardChain(layout), "icc-drop", `-i ${bridge} -o ${bridge} -j DROP`),
        ]),
  ];
}

function internalChain(layout: IptablesLayout): string {
  if (layout === "29") return "DOCKER-INTERNAL";
  return layout === "1.10" ? "DOCKER-ISOLATION" : "DOCKER-ISOLATION-STAGE-1";
}
