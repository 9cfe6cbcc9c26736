import { hostAddresses } from "../../dataplane/service-addresses.ts";
import { type Address, formatAddress } from "../../lib/address.ts";
import type { Network } from "../../model/host.ts";
import type { Matching } from "../match/match.ts";
import { oneSided } from "./peer-pairs.ts";
import type { Both, HostSide } from "./side.ts";

/** One of the host's addresses, which may be another one on each side. */
export interface HostPlace {
  readonly key: string;
  readonly interface: Both<string>;
  readonly address: Both<Address>;
}

/** The host's addresses: a network's gateway is the same one whatever its bridge is called; else interface and address say it. */
export function hostPlaces(before: HostSide, after: HostSide, { networks }: Matching): readonly HostPlace[] {
  const found = new Map<string, HostPlace>();
  const nameOfBridge = (side: "before" | "after") =>
    new Map(
      [...networks.pairs, ...oneSided(networks.removed, networks.added)].flatMap((pair: Both<Network>) => {
        const bridge = pair[side]?.bridge ?? null;
        return bridge === null
          ? []
          : [[bridge, `network ${pair.before?.name ?? ""}/${pair.after?.name ?? ""}`] as const];
      }),
    );
  for (const [side, { dataplane }] of [["before", before] as const, ["after", after] as const]) {
    const bridges = nameOfBridge(side);
    const counts = new Map<string, number>();
    for (const { interface: name, address } of hostAddresses(dataplane)) {
      const text = formatAddress(address);
      const network = bridges.get(name);
      const base = network === undefined ? `${name} ${text}` : `${network} ${address.family}`;
      const count = counts.get(base) ?? 0;
      counts.set(base, count + 1);
      const key = count === 0 ? base : `${base} ${text}`;
      const known = found.get(key) ?? {
        key,
        interface: { before: null, after: null },
        address: { before: null, after: null },
      };
      found.set(key, {
        key,
        interface: { ...known.interface, [side]: name },
        address: { ...known.address, [side]: address },
      });
    }
  }
  return [...found.values()];
}
