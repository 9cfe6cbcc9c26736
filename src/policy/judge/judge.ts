import { outsideCandidates } from "../../dataplane/outside-candidates.ts";
import type { ServiceAddress } from "../../dataplane/service-addresses.ts";
import { addressKey, formatAddress, sameAddress } from "../../lib/address.ts";
import { formatEndpoint, formatPort } from "../../lib/endpoint.ts";
import { enumerate } from "../../lib/enumerate.ts";
import type { Port } from "../../model/queries/services.ts";
import { say } from "../../reasons/reason.ts";
import type { Exceptions } from "../policy.ts";
import { type Asking, askingAs, nameOf, type Peer } from "../select/peers.ts";
import type { Scene } from "../select/scene.ts";
import { type AnswerCache, type ArrivedAt, arrivalOf, type KeptAnswer } from "./ask.ts";
import { decidingLines } from "./evidence.ts";
import type { Gathering, Problem } from "./result.ts";
import { allWays, isUsed, placeOf } from "./ways-used.ts";

/** A port of somebody, and who asks for it. */
export interface AskedPair {
  readonly from: Peer;
  readonly target: Peer;
  readonly port: Port;
}

interface Asked {
  readonly by: Asking;
  readonly way: ServiceAddress;
  readonly port: Port;
  readonly outcome: KeptAnswer;
  readonly arrival: ArrivedAt;
}

/**
 * Says whether somebody gets there. Nobody may: by no way, in neither family, from outside neither as a stranger nor as a neighbour on the link. Who
 * gets to the kernel of the target was let through, even if nobody listens there now, unless the rule lets that pass.
 */
export function judgeDenied(
  scene: Scene,
  asker: AnswerCache,
  pair: AskedPair,
  { refusedAllowed, publishedAllowed }: Exceptions,
  gathering: Gathering,
): boolean {
  const asked: Asked[] = [];
  const open = new Set<string>();
  for (const way of waysOf(scene, pair)) {
    // Another address of the host that leads to the same published port would tell nothing new.
    const kind =
      way.kind === "published"
        ? `${addressKey(way.binding.hostAddress)} ${way.hostPort}`
        : `${way.network} ${way.address.family}`;
    if (open.has(kind) || (publishedAllowed && way.kind === "published")) continue;
    const found = askBy(scene, asker, pair, way, true);
    asked.push(...found);
    if (found.some(({ arrival }) => arrival === "connected")) open.add(kind);
  }
  const there = asked.filter(
    ({ arrival }) => arrival === "connected" || arrival === "arrived" || (arrival === "refused" && !refusedAllowed),
  );
  const unclear = asked.find(({ arrival }) => arrival === "unknown");
  for (const { outcome } of asked) gathering.assume(outcome.assumes);
  if (there.length > 0) gathering.add("failed", () => problemOf(asker, reachedSentence(pair, there), there[0]));
  else if (unclear !== undefined)
    gathering.add("unknown", () => problemOf(asker, unknownSentence(pair, unclear), unclear));
  return there.length > 0;
}

/** Everybody gets there, and is answered, by at least one of the ways that people use. */
export function judgeAllowed(scene: Scene, asker: AnswerCache, pair: AskedPair, gathering: Gathering): void {
  const { dataplane } = scene;
  const all = waysOf(scene, pair);
  const used = all.filter((way) => isUsed(dataplane, pair.from, pair.target, way));
  const asked: Asked[] = [];
  for (const one of used.flatMap((way) => askBy(scene, asker, pair, way, false))) {
    asked.push(one);
    if (one.arrival !== "connected") continue;
    gathering.assume(one.outcome.assumes);
    return;
  }
  const open = asked.find(({ arrival }) => arrival === "unknown");
  if (open !== undefined) gathering.add("unknown", () => problemOf(asker, unknownSentence(pair, open), open));
  else if (asked[0] === undefined) gathering.add("failed", () => problemOf(asker, noWaySentence(pair, all), undefined));
  else {
    for (const { outcome } of asked) gathering.assume(outcome.assumes);
    gathering.add("failed", () => problemOf(asker, unreachedSentence(pair, asked), asked[0]));
  }
}

const waysOf = ({ dataplane }: Scene, { from, target, port }: AskedPair): readonly ServiceAddress[] =>
  allWays(dataplane, from, target, port);

function askBy(
  scene: Scene,
  asker: AnswerCache,
  { from, target, port }: AskedPair,
  way: ServiceAddress,
  each: boolean,
): readonly Asked[] {
  return askingAs(scene, from, way.address.family, each).map((by) => {
    const outcome = asker.ask(by, way, port);
    return { by, way, port, outcome, arrival: arrivalOf(outcome, target, port.protocol) };
  });
}

function problemOf(asker: AnswerCache, message: string, shown: Asked | undefined): Omit<Problem, "kind"> {
  if (shown === undefined) return { message, asked: null, because: [], reasons: [], evidence: [] };
  const { from, to, because } = shown.outcome;
  // That nobody listens is what the message says already.
  const reasons = shown.arrival === "refused" ? [] : because;
  return {
    message,
    asked: { from, to },
    because: reasons.map(say),
    reasons,
    evidence: decidingLines(asker.answer(shown.by, shown.way, shown.port)),
  };
}

export const portOf = (target: Peer, port: Port): string => formatEndpoint(nameOf(target), formatPort(port));

function reachedSentence({ from, target, port }: AskedPair, there: readonly Asked[]): string {
  const best =
    there.find(({ arrival }) => arrival === "connected") ??
    there.find(({ arrival }) => arrival === "arrived") ??
    there[0];
  const alike = there.filter(({ arrival }) => arrival === best?.arrival);
  const places = [...new Set(alike.map(({ way }) => placeOf(way)))];
  const at = `${target.kind === "address" ? "" : ` at ${listed(places)}`}${whoAsked(from, alike)}`;
  const whom = portOf(target, port);
  if (best?.arrival === "refused")
    return `${nameOf(from)} gets to ${whom}${at}: nobody listens there now, and nothing keeps it away`;
  if (best?.arrival === "arrived")
    return `datagrams of ${nameOf(from)} get to ${whom}${at}, though no answer comes back`;
  return `${nameOf(from)} reaches ${whom}${at}`;
}

/** Of a machine outside: which one it was, if strangers from afar do not get there. */
function whoAsked(from: Peer, there: readonly Asked[]): string {
  const [first] = there;
  const by = first?.by.origin;
  if (from.kind !== "uplink" || first === undefined || by?.kind !== "outside") return "";
  const { family } = first.way.address;
  const source = by.source(family);
  const isFar = outsideCandidates[family].some((one) => sameAddress(one, source));
  return isFar ? "" : `, as a neighbour on the link such as ${formatAddress(source)}`;
}

const listed = (places: readonly string[]): string => enumerate(places, 3);

function unknownSentence({ from, target, port }: AskedPair, open: Asked | undefined): string {
  const at = open === undefined || target.kind === "address" ? "" : ` at ${placeOf(open.way)}`;
  return `whether ${nameOf(from)} reaches ${portOf(target, port)}${at} is not known`;
}

function unreachedSentence({ from, target, port }: AskedPair, asked: readonly Asked[]): string {
  const [first] = asked;
  const isSaid = first === undefined || target.kind === "address";
  const places = isSaid ? "" : ` at ${listed([...new Set(asked.map(({ way }) => placeOf(way)))])}`;
  return `${nameOf(from)} does not reach ${portOf(target, port)}${places}${first === undefined ? "" : whyNot(first)}`;
}

/** Where somebody else takes it the answer itself says no more. */
function whyNot({ arrival, outcome: { receiver, because } }: Asked): string {
  if (arrival !== "elsewhere" || because.length > 0 || receiver === null) return "";
  return `: ${receiver.name} at ${receiver.address} takes it instead`;
}

function noWaySentence({ from, target, port }: AskedPair, all: readonly ServiceAddress[]): string {
  const name = nameOf(target);
  if (all.length === 0)
    return `${nameOf(from)} cannot ask for ${portOf(target, port)}: ${name} has no address on any network`;
  const bound = all.flatMap((way) => (way.kind === "published" ? [formatAddress(way.address)] : []));
  const only = bound.length === 0 ? "is not published" : `is published on ${listed(bound)} only`;
  return `${nameOf(from)} has no way to ${portOf(target, port)}: it ${only}`;
}
