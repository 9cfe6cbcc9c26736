import type { Host } from "../model/host.ts";
import { type BridgeNetwork, bridgeNetworks } from "./bridge-networks.ts";
import { usesNftables } from "./layout.ts";
import { covers } from "./masquerades.ts";
import {
  indexRuleSet,
  isDockerChain,
  nftTableOfDocker,
  type PresentRule,
  type RuleSetIndex,
} from "./rule-set-index.ts";

/** A host whose IPv4 rules hold no chain of Docker's at all, though networks need some. */
export interface AbsentFirewall {
  readonly book: RuleSetIndex;
  readonly networks: readonly BridgeNetwork[];
  /** Source NAT of somebody else's for one of the networks: what people write who told Docker to leave the firewall alone. */
  readonly ownNat: readonly PresentRule[];
}

/** Null where any chain of Docker's is left, in iptables or nftables, and where its bridges are not on this host. */
export function findAbsentFirewall(host: Host): AbsentFirewall | null {
  const book = indexRuleSet(host, 4);
  const networks = bridgeNetworks(host, 4);
  if (!book.known || networks.length === 0 || host.engine.rootless === true) return null;
  if (usesNftables(host.engine) || hasNftTable(host) || !hasBridges(host, networks)) return null;
  if ([...book.value.chains.values()].some(({ name }) => isDockerChain(name))) return null;
  if (nftTableOfDocker(host, 4) !== null) return null;
  const external = networks.filter(({ internal }) => !internal);
  const ownNat = external.flatMap((network) => covers(book.value, network));
  return { book: book.value, networks, ownNat };
}

const hasNftTable = (host: Host): boolean =>
  host.own.nftables.known && host.own.nftables.value.ruleset.tables.some(({ name }) => name === "docker-bridges");

/** Rootless, Docker Desktop and remote engines keep their bridges, and their rules, in another namespace. */
function hasBridges(host: Host, networks: readonly BridgeNetwork[]): boolean {
  const interfaces = host.own.interfaces;
  if (!interfaces.known) return true;
  const names = new Set(interfaces.value.map(({ name }) => name));
  return networks.some(({ bridge }) => names.has(bridge));
}
