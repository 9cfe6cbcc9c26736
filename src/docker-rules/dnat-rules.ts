import { type Address, contains, parseAddress, sameAddress } from "../lib/address.ts";
import type { Host } from "../model/host.ts";
import { splitTarget } from "./expected-rules.ts";
import { indexNftRuleSet, nftTable } from "./nft-rule-set-index.ts";
import { indexRuleSet, optionOf, type PresentRule, placeOf } from "./rule-set-index.ts";

/** A rule of the engine's chain for published ports, taken apart. */
export interface DnatRule {
  readonly family: 4 | 6;
  readonly rule: PresentRule;
  readonly protocol: string;
  readonly hostPort: number;
  /** `0.0.0.0` and `::` for every address. */
  readonly hostAddress: string;
  /** Whether it is for some clients only: those of one interface, or of some addresses. Docker writes no such rule. */
  readonly forSome: boolean;
  readonly target: string;
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
        const to = optionOf(rule, "--to-destination");
        const hostPort = Number(optionOf(rule, "--dport") ?? "");
        if (to === null || !Number.isInteger(hostPort) || hostPort === 0) return [];
        const { address, port } = splitTarget(to);
        const bound = optionOf(rule, "-d")?.replace(/\/(32|128)$/, "");
        return [
          {
            family,
            rule,
            protocol: optionOf(rule, "-p") ?? "tcp",
            hostPort,
            forSome: rule.options.some(({ name, negated }) => (name === "-i" && !negated) || name === "-s"),
            hostAddress: bound ?? (family === 4 ? "0.0.0.0" : "::"),
            target: address,
            targetPort: port,
          },
        ];
      });
  });
}

/** Who has an address on a bridge network: a container's name, or that of an endpoint of the engine's own. */
export function ownerOf(host: Host, text: string): { readonly name: string; readonly isContainer: boolean } | null {
  const address = parseAddress(text);
  const isIt = (one: Address | undefined | null) => one != null && address !== null && sameAddress(one, address);
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
export function networkOf(host: Host, address: string): Host["networks"][number] | null {
  const parsed: Address | null = parseAddress(address);
  if (parsed === null) return null;
  return (
    host.networks.find(
      ({ bridge, inspected, subnets }) =>
        bridge !== null && inspected && subnets.some(({ subnet }) => contains(subnet, parsed)),
    ) ?? null
  );
}
