import { type Uplink, uplinksOf } from "../../dataplane/uplinks.ts";
import { familyOf, formatAddress } from "../../lib/address.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import type { Source } from "../../lib/source.ts";
import type { Host } from "../../model/host.ts";
import { isLoopbackBinding, type Publication } from "../../model/queries/publications.ts";
import type { Answer } from "../../trace/answer.ts";
import type { CheckContext, Skip } from "../check.ts";
import { skipFor } from "../skip.ts";

/**
 * What a check that asks what strangers reach cannot tell: answers rest on the rules that the engine wrote only where iptables
 * shows its chains, or nftables was captured, too. Without that an nftables table nobody captured could decide. And strangers
 * have to come by some interface.
 */
export function untoldAboutStrangers({ host, dataplane }: CheckContext): readonly Skip[] {
  if (!firewallIsKnown(host))
    return [
      skipFor(
        "Docker's rules are not in the captured ones of iptables, and nft-ruleset was not captured",
        "nft-ruleset",
      ),
    ];
  return uplinksOf(dataplane).length > 0
    ? []
    : [skipFor("no default route in ip-route tells by which interface strangers come", "ip-route")];
}

export function firewallIsKnown(host: Host): boolean {
  return host.namespaces[0]?.nftables.known === true || iptablesHoldsDocker(host);
}

/** Whether the host's iptables, of whatever family and back end, has Docker's chain: then the engine writes its rules there. */
export function iptablesHoldsDocker({ namespaces: [own] }: Host): boolean {
  return [own?.iptables, own?.ip6tables].some(
    (rules) =>
      rules?.known === true &&
      rules.value.sets.some(({ tables }) =>
        tables.some(({ name, chains }) => name === "filter" && chains.some((chain) => chain.name === "DOCKER")),
      ),
  );
}

/** The packet got to the container: whether somebody listens there, or its kernel answers that nobody does. */
export function arrivesAt(answer: Answer | null, container: string): answer is Answer {
  if (answer === null || (answer.verdict !== "delivered" && answer.verdict !== "refused")) return false;
  return answer.deliveredTo?.kind === "container" && answer.deliveredTo.names.includes(container);
}

/** The lines of rules, and of the proxy's port, that led a packet where it went: what was decided last comes first. */
export function decidingLines(answer: Answer): readonly Source[] {
  return answer.steps
    .filter(({ kind, sources }) => (kind === "hook" || kind === "proxy") && sources.length > 0)
    .toReversed()
    .flatMap(({ sources }) => sources.slice(0, 2));
}

/** A way by which strangers get to a published port. */
export interface Exposure {
  readonly uplink: Uplink;
  readonly address: string;
  readonly answer: Answer;
}

/** The ways from outside by which a published port's container is really reached, one for each uplink and address. */
export function exposuresOf({ dataplane, ask }: CheckContext, port: Publication): readonly Exposure[] {
  return uplinksOf(dataplane).flatMap((uplink) =>
    targetsOn(uplink, port).flatMap((address) => {
      const answer = ask({ from: uplink.name, to: `${formatEndpoint(address, port.hostPort)}/${port.protocol}` });
      return answer?.verdict === "delivered" && arrivesAt(answer, port.container) ? [{ uplink, address, answer }] : [];
    }),
  );
}

/** The socket of docker-proxy that took a connection; nothing where none did, or sockets were not captured. */
export function proxyLines(
  { host }: CheckContext,
  { answer, address }: Exposure,
  port: Publication,
): readonly Source[] {
  const listeners = host.namespaces[0]?.listeners;
  if (listeners?.known !== true || answer.steps.every(({ kind }) => kind !== "proxy")) return [];
  const family = familyOf(address);
  const socket = listeners.value.find(
    (one) => one.port === port.hostPort && one.protocol === port.protocol && (one.family ?? family) === family,
  );
  return socket?.sources ?? [];
}

/** The first address of each family that a binding covers on an uplink, and all that are bound one by one. */
function targetsOn(uplink: Uplink, { addresses }: Publication): readonly string[] {
  const targets = addresses.flatMap((bound) => {
    if (isLoopbackBinding(bound)) return [];
    if (bound !== "0.0.0.0" && bound !== "::")
      return uplink.addresses.some(({ address }) => formatAddress(address) === bound) ? [bound] : [];
    const family = bound === "::" ? 6 : 4;
    return uplink.addresses
      .filter(({ address }) => address.family === family)
      .slice(0, 1)
      .map(({ address }) => formatAddress(address));
  });
  return [...new Set(targets)];
}
