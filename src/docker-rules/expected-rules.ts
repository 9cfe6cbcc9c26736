import { givenAddress } from "../firewall/asked.ts";
import { formatAddress } from "../lib/address.ts";
import type { Host } from "../model/host.ts";
import { bridgeNetworks } from "./bridge-networks.ts";
import { attachedTo, endpointRules, portRules, servingEndpoint } from "./endpoint-rules.ts";
import { engineRules } from "./engine-rules.ts";
import type { ExpectedRule } from "./expected-rule.ts";
import type { LayoutId } from "./layout.ts";
import { networkRules } from "./network-rules.ts";
import { nftEndpointRules, nftEngineRules, nftNetworkRules, nftPortRules } from "./nft-rules.ts";
import { pairRules } from "./pair-rules.ts";
import type { RuleSetIndex } from "./rule-set-index.ts";
import { usesHairpin } from "./userland-proxy.ts";
import { isAtLeast, parseVersion } from "./version.ts";

/** The rules of one family that the host's engine would have written for its networks, endpoints and published ports. */
export function expectedRules(host: Host, book: RuleSetIndex, layout: LayoutId): readonly ExpectedRule[] {
  const { family } = book;
  const networks = bridgeNetworks(host, family);
  const [first] = networks;
  if (first === undefined) return [];
  const hairpin = usesHairpin(host, book);
  const attached = attachedTo(host, networks);
  const targets = dnatTargets(book);
  const ports = host.publishedPorts.filter(({ knownFrom }) => knownFrom === "engine");
  const sources = first.network.sources.slice(0, 1);
  const served = ports.flatMap((port) => {
    const serving = servingEndpoint(port, attached, (address) => targets.has(address));
    return serving === null ? [] : [{ port, serving }];
  });
  if (layout === "nftables") {
    const common = { family, networkId: null, bridge: null, container: null, port: null, sources };
    return [
      ...nftEngineRules(common, hairpin),
      ...networks.flatMap((each) => nftNetworkRules(each, hairpin)),
      ...attached.flatMap((each) => nftEndpointRules(each)),
      ...served.flatMap(({ port, serving }) => nftPortRules(port, serving, hairpin)),
    ];
  }
  const userChain = hasUserChain(host, book, layout);
  const anyExternal = networks.some(({ internal }) => !internal);
  return [
    ...engineRules({ family, layout, hairpin, userChain, anyExternal, sources }),
    ...networks.flatMap((each) => networkRules(each, layout, hairpin)),
    ...pairRules(networks, layout),
    ...attached.flatMap((each) => endpointRules(each, layout)),
    ...served.flatMap(({ port, serving }) => portRules(port, serving, layout, hairpin)),
  ];
}

/** DOCKER-USER came with 17.06 (moby, libnetwork/firewall_linux.go at v17.06.0-ce, not at v17.05.0-ce), for IPv6 with 23.0. */
function hasUserChain({ engine }: Host, { family, chains }: RuleSetIndex, layout: LayoutId): boolean {
  if (chains.has("filter DOCKER-USER")) return true;
  if (family === 6 || layout === "1.9") return false;
  const version = parseVersion(engine.version);
  return layout !== "1.10" || (version !== null && isAtLeast(version, 17, 6) === true);
}

/** The addresses that the engine's DNAT rules lead to. */
function dnatTargets({ family, chains }: RuleSetIndex): ReadonlySet<string> {
  const chain = chains.get("nat DOCKER") ?? chains.get("docker-bridges nat-prerouting-and-output");
  const targets = (chain?.rules ?? []).flatMap((rule) => givenAddress(rule, "destination") ?? []);
  return new Set(targets.map(({ address }) => formatAddress({ family, value: address })));
}
