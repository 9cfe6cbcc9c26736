import { prefixOfRange } from "../firewall/address-range.ts";
import { givenAddress, interfaceAsked, numberAsked, rangeAsked, speaksOf } from "../firewall/asked.ts";
import { type Address, contains, type Prefix, prefixOf, sameAddress } from "../lib/address.ts";
import { unspecified } from "../lib/literals.ts";
import { transportOf } from "../lib/protocol.ts";
import type { Host } from "../model/host.ts";
import { indexNftRuleSet, nftTable } from "./nft-rule-set-index.ts";
import { indexRuleSet, type PresentRule, placeOf } from "./rule-set-index.ts";

/** A rule of the engine's chain for published ports, taken apart. */
export interface DnatRule {
  readonly family: 4 | 6;
  readonly rule: PresentRule;
  readonly protocol: string;
  readonly hostPort: number;
  /** Everything for every address. */
  readonly bound: Prefix;
  /** Whether it is for some packets only: of one interface or some clients, or for addresses that are no prefix. Docker writes no such rule. */
  readonly forSome: boolean;
  readonly target: Address;
  readonly targetPort: number | null;
}

/** The DNAT rules of chain DOCKER and of its counterpart in nftables, in order. */
export function dnatRules(host: Host): readonly DnatRule[] {
  return ([4, 6] as const).flatMap((family) => {
    const books = [indexRuleSet(host, family), indexNftRuleSet(host, family)];
    const places = [placeOf("nat", "DOCKER"), placeOf(nftTable, "nat-prerouting-and-output")];
    return books
      .flatMap((book) => (book.known ? places.flatMap((place) => book.value.chains.get(place)?.rules ?? []) : []))
      .flatMap((rule) => {
        const to = givenAddress(rule, "destination");
        const hostPort = numberAsked(rule, "destination-port");
        if (to === null || hostPort === null || hostPort === 0) return [];
        const range = rangeAsked(rule, "destination");
        const bound = range && prefixOfRange(range, family);
        return [
          {
            family,
            rule,
            protocol: transportOf(numberAsked(rule, "protocol") ?? 6) ?? "tcp",
            hostPort,
            forSome:
              interfaceAsked(rule, "in") !== null ||
              speaksOf(rule, "source") ||
              (bound === null && speaksOf(rule, "destination")),
            bound: bound ?? prefixOf(unspecified[family], 0),
            target: { family, value: to.address },
            targetPort: to.port,
          },
        ];
      });
  });
}

/** The host's side of it, as published ports have it. */
export const publishedBy = ({ bound, hostPort, protocol }: DnatRule) =>
  ({ hostAddress: bound.address, hostPort, protocol }) as const;

/** Who has an address on a bridge network: a container's name, or that of an endpoint of the engine's own. */
export function ownerOf(host: Host, address: Address): { readonly name: string; readonly isContainer: boolean } | null {
  const isIt = (one: Address | undefined | null) => one != null && sameAddress(one, address);
  const container = host.containers.find(
    ({ running, endpoints }) =>
      running !== false && endpoints.some(({ ipv4, ipv6 }) => isIt(ipv4?.address) || isIt(ipv6?.address)),
  );
  if (container !== undefined) return { name: container.name, isContainer: true };
  const special = host.networks
    .flatMap(({ specialEndpoints }) => specialEndpoints)
    .find(({ ipv4, ipv6 }) => isIt(ipv4) || isIt(ipv6));
  return special === undefined ? null : { name: special.name, isContainer: false };
}

/** The bridge network whose subnet an address lies in, when its endpoints are known. */
export const networkOf = (host: Host, address: Address): Host["networks"][number] | null =>
  host.networks.find(
    ({ bridge, inspected, subnets }) =>
      bridge !== null && inspected && subnets.some(({ subnet }) => contains(subnet, address)),
  ) ?? null;
