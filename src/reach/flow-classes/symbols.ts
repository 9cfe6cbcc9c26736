import { stackOf } from "../../dataplane/stack-ref.ts";
import type { Dataplane, Stack, StackRef } from "../../dataplane/types.ts";
import { type Address, bitsOf, lastAddress } from "../../lib/address.ts";
import { indexOf } from "../../model/queries/host-index.ts";

/** A word of the rules or routes that stands for one thing: the owner, and which of his words it is. */
export interface Name {
  /** `c:web` a container's namespace, `n:<id>` a network, `p:80` a port, `a:192.0.2.1` an address of the host. */
  readonly owner: string;
  readonly which: number;
}

/** Looks words up by what they are: an interface's name, an address, a range of addresses, a port. */
export interface Symbols {
  readonly iface: (name: string) => Name | null;
  readonly range: (family: 4 | 6, from: bigint, to: bigint) => Name | null;
  readonly port: (from: number, to: number) => Name | null;
  /** Namespaces that share a word with another: nothing may be concluded from one to the next. */
  readonly ambiguous: ReadonlySet<string>;
}

/** Client ports are of this range (net.ipv4.ip_local_port_range): a rule that asks for one may meet any answer. */
const firstClientPort = 32768;

/** Everything on a host that a rule may name and that is somebody's own. */
export function symbolsOf(dataplane: Dataplane, ports: ReadonlySet<number>): Symbols {
  const { host } = dataplane;
  const ifaces = new Map<string, Name>();
  const ranges = new Map<string, Name>();
  const ambiguous = new Set<string>();
  const put = (map: Map<string, Name>, key: string, word: Name): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, word);
    else if (known.owner !== word.owner) ambiguous.add(known.owner).add(word.owner);
  };
  for (const { id, bridge, subnets } of host.networks) {
    if (bridge === null) continue;
    put(ifaces, bridge, { owner: `n:${id}`, which: 0 });
    for (const [i, { subnet }] of subnets.entries()) {
      const { family, value } = subnet.address;
      const { value: last } = lastAddress(subnet);
      put(ranges, rangeKey(family, value, last), { owner: `n:${id}`, which: 2 * i + 1 });
      // The broadcast address, which the routes of everybody there name.
      if (last !== value) put(ranges, rangeKey(family, last, last), { owner: `n:${id}`, which: 2 * i + 2 });
    }
  }
  for (const stack of dataplane.stacks.values()) putStackNames(stack, (key, word) => put(ranges, key, word));
  for (const pairing of host.pairings)
    if (pairing.kind === "paired")
      put(ifaces, pairing.interface, { owner: ownerOfContainer(dataplane, pairing.container), which: 0 });
  return {
    iface: (name) => ifaces.get(name) ?? null,
    range: (family, from, to) => ranges.get(rangeKey(family, from, to)) ?? null,
    port: (from, to) =>
      from === to && from < firstClientPort && ports.has(from) ? { owner: `p:${from}`, which: 0 } : null,
    ambiguous,
  };
}

/** The owner that an address of the host is. */
export const ownerOfHost = ({ family, value }: Address): string => `a:${value.toString(16)}/${bitsOf(family)}`;

const rangeKey = (family: 4 | 6, from: bigint, to: bigint): string => `${family} ${from} ${to}`;

/** The owner that a container's namespace is. */
export const ownerOfStack = ({ key }: StackRef): string => `c:${key}`;

/** One that no capture lists shares its name with nobody. */
function ownerOfContainer(dataplane: Dataplane, container: string): string {
  const found = indexOf(dataplane.host).containers.get(container);
  const stack = found === undefined ? null : stackOf(dataplane, found);
  return stack === null ? `c:${container}` : ownerOfStack(stack);
}

/** Each address of a namespace but its loopback's. Those of the host are owners of their own. */
function putStackNames(stack: Stack, put: (key: string, word: Name) => void): void {
  let which = 1;
  for (const { isLoopback, addresses } of stack.interfaces.values())
    for (const { address } of addresses) {
      if (isLoopback) continue;
      const { family, value } = address;
      const owner = stack.isHost ? ownerOfHost(address) : ownerOfStack(stack);
      put(rangeKey(family, value, value), { owner, which: which++ });
    }
}
