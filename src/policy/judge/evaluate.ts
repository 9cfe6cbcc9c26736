import { formatPort } from "../../lib/endpoint.ts";
import { listWords } from "../../lib/enumerate.ts";
import { hostWord, outsideWord } from "../../model/namespace-id.ts";
import type { Port } from "../../model/queries/services.ts";
import { type AssertedRule, type PortChoice, policyError } from "../policy.ts";
import { nameOf, type Peer, type Selection } from "../select/peers.ts";
import { portsFor } from "../select/ports.ts";
import type { Scene } from "../select/scene.ts";
import { selectContainers, selectOrigins, selectTargets } from "../select/select.ts";
import type { AnswerCache } from "./ask.ts";
import { judgeAllowed, judgeDenied } from "./judge.ts";
import { type Gathering, gather, type RuleResult } from "./result.ts";

export type FlowRule = Exclude<AssertedRule, { readonly kind: "no-findings" }>;

/** The most pairs of who asks and a port that one rule may be about. */
export const mostPairs = 50_000;

/**
 * Looks up the names of a rule about flows, and returns what judges it: so that a wrong name in the last rule is known before
 * the first one is judged. Throws a PolicyError for names that are not there.
 */
export function prepareRule(scene: Scene, asker: AnswerCache, rule: FlowRule): () => RuleResult {
  const gathering = gather(rule);
  const pairs = rule.kind === "isolated" ? isolatedPairs(scene, rule, gathering) : flowPairs(scene, rule, gathering);
  const count = pairs.reduce((sum, { from, ports }) => sum + from.length * ports.length, 0);
  if (count > mostPairs) {
    const most = `more than the ${mostPairs} that one rule may have`;
    const wrong = `${count} pairs of who asks and a port are ${most}: make it narrower, or two`;
    throw policyError(scene.policy.file, rule.line, wrong);
  }
  return () => {
    for (const { target, ports, from: members } of pairs) {
      for (const from of members) judgePorts(scene, asker, rule, from, target, ports, gathering);
    }
    return gathering.result();
  };
}

/** Where containers are isolated, one open port is as bad as all: the first one is said. */
function judgePorts(
  scene: Scene,
  asker: AnswerCache,
  rule: FlowRule,
  from: Peer,
  target: Peer,
  ports: readonly Port[],
  gathering: Gathering,
): void {
  for (const port of ports) {
    if (rule.kind === "allow") judgeAllowed(scene, asker, { from, target, port }, gathering);
    else {
      const isOpen = judgeDenied(scene, asker, { from, target, port }, rule, gathering);
      if (isOpen && rule.kind === "isolated") return;
    }
  }
}

/** Somebody with the ports in question, and all that ask for them. */
interface Pairs {
  readonly target: Peer;
  readonly ports: readonly Port[];
  readonly from: readonly Peer[];
}

function flowPairs(
  scene: Scene,
  rule: Extract<FlowRule, { readonly kind: "allow" | "deny" }>,
  gathering: Gathering,
): readonly Pairs[] {
  const origins = selectOrigins(scene, rule.from);
  const targets = selectTargets(scene, rule.to);
  report(origins, gathering);
  report(targets, gathering);
  return pairsOf(scene, rule, origins.members, targets.members, rule.ports, gathering);
}

/** What is missing of a rule leaves it open; what a pattern leaves out is said. */
function report({ missing, leftOut }: Selection, gathering: Gathering): void {
  for (const { name, why } of missing) gathering.add("unknown", () => alone(`${name}: ${why}`));
  if (leftOut.length > 0) gathering.note(`left out, since not running: ${listWords(leftOut, 8)}`);
}

function pairsOf(
  scene: Scene,
  rule: FlowRule,
  origins: readonly Peer[],
  targets: readonly Peer[],
  choices: readonly PortChoice[],
  gathering: Gathering,
): readonly Pairs[] {
  const wrong = (message: string) => policyError(scene.policy.file, rule.line, message);
  const isOne = targets.every((target) => origins.every((origin) => isSame(origin, target)));
  if (isOne && origins.length > 0 && targets.length > 0)
    throw wrong("nobody asks anybody here: both sides are the same");
  return targets.flatMap((target) => {
    if ((target.kind === "outside" || target.kind === "address") && choices.some(({ port }) => port === "any"))
      throw wrong(`which ports ${nameOf(target)} has is in no capture: name them instead of *`);
    const from = origins.filter((origin) => !isSame(origin, target));
    if (from.length === 0) return [];
    const { ports, assumes, unknown } = portsFor(scene.host, target, choices);
    if (assumes !== null) gathering.assume([assumes]);
    if (rule.kind === "isolated" && !rule.refusedAllowed) {
      // What one port tells of a network's isolation holds for those that nobody is known to listen at.
      if (unknown !== null)
        gathering.assume([
          {
            code: "ports-assumed",
            why: `${formatPort(anyOther)}/tcp stands for all ports of ${nameOf(target)}: ${unknown}`,
          },
        ]);
      return { target, ports: [...ports, anyOther], from };
    }
    if (unknown !== null) gathering.add("unknown", () => alone(unknown));
    else if (ports.length === 0) noPorts(rule, target, gathering);
    return { target, ports, from };
  });
}

/** A problem that shows without any question. */
const alone = (message: string) => ({ message, asked: null, because: [], reasons: [], evidence: [] });

/** A machine outside that asks another is no matter of this host's. */
function isSame(origin: Peer, target: Peer): boolean {
  if (target.kind === "outside") return origin.kind === "uplink" || (origin.kind === "address" && origin.isOutside);
  if (target.kind === "host") return origin.kind === "host";
  return origin.kind === "container" && target.kind === "container" && origin.name === target.name;
}

function noPorts(rule: FlowRule, target: Peer, gathering: Gathering): void {
  const message = `${nameOf(target)} listens at no port`;
  if (rule.kind === "allow") gathering.add("failed", () => alone(message));
  else gathering.note(message);
}

/** The port of the discard service stands for those that nobody is known to listen at. */
const anyOther: Port = { protocol: "tcp", port: 9 };

/** Each set against each other, both ways, at all known ports and one that stands for the others. */
function isolatedPairs(
  scene: Scene,
  rule: Extract<FlowRule, { readonly kind: "isolated" }>,
  gathering: Gathering,
): readonly Pairs[] {
  const sets = rule.sets.map((term) => {
    const { text, line } = term;
    if (text === outsideWord || text === hostWord) {
      const instead = `say deny: ${text} -> …, or deny: … -> ${text}:PORT`;
      throw policyError(scene.policy.file, line, `isolated: is about containers; of ${text} ${instead}`);
    }
    return { text, selection: selectContainers(scene, term) };
  });
  for (const { selection } of sets) report(selection, gathering);
  const choices: readonly PortChoice[] = [{ protocol: null, port: "any" }];
  return sets.flatMap((a, i) =>
    sets.slice(i + 1).flatMap((b) => {
      const isIn = (members: readonly Peer[], one: Peer) => members.some((other) => isSame(one, other));
      const both = a.selection.members.filter((one) => isIn(b.selection.members, one));
      for (const member of both)
        gathering.add("failed", () => alone(`${nameOf(member)} is in ${a.text} and in ${b.text}`));
      const [left, right] = [a, b].map(({ selection }) => selection.members.filter((one) => !isIn(both, one)));
      if (left === undefined || right === undefined || left.length === 0 || right.length === 0) return [];
      return [
        ...pairsOf(scene, rule, left, right, choices, gathering),
        ...pairsOf(scene, rule, right, left, choices, gathering),
      ];
    }),
  );
}
