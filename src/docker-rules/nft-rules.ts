import { formatAddress, formatPrefix } from "../lib/address.ts";
import { isUnspecified } from "../lib/address-class.ts";
import { formatEndpoint } from "../lib/endpoint.ts";
import type { PublishedPort } from "../model/host.ts";
import { isLoopbackBinding } from "../model/queries/publications.ts";
import type { BridgeNetwork } from "./bridge-networks.ts";
import type { AttachedEndpoint } from "./endpoint-rules.ts";
import { type Common, type ExpectedRule, expect, type Purpose } from "./expected-rule.ts";
import { commonOf } from "./network-rules.ts";
import { nftTable } from "./nft-rule-set-index.ts";

/** The rules of 29's nftables back end, in the words of iptables (`indexNftRuleSet`). Source: moby, internal/nftabler at docker-v29.0.0. */
const rule = (common: Common, chain: string, purpose: Purpose, text: string, ...others: readonly string[]) =>
  expect(common, nftTable, chain, purpose, text, ...others);

/** nftabler.go: the base chains and what they jump to. */
export function nftEngineRules(common: Common, hairpin: boolean): ExpectedRule[] {
  const toNat = "-m addrtype --dst-type LOCAL -j nat-prerouting-and-output";
  const spared = `! -d ${common.family === 4 ? "127.0.0.0/8" : "::1"} ${toNat}`;
  return [
    rule(common, "filter-FORWARD", "isolation-jump", "-o @filter-forward-in-jumps -j vmap"),
    rule(common, "filter-FORWARD", "chain-jump", "-i @filter-forward-out-jumps -j vmap"),
    rule(common, "nat-POSTROUTING", "nat-jump", "-i @nat-postrouting-out-jumps -j vmap"),
    rule(common, "nat-POSTROUTING", "nat-jump", "-o @nat-postrouting-in-jumps -j vmap"),
    rule(common, "nat-PREROUTING", "nat-jump", toNat),
    hairpin
      ? rule(common, "nat-OUTPUT", "nat-jump", toNat, spared)
      : rule(common, "nat-OUTPUT", "nat-jump", spared, toNat),
  ];
}

/** network.go, configure: four chains for a bridge, and how packets get to them. */
export function nftNetworkRules(one: BridgeNetwork, hairpin: boolean): ExpectedRule[] {
  const { bridge, subnet, internal, icc, mode, sourceAddress } = one;
  const common = commonOf(one);
  const [into, out] = [`filter-forward-in__${bridge}`, `filter-forward-out__${bridge}`];
  const [natIn, natOut] = [`nat-postrouting-in__${bridge}`, `nat-postrouting-out__${bridge}`];
  const related = "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT";
  const jumps = [
    rule(common, "filter-forward-in-jumps", "bridge-jump", `-o ${bridge} -j ${into}`),
    rule(common, "filter-forward-out-jumps", "bridge-jump", `-i ${bridge} -j ${out}`),
    rule(common, "nat-postrouting-in-jumps", "bridge-jump", `-o ${bridge} -j ${natIn}`),
    rule(common, "nat-postrouting-out-jumps", "bridge-jump", `-i ${bridge} -j ${natOut}`),
    rule(common, into, "related-accept", related),
    rule(common, out, "related-accept", related),
  ];
  const verdict = icc ? "ACCEPT" : "DROP";
  const purpose = icc ? "icc-accept" : "icc-drop";
  if (internal)
    return [
      ...jumps,
      rule(common, into, "internal-drop", `! -i ${bridge} -j DROP`),
      rule(common, out, "internal-drop", `! -o ${bridge} -j DROP`),
      rule(common, into, purpose, `-j ${verdict}`),
    ];
  const target = sourceAddress === null ? "MASQUERADE" : `SNAT --to-source ${sourceAddress}`;
  return [
    ...jumps,
    rule(common, into, purpose, `-i ${bridge} -j ${verdict}`),
    rule(common, out, "outgoing-accept", "-j ACCEPT"),
    mode === "nat-unprotected"
      ? rule(common, into, "default-accept", "-j ACCEPT")
      : rule(common, into, "default-drop", "-j DROP"),
    ...(mode === "routed"
      ? [rule(common, into, "icmp-accept", `-p ${one.family === 4 ? "icmp" : "ipv6-icmp"} -j ACCEPT`)]
      : []),
    ...(one.masquerade && mode !== "routed"
      ? [rule(common, natOut, "masquerade", `! -o ${bridge} -s ${formatPrefix(subnet)} -j ${target}`)]
      : []),
    ...(hairpin ? [rule(common, natIn, "hairpin-masquerade", `-m addrtype --src-type LOCAL -j ${target}`)] : []),
  ];
}

/** endpoint.go, filterDirectAccess. */
export function nftEndpointRules({ on, address, container, endpoint }: AttachedEndpoint): ExpectedRule[] {
  if (on.internal || on.mode !== "nat") return [];
  const common: Common = { ...commonOf(on), container: container.name, sources: endpoint.sources.slice(0, 1) };
  const allowed = [on.bridge, ...on.trusted].sort().join(",");
  return [rule(common, "raw-PREROUTING", "direct-access-drop", `-d ${address} ! -i ${allowed} -j DROP`)];
}

/** port.go, setPerPortRules. */
export function nftPortRules(
  port: PublishedPort,
  { on, address, container }: AttachedEndpoint,
  hairpin: boolean,
): ExpectedRule[] {
  const common: Common = { ...commonOf(on), container: container.name, port, sources: port.sources.slice(0, 1) };
  const bound = isUnspecified(port.hostAddress) ? "" : `-d ${formatAddress(port.hostAddress)} `;
  const skip = `${on.family === 6 ? "! -s fe80::/10 " : ""}${bound}`;
  const to = formatEndpoint(address, port.containerPort);
  const dnat = `${skip}-p ${port.protocol} --dport ${port.hostPort} -j DNAT --to-destination ${to}`;
  const withProxy = `! -i ${on.bridge} ${dnat}`;
  const inside = `-p ${port.protocol} --dport ${port.containerPort}`;
  const isLoopback = on.family === 4 && isLoopbackBinding(port.hostAddress);
  const [usual, other] = hairpin ? [dnat, withProxy] : [withProxy, dnat];
  return [
    rule(common, "nat-prerouting-and-output", "dnat", usual, other),
    ...(on.mode === "nat-unprotected"
      ? []
      : [rule(common, `filter-forward-in__${on.bridge}`, "port-accept", `-d ${address} ${inside} -j ACCEPT`)]),
    ...(hairpin
      ? [
          rule(
            common,
            `nat-postrouting-in__${on.bridge}`,
            "port-masquerade",
            `-s ${address} -d ${address} ${inside} -j MASQUERADE`,
          ),
        ]
      : []),
    ...(isLoopback
      ? [
          rule(
            common,
            "raw-PREROUTING",
            "loopback-drop",
            `! -i lo -d ${formatAddress(port.hostAddress)} -p ${port.protocol} --dport ${port.hostPort} -j DROP`,
          ),
        ]
      : []),
  ];
}
