import { chainsOn } from "../../dataplane/link-chains.ts";
import { hostAddresses } from "../../dataplane/service-addresses.ts";
import type { Dataplane, Member, Stack } from "../../dataplane/types.ts";
import { type Address, contains, formatPrefix, sameAddress } from "../../lib/address.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { Host, Network } from "../../model/host.ts";
import type { NamespaceKey } from "../../model/namespace-id.ts";
import { attachmentsOf } from "../../model/queries/attachments.ts";
import { indexOf } from "../../model/queries/host-index.ts";
import { textOf } from "./canonical-text.ts";
import { memo } from "./memo.ts";
import { rangesFor } from "./shared-ranges.ts";
import { type Name, ownerOfHost, ownerOfStack, type Symbols } from "./symbols.ts";

/** Namespaces and networks in words of their own, so that those that only differ in their names have the same text. */
export interface NamespaceTexts {
  /** The networks of a namespace in the order in which the engine prefers them; none of the host's. */
  readonly networksOf: (stack: Stack) => readonly Network[];
  readonly stackText: (stack: Stack) => number;
  readonly networkText: (network: string) => number;
  /** In which of the ranges that nobody owns an address is. */
  readonly membership: (address: Address) => string;
  /** The networks' gateways, by the owner that an address of the host is. */
  readonly gatewayOf: ReadonlyMap<string, string>;
  /** Long texts by a number each. */
  readonly short: (text: string) => number;
}

export function describeParts(
  dataplane: Dataplane,
  owners: Symbols,
  isSpecial: (owner: string) => boolean,
): NamespaceTexts {
  const { host } = dataplane;
  const own = dataplane.own;
  const ranges = rangesFor(host, own, owners.range);
  const gateways = groupBy(hostAddresses(dataplane), ({ interface: name }) => name);
  const routesOf = groupBy(
    [...(own.routes[4] ?? []), ...(own.routes[6] ?? [])].flatMap((route) =>
      route.table === "local"
        ? []
        : [...new Set(route.nexthops.map(({ device }) => device))].map((device) => ({ device, route })),
    ),
    ({ device }) => device,
  );
  const membersOf = groupMembers(dataplane);
  const numbers = new Map<string, number>();
  /** Long texts by a number each. */
  const short = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const networksOf = memo((stack: Stack): readonly Network[] => {
    const namespace = indexOf(host).namespaces.get(stack.name);
    return namespace === undefined || stack.isHost ? [] : attachmentsOf(host, namespace).map(({ network }) => network);
  });
  const membershipOf = {
    4: memo((value: bigint) => rangesWith(4, value)),
    6: memo((value: bigint) => rangesWith(6, value)),
  };
  const membership = ({ family, value }: Address): string => membershipOf[family](value);
  function rangesWith(family: 4 | 6, value: bigint): string {
    const found = ranges.flatMap(({ prefix, isExact }, i) =>
      contains(prefix, { family, value }) ? [isExact ? `${i}!` : i] : [],
    );
    return found.join(",");
  }

  const networkText = memo((id: string): number => {
    const network = indexOf(host).networks.get(id);
    if (network?.bridge == null || isSpecial(`n:${id}`)) return short(`alone ${id}`);
    const naming = ({ owner, which }: Name) =>
      owner === `n:${id}` ? `N${which}` : owner.startsWith("a:") ? "A" : null;
    const segment = dataplane.segments.get(`bridge:${network.bridge}`);
    const device = own.interfaces.get(network.bridge);
    const routes = routesOf.get(network.bridge)?.map(({ route }) => route) ?? [];
    const sysctls = host.own.sysctls;
    const settings = sysctls.known
      ? Object.entries(sysctls.value).flatMap(([key, { value }]) =>
          key.includes(`.${network.bridge}.`) ? [`${key.replace(network.bridge ?? "", "N")}=${value}`] : [],
        )
      : [];
    const { internal, driver, mode, options, enableIPv4, enableIPv6 } = network;
    const { "com.docker.network.bridge.name": _, ...others } = options;
    const own4 = (gateways.get(network.bridge) ?? []).map(({ address }) => membership(address));
    const inSets = setsWith(host, network);
    return short(
      textOf(
        [
          internal,
          driver,
          mode,
          others,
          enableIPv4,
          enableIPv6,
          segment === undefined ? null : { ...segment, members: [], interface: "N", outside: segment.outside !== null },
          device,
          routes,
          settings,
          own4,
          inSets,
          chainsOn(own, { kind: "interface", device: network.bridge }),
        ],
        owners,
        naming,
      ),
    );
  });

  /** A namespace in words of its own: itself S, its networks N0, N1, … */
  const stackText = memo((stack: Stack): number => {
    const itself = ownerOfStack(stack);
    if (stack.isHost || isSpecial(itself)) return short(`itself ${stack.key}`);
    const networks = networksOf(stack);
    const naming = ({ owner, which }: Name): string | null => {
      if (owner === itself) return `S${which}`;
      const at = networks.findIndex((network) => owner === `n:${network.id}`);
      if (at >= 0) return `N${at}.${which}`;
      return owner.startsWith("a:") ? gatewayName(owner, networks) : null;
    };
    const namespace = indexOf(host).namespaces.get(stack.name);
    const container = indexOf(host).containers.get(stack.owner ?? "");
    const firewall = ([4, 6] as const).map((family) => [
      [...stack.firewall[family].unknown],
      stack.firewall[family].firewall.tables.map(({ name, backend, chains, baseChains }) => [
        name,
        backend,
        baseChains.map(({ chain, policy, hook }) => [chain.name, policy, hook]),
        [...chains.values()].map(({ name: chain, rules }) => [
          chain,
          rules
            .filter((rule) => !isEmbeddedDns(textOf(rule.statements, owners, naming)))
            .map(({ statements }) => statements),
        ]),
      ]),
    ]);
    const sysctls =
      namespace?.sysctls.known === true
        ? Object.entries(namespace.sysctls.value).map(([key, { value }]) => [key, value])
        : null;
    // Its own names are no words of rules below the IP layer: those that see its ports tell it apart.
    const linkChains = [
      ([4, 6] as const).map((family) => stack.linkChains[family].map(({ why: _, ...chain }) => JSON.stringify(chain))),
      (membersOf.get(stack.key) ?? []).map(([segment, { port }]) =>
        chainsOn(own, { kind: "port", device: port, bridge: segment.replace(/^bridge:/, "") }),
      ),
    ];
    const addresses = [...stack.interfaces.values()].flatMap((each) =>
      each.addresses.map(({ address }) => [
        membership(address),
        own.proxied.filter((one) => sameAddress(one.address, address)).map(({ device }) => device),
      ]),
    );
    return short(
      textOf(
        [
          networks.map(({ bridge, id: network }) => (bridge === null ? network : "bridge")),
          stack.interfaces,
          stack.routes,
          stack.rules,
          stack.routesKnown,
          stack.listeners.known,
          stack.listenersLack,
          firewall,
          linkChains,
          sysctls,
          container?.sysctls ?? null,
          membersOf.get(stack.key) ?? [],
          addresses,
        ],
        owners,
        naming,
      ),
    );
  });

  /** The networks' gateways, by the owner that an address of the host is. */
  const gatewayOf = new Map(
    host.networks.flatMap(({ id, bridge }) =>
      (gateways.get(bridge ?? "") ?? []).map(({ address }) => [ownerOfHost(address), id] as const),
    ),
  );
  function gatewayName(owner: string, networks: readonly Network[]): string | null {
    const network = gatewayOf.get(owner);
    const at = networks.findIndex(({ id }) => id === network);
    return at < 0 ? null : `G${at}`;
  }
  return { networksOf, stackText, networkText, membership, gatewayOf, short };
}

/** The ports of bridges and other segments that each namespace has. */
function groupMembers({ segments }: Dataplane): ReadonlyMap<NamespaceKey, readonly (readonly [string, Member])[]> {
  const found = [...segments.values()].flatMap(({ id, members }) => members.map((member) => [id, member] as const));
  return groupBy(found, ([, { stack }]) => stack.key);
}

/** The sets that name one of a network's subnets as such, as Docker 28.0.0 names them all. */
function setsWith({ own }: Host, { subnets }: Network): readonly string[] {
  if (!own.ipsets.known) return [];
  const texts = new Set(subnets.map(({ subnet }) => formatPrefix(subnet)));
  return own.ipsets.value.sets.flatMap(({ name, members }) =>
    members.some(({ entry }) => texts.has(entry)) ? [name] : [],
  );
}

/** The rules that every user-defined network's embedded DNS needs: nothing but questions to it meets them. */
const isEmbeddedDns = (text: string): boolean => text.includes("7f00000b");
