import { type Prefix, parsePrefix } from "../lib/address.ts";
import type { Host } from "../model/host.ts";

/** The addresses of an interface of the host with their subnets. */
export function addressesOf(
  host: Host,
  family: 4 | 6,
  isMeant: (name: string) => boolean,
): readonly { readonly address: string; readonly prefix: Prefix }[] {
  const interfaces = host.namespaces[0]?.interfaces;
  if (interfaces?.known !== true) return [];
  return interfaces.value
    .filter(({ name }) => isMeant(name))
    .flatMap(({ addresses }) => addresses)
    .flatMap(({ family: own, address, prefixLength, scope }) => {
      const prefix = parsePrefix(`${address}/${prefixLength}`);
      return own !== family || scope === "link" || prefix === null ? [] : [{ address, prefix }];
    });
}
