import { type Uplink, uplinksOf } from "../../dataplane/uplinks.ts";
import { type Address, addressKey } from "../../lib/address.ts";
import type { Source } from "../../lib/source.ts";
import type { Host } from "../../model/host.ts";
import { isLoopbackBinding, type Publication, takes } from "../../model/queries/publications.ts";
import type { Answer } from "../../trace/answer.ts";
import { targetAt } from "../../trace/question.ts";
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
  return host.own.nftables.known || iptablesHoldsDocker(host);
}

/** Whether the host's iptables, of whatever family and back end, has Docker's chain: then the engine writes its rules there. */
export function iptablesHoldsDocker({ own }: Host): boolean {
  return [own.iptables, own.ip6tables].some(
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
  readonly address: Address;
  readonly answer: Answer;
}

/** The ways from outside by which a published port's container is really reached, one for each uplink and address. */
export function exposuresOf({ dataplane, ask }: CheckContext, port: Publication): readonly Exposure[] {
  return uplinksOf(dataplane).flatMap((uplink) =>
    targetsOn(uplink, port).flatMap((address) => {
      const answer = ask({
        from: uplink.name,
        to: targetAt(address, { protocol: port.protocol, port: port.hostPort }),
      });
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
  const listeners = host.own.listeners;
  if (!listeners.known || answer.steps.every(({ kind }) => kind !== "proxy")) return [];
  const { family } = address;
  const socket = listeners.value.find(
    (one) => one.port === port.hostPort && one.protocol === port.protocol && (one.family ?? family) === family,
  );
  return socket?.sources ?? [];
}

/** The first address of each family that a binding covers on an uplink, and all that are bound one by one. */
function targetsOn(uplink: Uplink, { addresses }: Publication): readonly Address[] {
  const own = uplink.addresses.map(({ address }) => address);
  const targets = addresses.flatMap((bound) =>
    isLoopbackBinding(bound) ? [] : (own.find((address) => takes(bound, address)) ?? []),
  );
  return [...new Map(targets.map((address) => [addressKey(address), address])).values()];
}
