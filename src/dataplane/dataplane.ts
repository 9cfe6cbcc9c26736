import { sortedBy } from "../lib/order.ts";
import type { Host, Namespace } from "../model/host.ts";
import { namespacesOf } from "../model/queries/host-index.ts";
import { buildStack } from "./build-stack.ts";
import { buildSegments } from "./segments.ts";
import { segmentsByMember } from "./segments-by-member.ts";
import { refTo, stackNamed } from "./stack-ref.ts";
import type { Dataplane, Segment, Stack } from "./types.ts";

/**
 * Makes a host ready for questions. What the snapshot does not hold is derived where the engine or the kernel leave no choice,
 * and named in the stack's `assumes`; everything else stays unknown.
 */
export function buildDataplane(host: Host): Dataplane {
  const segments = buildSegments(host);
  const stacks = namespacesOf(host).map(stacksOn(host, segments));
  return assemble(host, stacks, segments);
}

/**
 * The dataplane of a host that was made of another by changing a few of its parts: namespaces that are the very same are not
 * built again where nothing else differs.
 */
export function rebuildDataplane(host: Host, like: Dataplane): Dataplane {
  const before = like.host;
  const isSame = (key: "containers" | "networks" | "bridges" | "pairings" | "engine" | "publishedPorts") =>
    host[key] === before[key];
  const others = (["containers", "networks", "bridges", "pairings", "engine", "publishedPorts"] as const).every(isSame);
  const { own } = host;
  // What switched packets pass is of the segments, too.
  if (!others || own.interfaces !== before.own.interfaces || own.sysctls !== before.own.sysctls)
    return buildDataplane(host);
  const segments = [...like.segments.values()];
  const build = stacksOn(host, segments);
  const same = new Set(namespacesOf(before));
  const stacks = namespacesOf(host).map((namespace) => {
    const known = same.has(namespace) ? stackNamed(like, namespace.name) : null;
    return known ?? build(namespace);
  });
  return assemble(host, stacks, segments);
}

/** Makes the stacks of a host's namespaces, each with its place on the segments. */
function stacksOn(host: Host, segments: readonly Segment[]): (namespace: Namespace) => Stack {
  const places = segmentsByMember(segments);
  return (namespace) => {
    const own = places.get(refTo(host, namespace).key);
    return buildStack(host, namespace, (name) => own?.get(name) ?? null);
  };
}

function assemble(host: Host, stacks: readonly Stack[], segments: readonly Segment[]): Dataplane {
  const own = stacks.find(({ isHost }) => isHost);
  if (own === undefined) throw new Error("a host without a namespace of its own");
  return {
    host,
    own,
    stacks: new Map(stacks.map((stack) => [stack.key, stack])),
    segments: new Map(sortedBy(segments, ({ id }) => id).map((segment) => [segment.id, segment])),
  };
}
