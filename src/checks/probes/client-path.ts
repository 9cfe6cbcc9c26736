import { uplinkNames } from "../../dataplane/uplinks.ts";
import { addressesOf } from "../../docker-rules/own-addresses.ts";
import { isDockerChain } from "../../docker-rules/rule-set-index.ts";
import { sameAddress } from "../../lib/address.ts";
import { isUnspecified } from "../../lib/address-class.ts";
import { formatSource, type Source } from "../../lib/source.ts";
import type { Host, PublishedPort } from "../../model/host.ts";
import { hostWord } from "../../model/namespace-id.ts";
import { isLoopbackBinding } from "../../model/queries/publications.ts";
import { sayAll } from "../../reasons/reason.ts";
import { type Answer, isOpen, isReceivedBy } from "../../trace/answer.ts";
import { isOnHost, type Step } from "../../trace/packet-state.ts";
import { targetAt } from "../../trace/question.ts";
import type { CheckContext } from "../check.ts";

/** The way of a client: by the uplink to the address that the port is bound to, or from the host itself for a loopback one. */
export function askFromOutside(
  { host, dataplane, ask }: CheckContext,
  { hostAddress, hostPort, protocol }: PublishedPort,
): Answer | null {
  const { family } = hostAddress;
  const [uplink] = uplinkNames(dataplane, family);
  if (uplink === undefined) return null;
  const [onUplink] = addressesOf(host, family, (name) => name === uplink);
  const isLoopback = isLoopbackBinding(hostAddress);
  const isAny = isUnspecified(hostAddress);
  const address = isAny ? onUplink?.address : hostAddress;
  const isOwn = () => addressesOf(host, family, () => true).some((own) => sameAddress(own.address, hostAddress));
  if (address === undefined || (!isAny && !isLoopback && !isOwn())) return null;
  return ask({ from: isLoopback ? hostWord : uplink, to: targetAt(address, { protocol, port: hostPort }) });
}

/** The steps of the way that failed: there, or back. */
export const failedSteps = ({ reply, steps }: Answer): readonly Step[] =>
  reply !== null && reply.verdict !== "delivered" ? reply.steps : steps;

/** Why a client does not get to the container that publishes the port, when the host or Docker is to blame; null otherwise. */
export function whyUnserved(answer: Answer, port: PublishedPort, early: ReadonlySet<string>): string | null {
  const because = sayAll(answer.because);
  if (answer.verdict !== "delivered") return isHostToBlame(answer, early) ? because : null;
  const receiver = answer.deliveredTo;
  if (receiver === null || isReceivedBy(receiver, port.container)) return null;
  if (receiver.kind === "host") {
    if (because === "") return "the host takes the connection, and nothing passes it on";
    return answer.steps.slice(-1).some(isOnHost) ? because : null;
  }
  return `the connection ends at ${receiver.name} instead`;
}

/**
 * Whether not the container is to blame, which does not listen or has a firewall of its own, and not rules of the user's, who
 * may have meant it, unless they are a finding (`early`).
 */
function isHostToBlame(answer: Answer, early: ReadonlySet<string>): boolean {
  if (isOpen(answer.verdict)) return false;
  const steps = failedSteps(answer);
  if (!steps.slice(-1).some(isOnHost)) return false;
  const hook = steps.findLast((step) => step.hook !== undefined)?.hook;
  if (hook === undefined || (hook.verdict !== "drop" && hook.verdict !== "reject")) return true;
  const decided = hook.rules.findLast(({ effect }) => effect === "decided");
  if (decided === undefined) return hook.hook === "forward";
  return isDockerChain(decided.chain) || hook.table === "raw" || early.has(formatSource(decided.rule.source));
}

/** The lines that show the kernel settings at which a way ended. */
export function settingsOn(host: Host, steps: readonly Step[]): readonly Source[] {
  const sysctls = host.own.sysctls;
  if (!sysctls.known) return [];
  return steps.flatMap(({ setting }) => (setting === undefined ? [] : (sysctls.value[setting]?.sources ?? [])));
}
