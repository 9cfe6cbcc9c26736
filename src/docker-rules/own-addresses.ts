import type { Host, InterfaceAddress } from "../model/host.ts";

/** The addresses of an interface of the host with their subnets. */
export function addressesOf(
  host: Host,
  family: 4 | 6,
  isMeant: (name: string) => boolean,
): readonly InterfaceAddress[] {
  const interfaces = host.own.interfaces;
  if (!interfaces.known) return [];
  return interfaces.value
    .filter(({ name }) => isMeant(name))
    .flatMap(({ addresses }) => addresses)
    .filter(({ address, scope }) => address.family === family && scope !== "link");
}
