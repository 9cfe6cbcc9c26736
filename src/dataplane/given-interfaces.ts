import { type PrefixedAddress, prefixOf, sameAddress } from "../lib/address.ts";
import { literalPrefixedAddress } from "../lib/literals.ts";
import type { InterfaceAddress } from "../model/host.ts";
import type { Attachment } from "../model/queries/attachments.ts";
import type { StackInterface } from "./types.ts";

const derived = { up: true, carrier: true, mac: null, sources: [] };

/** The loopback of every namespace that was not captured inside: the same one, of which there may be thousands. */
export const loopback: StackInterface = {
  ...derived,
  name: "lo",
  isLoopback: true,
  segment: null,
  addresses: ["127.0.0.1/8", "::1/128"].map((text) => given(literalPrefixedAddress(text), "host")),
};

/** A loopback, and an interface for each endpoint with the addresses that the engine gave it. */
export function derivedInterfaces(
  attachments: readonly Attachment[],
  segmentOf: (name: string) => string | null,
): StackInterface[] {
  return [
    loopback,
    ...attachments.map(({ endpoint, interface: name }) => ({
      ...derived,
      name,
      isLoopback: false,
      mac: endpoint.mac,
      segment: segmentOf(name),
      sources: endpoint.sources,
      addresses: [endpoint.ipv4, endpoint.ipv6].flatMap((end) => (end === null ? [] : [given(end, "global")])),
    })),
  ];
}

/** The interfaces that a listing shows, and beside them what the engine gave and the listing, which is not whole, lacks. */
export function withGiven(
  shown: readonly StackInterface[],
  given: readonly StackInterface[],
): readonly StackInterface[] {
  const holds = ({ addresses }: StackInterface, one: StackInterface) =>
    addresses.some((own) => one.addresses.some(({ address }) => sameAddress(own.address, address)));
  const others = given.filter(
    (one) => !shown.some((each) => each.name === one.name) && !shown.some((each) => holds(each, one)),
  );
  const completed = shown.map((each) => {
    const own = given.find((one) => holds(each, one)) ?? given.find((one) => one.name === each.name);
    const lacking = own?.addresses.filter(
      (end) => !each.addresses.some(({ address }) => sameAddress(address, end.address)),
    );
    return lacking === undefined ? each : { ...each, addresses: [...each.addresses, ...lacking] };
  });
  return [...completed, ...others];
}

function given({ address, prefixLength }: PrefixedAddress, scope: string): InterfaceAddress {
  return { address, prefixLength, peer: null, prefix: prefixOf(address, prefixLength), scope, flags: [], sources: [] };
}
