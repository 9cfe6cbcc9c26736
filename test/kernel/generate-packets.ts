import type { Random } from "../support/random.ts";
import { destinationPorts, firstSourcePort } from "./generate-matches.ts";
import { bare, links, type Machine, machines, routerAddresses } from "./topology.ts";
import type { Wire } from "./wire.ts";

/** A packet, and who sends it. */
export interface Sent {
  readonly machine: Machine;
  /** The user that owns the sending socket: 0 or 1000. */
  readonly uid: number;
  readonly wire: Wire;
}

/** The addresses of a machine. */
export function addressesOf(machine: Machine, family: 4 | 6): readonly string[] {
  const all =
    machine === "router"
      ? Object.values(routerAddresses).flat()
      : (links.find((link) => link.machine === machine)?.addresses ?? []);
  return all.map(bare).filter((address) => address.includes(":") === (family === 6));
}

/** Flags that packets have, from handshakes to nonsense. */
const flags: readonly (readonly [number, number])[] = [
  [12, 0x02],
  [2, 0x10],
  [1, 0x18],
  [1, 0x12],
  [1, 0x11],
  [1, 0x04],
  [0.5, 0x00],
  [0.5, 0x03],
  [0.5, 0xc2],
];

/** Packets of as many connections: no two share their addresses, protocol and ports. `firstId` tells them from others. */
export function generatePackets(r: Random, count: number, firstId: number): readonly Sent[] {
  const sent: Sent[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const one = generatePacket(r, firstId + i, i);
    const { wire } = one;
    const hasKeys = wire.sourcePort !== 0;
    // NAT could make one connection of any two packets that have no ports.
    const key = hasKeys ? `${i}` : `IPv${wire.family} protocol ${wire.protocol}`;
    if (seen.has(key)) continue;
    seen.add(key);
    sent.push(one);
  }
  return sent;
}

function generatePacket(r: Random, id: number, i: number): Sent {
  const family = r.chance(0.6) ? 4 : 6;
  const machine = r.weighted<Machine>([
    [5, "client"],
    [2, "server"],
    [2, "left"],
    [2, "right"],
    [3, "router"],
  ]);
  const to = r.pick(machines.filter((other) => other !== machine || machine === "router"));
  const protocol = r.weighted([
    [6, 6],
    [6, 17],
    [2, family === 4 ? 1 : 58],
    [0.8, 132],
    [0.5, 136],
    [0.3, 47],
    [0.3, 99],
  ]);
  const isIcmp = protocol === 1 || protocol === 58;
  const hasPorts = [6, 17, 132, 136].includes(protocol);
  // Half of them are what a question of a person's would be about.
  const isPlain = r.chance(0.5);
  const flag = protocol !== 6 ? 0 : isPlain ? 0x02 : r.weighted(flags);
  return {
    machine,
    uid: machine === "router" && r.chance(0.5) ? 1000 : 0,
    wire: {
      family,
      source: r.pick(addressesOf(machine, family)),
      destination: r.pick(addressesOf(to, family)),
      protocol,
      // Unique, so that no two packets can meet in one connection; also ICMP's id.
      sourcePort: hasPorts || isIcmp ? firstSourcePort + i : 0,
      destinationPort: hasPorts ? r.pick(destinationPorts) : 0,
      type: isIcmp
        ? family === 4
          ? r.weighted([
              [6, 8],
              [1, 0],
              [1, 13],
            ])
          : r.weighted([
              [6, 128],
              [1, 129],
            ])
        : 0,
      code: 0,
      flags: flag,
      tos: isPlain ? 0 : r.pick([0, 0x10, 0x08, 0xb8, 0x02]),
      ttl: isPlain ? 64 : r.pick([64, 5, 2, 1]),
      id,
      acknowledges: flag & 0x10 ? id : 0,
      extra: protocol === 17 || isIcmp ? r.pick([0, 8, 20, 100]) : 0,
    },
  };
}
