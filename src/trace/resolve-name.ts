import { representativeOutside } from "../dataplane/outside-candidates.ts";
import { isLocal, lookupRoute } from "../dataplane/routing.ts";
import { ownAddresses } from "../dataplane/service-addresses.ts";
import { stackOf } from "../dataplane/stack-ref.ts";
import type { Dataplane } from "../dataplane/types.ts";
import { type Address, formatAddress, parseAddress } from "../lib/address.ts";
import { localhost } from "../lib/literals.ts";
import type { Container, Host } from "../model/host.ts";
import { hostWord, outsideWord, ownerIn } from "../model/namespace-id.ts";
import { embeddedAddress } from "../model/queries/embedded-dns.ts";
import { indexOf } from "../model/queries/host-index.ts";
import { listsAllNetworks } from "../model/queries/whole-lists.ts";
import type { Reason } from "../reasons/reason.ts";
import { QuestionError } from "./answer.ts";
import { findContainer, type Origin, some } from "./origin.ts";

/** A name that the asking container cannot resolve, or of which the snapshot does not tell whether it can. */
export interface Unresolved {
  readonly unresolved: string;
  readonly certain: boolean;
}

/** The address that a name stands for, and how. */
export interface Resolved {
  readonly address: Address;
  readonly assumes: readonly Reason[];
}

const standsFor = (why: string): Reason => ({ code: "stands-for", why });

/** A name as its asker sees it: /etc/hosts and the embedded DNS for containers; outside and on the host names are only handy. */
export function resolveName(dataplane: Dataplane, origin: Origin, word: string, text: string): Resolved | Unresolved {
  const { host } = dataplane;
  if (word === hostWord) return hostAddress(dataplane, origin, text);
  if (word === outsideWord) return anyoneOutside(dataplane, origin);
  const name = indexOf(host).containers.has(word) ? word : ownerIn(word);
  const asker = origin.kind === "stack" ? indexOf(host).containers.get(origin.stack.owner ?? "") : undefined;
  if (asker === undefined) return byContainerName(dataplane, name, text);
  const extra = asker.extraHosts.find(
    (entry) => entry.slice(0, Math.max(entry.indexOf(":"), entry.indexOf("="))) === name,
  );
  const fixed = extra === undefined ? null : parseAddress(extra.slice(name.length + 1).replace(/^\[|\]$/g, ""));
  if (fixed !== null)
    return {
      address: fixed,
      assumes: [standsFor(`${name} is ${formatAddress(fixed)} in /etc/hosts of ${asker.name}`)],
    };
  if (asker.name === name || asker.hostname === name) return own(dataplane, asker, name, text);
  return byEmbeddedDns(host, asker, name, text);
}

function own(dataplane: Dataplane, asker: Container, name: string, text: string): Resolved | Unresolved {
  const [first] = asker.endpoints;
  const address = first?.ipv4?.address ?? first?.ipv6?.address;
  return address === undefined ? byContainerName(dataplane, name, text) : { address, assumes: [] };
}

/**
 * Docker's resolver at 127.0.0.11 knows the names and aliases of the containers on the asker's user-defined networks; the
 * default bridge has none (moby, libnetwork/sandbox_dns.go, Sandbox.ResolveName).
 */
function byEmbeddedDns(host: Host, asker: Container, name: string, text: string): Resolved | Unresolved {
  for (const { networkId } of asker.endpoints) {
    const network = indexOf(host).networks.get(networkId);
    const linked = asker.links.some(
      (link) => link.split(":")[1]?.split("/").at(-1) === name || link.split(":")[0] === `/${name}`,
    );
    if (network === undefined || (network.name === "bridge" && !linked)) continue;
    for (const container of host.containers) {
      const endpoint = container.endpoints.find((one) => one.networkId === networkId);
      if (endpoint === undefined) continue;
      const names = [
        container.name,
        ...endpoint.aliases,
        ...endpoint.dnsNames,
        ...(container.id === null ? [] : [container.id.slice(0, 12)]),
        ...(container.composeService === null ? [] : [container.composeService]),
      ];
      const address = endpoint.ipv4?.address ?? endpoint.ipv6?.address;
      if (names.includes(name) && address !== undefined)
        return {
          address,
          assumes: [standsFor(`${name} is ${formatAddress(address)} on ${network.name} for ${asker.name}`)],
        };
    }
  }
  const other = findContainer(host, name);
  if (
    other === null &&
    !host.containers.some(({ endpoints }) => endpoints.some(({ aliases }) => aliases.includes(name)))
  ) {
    throw new QuestionError(
      "to",
      text,
      `"${name}" is no container, alias or address of this snapshot; containers: ${some(host.containers.map((container) => container.name))}`,
    );
  }
  const doubt = whyDoubtful(host, asker, other);
  return doubt === null
    ? { unresolved: `${asker.name} cannot resolve ${name}: ${whyNoName(host, asker, name)}`, certain: true }
    : { unresolved: `whether ${asker.name} can resolve ${name} is not known: ${doubt}`, certain: false };
}

/** Why a name may be known to its asker though no captured network tells it; null where there is no doubt. */
function whyDoubtful(host: Host, asker: Container, other: Container | null): string | null {
  for (const { name, hostname } of other === null ? [asker] : [asker, other]) {
    // A container lists all its networks when it is inspected itself, or when all networks were.
    if (hostname === null && !listsAllNetworks(host))
      return `which networks ${name} is on is in no capture (docker inspect ${name})`;
  }
  const resolver = indexOf(host).namespaces.get(asker.namespace ?? "")?.resolver;
  return isOnDefaultBridgeOnly(host, asker) && resolver?.known === true && resolver.value.kind === "embedded"
    ? `it is listed on the default bridge, which has no embedded DNS, but asks ${formatAddress(embeddedAddress)}`
    : null;
}

function whyNoName(host: Host, asker: Container, name: string): string {
  if (asker.endpoints.length === 0) return `${asker.name} is on no network`;
  return isOnDefaultBridgeOnly(host, asker)
    ? `${asker.name} is on the default bridge, which has no embedded DNS`
    : `${asker.name} and ${name} share no user-defined network`;
}

const isOnDefaultBridgeOnly = (host: Host, { endpoints }: Container): boolean =>
  endpoints.length > 0 && endpoints.every(({ networkId }) => indexOf(host).networks.get(networkId)?.name === "bridge");

/** From the host or from outside a container's name stands for its first address, on the network that the engine prefers. */
function byContainerName(dataplane: Dataplane, name: string, text: string): Resolved {
  const { host } = dataplane;
  const container = findContainer(host, name);
  if (container === null)
    throw new QuestionError(
      "to",
      text,
      `"${name}" is no container or address of this snapshot; containers: ${some(host.containers.map((one) => one.name))}`,
    );
  if (container.namespace === host.own.name) return hostAddress(dataplane, null, text);
  const stack = stackOf(dataplane, container);
  const [preferred] = stack === null ? [] : ownAddresses(host, stack, false);
  if (preferred === undefined)
    throw new QuestionError(
      "to",
      text,
      `container ${name} has no address in this snapshot${container.running === false ? ": it is not running" : "; docker network inspect lists the containers with theirs"}`,
    );
  const { address, network } = preferred;
  const on = network === null ? "" : ` on ${network}`;
  return { address, assumes: [standsFor(`${name} stands for ${formatAddress(address)}${on}`)] };
}

/** `outside`: a machine of which nothing is known, in the family of who asks. */
function anyoneOutside(dataplane: Dataplane, origin: Origin): Resolved {
  const family = origin.kind === "stack" ? origin.source?.family : origin.source(4).family;
  const address = representativeOutside(dataplane, family ?? 4);
  return { address, assumes: [standsFor(`${formatAddress(address)} stands for any machine outside`)] };
}

/** `host`: for itself 127.0.0.1, for a container its default gateway, for others the address of the interface they come by. */
function hostAddress(dataplane: Dataplane, origin: Origin | null, text: string): Resolved {
  const own = dataplane.own;
  const pick = (address: Address | null | undefined): Resolved => {
    if (address == null)
      throw new QuestionError("to", text, "it is not known which address of the host is meant; write the address");
    return { address, assumes: [standsFor(`host stands for ${formatAddress(address)}`)] };
  };
  if (origin === null || (origin.kind === "stack" && origin.stack.isHost)) return pick(localhost[4]);
  if (origin.kind === "outside") {
    const family = origin.source(4).family;
    const addresses = own.interfaces.get(origin.segment.interface)?.addresses ?? [];
    return pick(
      addresses.find(({ address, scope }) => address.family === family && scope !== "link")?.address ??
        addresses[0]?.address,
    );
  }
  const [route] = lookupRoute(origin.stack, {
    destination: { family: 4, value: 0x01010101n },
    source: null,
    incoming: null,
    mark: 0,
  }).results;
  const gateway = route?.kind === "unicast" ? route.gateway : null;
  return pick(gateway !== null && isLocal(own, gateway) ? gateway : null);
}
