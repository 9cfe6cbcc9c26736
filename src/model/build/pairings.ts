import { byNaturalName } from "../../lib/order.ts";
import { mergeSources } from "../../lib/source.ts";
import type { Bridge, Container, Interface, Namespace, Network, Pairing } from "../host.ts";
import { isDockerVeth } from "../queries/docker-names.ts";
import type { Captured } from "./captured.ts";
import { pairBothEnds } from "./pairing/both-ends.ts";
import { pairByElimination } from "./pairing/elimination.ts";
import { pairByForwarding } from "./pairing/learned.ts";
import { buildSlots, type FoundPairing, type PairingSlot } from "./pairing/slots.ts";

/** What pairings are made from. */
export interface PairingInput {
  readonly host: Namespace;
  readonly sandboxes: readonly Namespace[];
  readonly bridges: readonly Bridge[];
  readonly containers: readonly Container[];
  readonly networks: readonly Network[];
}

/**
 * Finds the container behind each of the host's veths, by the methods of `PairingMethod` in falling order of certainty.
 * Never guesses: a veth that fits several containers keeps all of them as candidates.
 */
export function buildPairings(captured: Captured, parts: PairingInput): readonly Pairing[] {
  const { host, sandboxes, bridges, containers, networks } = parts;
  const interfaces = host.interfaces.known ? host.interfaces.value : [];
  const networkBridges = new Set(networks.flatMap(({ bridge }) => (bridge === null ? [] : [bridge])));
  const portOf = new Map(bridges.flatMap(({ name, ports }) => ports.map((port) => [port, name])));
  // Old versions of ip print no master, and brctl knows it then.
  const bridgeOf = ({ name, master }: Interface) => master ?? portOf.get(name) ?? null;
  const slots = buildSlots(containers, networks);
  const found = new Map<string, FoundPairing>();
  pairBothEnds(interfaces, sandboxes, slots, found);
  const veths = interfaces.filter(
    (each) => found.has(each.name) || isContainerSide(each, bridgeOf(each), networkBridges),
  );
  pairByForwarding(captured, veths, bridgeOf, slots, found);
  const left = pairByElimination(veths, bridgeOf, slots, found);

  const describe = describeCandidates();
  return veths
    .map((veth) => toPairing(veth, found.get(veth.name), left.get(veth.name) ?? [], describe))
    .sort((a, b) => byNaturalName(a.interface, b.interface));
}

/**
 * Whether an interface is one end of a link into a container: a veth on a Docker bridge, or one with a name of Docker's. An
 * uplink can be a veth too, in a nested host; it is on no such bridge.
 */
function isContainerSide(
  { name, kind, peer }: Interface,
  bridge: string | null,
  ofNetworks: ReadonlySet<string>,
): boolean {
  if (peer?.kind === "name" || (kind !== null && kind !== "veth")) return false;
  return isDockerVeth(name) || (bridge !== null && ofNetworks.has(bridge) && peer !== null);
}

function toPairing(
  veth: Interface,
  found: FoundPairing | undefined,
  left: readonly PairingSlot[],
  describe: (left: readonly PairingSlot[]) => readonly string[],
): Pairing {
  const open = { interface: veth.name, sources: veth.sources };
  if (found !== undefined) {
    const { container, slot, inside, method, certainty, reason, sources } = found;
    const networkId = slot?.networkId ?? null;
    return { kind: "paired", interface: veth.name, container, inside, networkId, method, certainty, reason, sources };
  }
  const containers = describe(left);
  if (containers.length > mostCandidates) {
    const reason = `${containers.length} containers fit equally well: the captures do not tell them apart`;
    return { ...open, kind: "unknown", reason };
  }
  if (containers.length > 0) {
    const reason =
      containers.length > 1
        ? "these containers fit equally well: the captures do not tell them apart"
        : "this container fits, but so it does other veths: the captures do not tell them apart";
    return {
      ...open,
      kind: "candidates",
      containers,
      reason,
      sources: mergeSources(
        veth.sources,
        left.flatMap(({ sources }) => sources),
      ),
    };
  }
  const reason = isDockerVeth(veth.name)
    ? "no container that was captured fits it"
    : "Docker does not name its veths so, and nothing else tells what is behind it";
  return { ...open, kind: "unknown", reason };
}

/** A longer list of candidates says no more than its length; listing it for each of thousands of veths would not end. */
const mostCandidates = 50;

/** The containers of places, in order; veths that share a list of places share the work. */
function describeCandidates(): (left: readonly PairingSlot[]) => readonly string[] {
  const known = new Map<readonly PairingSlot[], readonly string[]>();
  return (left) => {
    const before = known.get(left);
    if (before !== undefined) return before;
    const containers = [...new Set(left.map(({ container }) => container))].sort(byNaturalName);
    known.set(left, containers);
    return containers;
  };
}
