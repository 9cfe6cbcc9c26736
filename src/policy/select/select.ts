import type { Dataplane } from "../../dataplane/types.ts";
import { uplinksOf } from "../../dataplane/uplinks.ts";
import { type Address, parseAddress } from "../../lib/address.ts";
import { isGlob, matchesGlob } from "../../lib/glob.ts";
import { nearest } from "../../lib/nearest.ts";
import type { Container } from "../../model/host.ts";
import { hostWord, namespaceNameOf, outsideWord } from "../../model/namespace-id.ts";
import { QuestionError } from "../../trace/answer.ts";
import { parseOrigin } from "../../trace/origin.ts";
import { policyError, type SetDefinition, type Term } from "../policy.ts";
import { containersOfGroup } from "./groups.ts";
import { nameOf, originOf, type Peer, type Selection } from "./peers.ts";
import { type Scene, some } from "./scene.ts";

/** Who asks: containers, sets, `host`, `outside`, an interface, an address. Throws a PolicyError for what is not there. */
export function selectOrigins(scene: Scene, terms: readonly Term[]): Selection {
  return merge(terms.map((term) => selectOrigin(scene, term)));
}

function selectOrigin(scene: Scene, term: Term): Selection {
  const { host, dataplane } = scene;
  const { text } = term;
  if (text === outsideWord) {
    const uplinks = uplinksOf(dataplane);
    const why =
      "by which interface strangers come is in no capture: ip route was not captured, or has no default route";
    if (uplinks.length === 0) return { ...nobody, missing: [{ name: text, why }] };
    return { ...nobody, members: uplinks.map(({ name }) => ({ kind: "uplink", name })) };
  }
  if (text === hostWord) return { ...nobody, members: [{ kind: "host" }] };
  const address = parseAddress(text.split("@")[0] ?? "");
  if (address !== null) return { ...nobody, members: [addressOrigin(scene, term, address)] };
  const isNamed = scene.policy.sets.has(text) || host.containers.some(({ name }) => name === text);
  if (!isNamed && interfacesOf(dataplane).includes(text))
    return { ...nobody, members: [{ kind: "uplink", name: text }] };
  return selectContainers(scene, term, [outsideWord, hostWord, ...interfacesOf(dataplane)]);
}

function addressOrigin({ dataplane, policy }: Scene, { text, line }: Term, address: Address): Peer {
  try {
    const origin = parseOrigin(dataplane, text);
    return origin.kind === "outside"
      ? { kind: "address", text, address, origin: origin.segment.interface, isOutside: true }
      : { kind: "address", text, address, origin: origin.stack.name, isOutside: false };
  } catch (error) {
    if (!(error instanceof QuestionError)) throw error;
    throw policyError(policy.file, line, `${error.asked}: ${error.message}`);
  }
}

const interfacesOf = (dataplane: Dataplane): readonly string[] =>
  [...dataplane.segments.values()].flatMap(({ interface: name, outside }) => (outside === null ? [] : [name]));

/** Whom a rule is about: containers, a set, `host`, `outside`, or an address. Throws a PolicyError for what is not there. */
export function selectTargets(scene: Scene, term: Term): Selection {
  if (term.text === hostWord) return { ...nobody, members: [{ kind: "host" }] };
  if (term.text === outsideWord) return { ...nobody, members: [{ kind: "outside" }] };
  const address = parseAddress(term.text);
  if (address !== null) {
    const { text } = term;
    return { ...nobody, members: [{ kind: "address", text, address, origin: "", isOutside: true }] };
  }
  return selectContainers(scene, term, [hostWord, outsideWord]);
}

/** The containers of a word in a rule: a set's name with or without its `@`, a container's, or a pattern. */
export function selectContainers(scene: Scene, term: Term, alsoFit: readonly string[] = []): Selection {
  const { host, policy } = scene;
  const { text, line } = term;
  const set = policy.sets.get(text.replace(/^@/, ""));
  if (set === undefined) return selectNames(scene, term, alsoFit);
  if (!text.startsWith("@") && host.containers.some(({ name }) => name === text))
    throw policyError(
      policy.file,
      line,
      `${text} is a set (line ${set.line}) and a container: write @${text} for the set, or call it otherwise`,
    );
  return selectSet(scene, set);
}

/** All that the items of a set name; what two of them name is in it once. */
function selectSet(scene: Scene, set: SetDefinition): Selection {
  return merge(
    set.items.map((item) => {
      if (item.kind === "group") return selectionOf(containersOfGroup(scene, set.name, item), false);
      const other = item.term.text.startsWith("@") ? scene.policy.sets.get(item.term.text.slice(1)) : undefined;
      return other === undefined ? selectNames(scene, item.term, []) : selectSet(scene, other);
    }),
  );
}

function selectNames(scene: Scene, term: Term, alsoFit: readonly string[]): Selection {
  const { host, policy } = scene;
  const { text, line } = term;
  // `host` is the host itself: a container of that name is called `container:host`.
  const asked = host.containers.map((container) => ({ container, name: namespaceNameOf(container.name) }));
  const found = asked.flatMap(({ container, name }) =>
    name === text || (isGlob(text) && matchesGlob(text, container.name)) ? [container] : [],
  );
  if (found.length > 0) return selectionOf(found, !isGlob(text));
  const names = asked.map(({ name }) => name);
  if (isGlob(text)) throw policyError(policy.file, line, `no container's name fits ${text}; there are ${some(names)}`);
  const sets = [...policy.sets.keys()].map((name) => `@${name}`);
  const marked = asked.find(({ container }) => container.name === text)?.name;
  const meant = marked ?? nearest(text.replace(/^@/, ""), [...names, ...policy.sets.keys(), ...alsoFit]);
  const shown = meant !== null && policy.sets.has(meant) ? `@${meant}` : meant;
  const fits = shown === null ? `there are ${some([...names, ...sets])}` : `did you mean ${shown}?`;
  throw policyError(policy.file, line, `${text} is no container${text.startsWith("@") ? " or set" : ""} here; ${fits}`);
}

/** A container that was named has to be there; of those that a pattern covers, the running ones count. */
function selectionOf(containers: readonly Container[], named: boolean): Selection {
  const usable = containers.filter((one) => whyNot(one) === null);
  const others = containers.flatMap((one) => {
    const why = whyNot(one);
    return why === null ? [] : [{ name: one.name, why, stopped: one.running === false }];
  });
  // A pattern of which nothing is left asks nothing: that may not pass for holding.
  const strict = named || usable.length === 0;
  return {
    members: usable.map(({ name, namespace }) => ({ kind: "container", name, namespace: namespace ?? name })),
    missing: others.filter(({ stopped }) => strict || !stopped).map(({ name, why }) => ({ name, why })),
    leftOut: strict ? [] : others.filter(({ stopped }) => stopped).map(({ name }) => name),
  };
}

function whyNot({ namespace, running }: Container): string | null {
  if (running === false) return "it is not running";
  return namespace === null ? "its network namespace is in no capture" : null;
}

const nobody: Selection = { members: [], missing: [], leftOut: [] };

/** Two with the same kind, name and origin are the same one. */
const keyOf = (member: Peer): string => JSON.stringify([member.kind, nameOf(member), originOf(member)]);

function merge(selections: readonly Selection[]): Selection {
  const members = new Map(
    selections.flatMap((one) => one.members).map((member): [string, Peer] => [keyOf(member), member]),
  );
  const missing = new Map(selections.flatMap((one) => one.missing).map((one) => [one.name, one]));
  const leftOut = new Set(selections.flatMap((one) => one.leftOut).filter((name) => !missing.has(name)));
  return { members: [...members.values()], missing: [...missing.values()], leftOut: [...leftOut] };
}
