import { byNaturalName } from "../../lib/order.ts";
import { mergeSources, type Source } from "../../lib/source.ts";
import type { Bridge, Contradiction, Interface, Network } from "../host.ts";
import { isNamedByDocker, isNamedById } from "../queries/docker-names.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";

interface Draft {
  bridgeId: string | null;
  stp: boolean | null;
  /** By the capture that lists them; null where no such capture shows this bridge. */
  brctlPorts: readonly string[] | null;
  masterPorts: string[];
  sources: readonly Source[];
}

/** The bridges of the host: from brctl, from the interfaces and their masters, and those that Docker's networks should have. */
export function buildBridges(
  captured: Captured,
  interfaces: readonly Interface[],
  networks: readonly Network[],
  contradictions: Contradiction[],
): readonly Bridge[] {
  const drafts = new Map<string, Draft>();
  const draft = (name: string): Draft => {
    const found = drafts.get(name) ?? { bridgeId: null, stp: null, brctlPorts: null, masterPorts: [], sources: [] };
    drafts.set(name, found);
    return found;
  };
  for (const listing of captured.all("brctl-show", null)) {
    for (const bridge of listing.data) {
      const at = draft(bridge.name);
      at.bridgeId = bridge.id ?? at.bridgeId;
      at.stp = bridge.stp ?? at.stp;
      at.brctlPorts = [...(at.brctlPorts ?? []), ...bridge.ports.map(({ name }) => name)];
      at.sources = mergeSources(at.sources, [sourceOf(listing, bridge)]);
    }
  }
  const byName = new Map(interfaces.map((each) => [each.name, each]));
  const listings = [...captured.all("ip-addr", null), ...captured.all("ip-link", null)];
  const allListed = captured.all("brctl-show", null).length > 0 || listings.some(({ capture }) => !capture.truncated);
  for (const each of interfaces) {
    if (isBridge(each)) draft(each.name);
    if (each.master !== null && mayBeBridge(byName.get(each.master))) draft(each.master).masterPorts.push(each.name);
  }
  for (const { bridge, sources } of networks) {
    if (bridge === null) continue;
    const at = draft(bridge);
    if (byName.has(bridge) || at.sources.length > 0) continue;
    at.sources = sources;
    if (!allListed) continue;
    contradictions.push({
      subject: bridge,
      message: "the bridge of a network is in no capture of bridges or interfaces",
      sources,
    });
  }
  const networkOf = new Map(networks.toReversed().map((network) => [network.bridge, network]));
  const noNetworks = networks.length === 0;
  return [...drafts]
    .map(([name, each]) => finish(name, each, byName.get(name), networkOf.get(name), noNetworks, contradictions))
    .sort((a, b) => byNaturalName(a.name, b.name));
}

/** By its kind, which only `-d` prints, else by its name: a bridge without ports is nobody's master. */
function isBridge({ kind, name }: Interface): boolean {
  return kind === null ? isNamedByDocker(name) : kind === "bridge";
}

/** Bonds, teams and VRFs have masters' flags of their own; without `-d` a master that shows neither is taken for a bridge. */
function mayBeBridge(master: Interface | undefined): boolean {
  if (master === undefined) return true;
  if (master.kind !== null) return master.kind === "bridge";
  return !master.flags.includes("MASTER");
}

function finish(
  name: string,
  draft: Draft,
  own: Interface | undefined,
  network: Network | undefined,
  noNetworks: boolean,
  contradictions: Contradiction[],
): Bridge {
  const sources = mergeSources(draft.sources, own?.sources ?? []);
  const ports = [...new Set([...(draft.brctlPorts ?? []), ...draft.masterPorts])].sort(byNaturalName);
  if (draft.brctlPorts !== null && own !== undefined) {
    const [brctlPorts, masterPorts] = [new Set(draft.brctlPorts), new Set(draft.masterPorts)];
    for (const port of ports) {
      const [inBrctl, inInterfaces] = [brctlPorts.has(port), masterPorts.has(port)];
      if (inBrctl && inInterfaces) continue;
      contradictions.push({
        subject: name,
        message: `${port} is its port ${inBrctl ? "in brctl show, but not in ip a" : "in ip a, but not in brctl show"}`,
        sources,
      });
    }
  }
  // A bridge that never had a port has no address in its id yet.
  const fromId = draft.bridgeId?.split(".")[1]?.replace(/^0+$/, "") || undefined;
  if (fromId !== undefined && own?.mac != null && fromId !== own.mac.replaceAll(":", "")) {
    contradictions.push({
      subject: name,
      message: `its bridge id ${draft.bridgeId} does not hold its MAC address ${own.mac}`,
      sources,
    });
  }
  const stpState = own?.details["stp_state"];
  return {
    name,
    networkId: network?.id ?? null,
    owner: network === undefined ? ownerByName(name, noNetworks) : "docker",
    bridgeId: draft.bridgeId,
    stp: draft.stp ?? (stpState === undefined ? null : stpState !== "0"),
    up: own?.up ?? null,
    vlanFiltering: own?.details["vlan_filtering"] === undefined ? null : own.details["vlan_filtering"] !== "0",
    ports,
    sources,
  };
}

/** Without any list of networks, a bridge with a Docker name is taken for one of Docker's; docker0 always is. */
function ownerByName(name: string, noNetworks: boolean): Bridge["owner"] {
  if (!isNamedByDocker(name)) return "foreign";
  return noNetworks || !isNamedById(name) ? "docker" : "leftover";
}
