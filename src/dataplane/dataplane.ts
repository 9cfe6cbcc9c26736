import { sortedBy } from "../lib/order.ts";
import type { Host } from "../model/host.ts";
import { buildStack } from "./build-stack.ts";
import { buildSegments, segmentsByMember } from "./segments.ts";
import type { Dataplane, Segment, Stack } from "./types.ts";

/**
 * Makes a host ready for questions. What the snapshot does not hold is derived where the engine or the kernel leave no choice,
 * and named in the stack's `assumes`; everything else stays unknown.
 */
export function buildDataplane(host: Host): Dataplane {
  const segments = buildSegments(host);
  const places = segmentsByMember(segments);
  const stacks = host.namespaces.map((namespace) =>
    buildStack(host, namespace, (name) => places.get(`${namespace.id} ${name}`) ?? null),
  );
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
  const interfaces = ({ namespaces: [own] }: Host) => own?.interfaces;
  const [own] = host.namespaces;
  // What switched packets pass is of the segments, too.
  if (!others || interfaces(host) !== interfaces(before) || own?.sysctls !== before.namespaces[0]?.sysctls)
    return buildDataplane(host);
  const segments = [...like.segments.values()];
  const places = segmentsByMember(segments);
  const stacks = host.namespaces.map((namespace, i) => {
    const known = namespace === before.namespaces[i] ? like.stacks.get(namespace.id) : undefined;
    return known ?? buildStack(host, namespace, (name) => places.get(`${namespace.id} ${name}`) ?? null);
  });
  return assemble(host, stacks, segments);
}

function assemble(host: Host, stacks: readonly Stack[], segments: readonly Segment[]): Dataplane {
  const own = stacks.find(({ isHost }) => isHost);
  if (own === undefined) throw new Error("a host without a namespace of its own");
  return {
    host,
    own,
    stacks: new Map(stacks.map((stack) => [stack.id, stack])),
    segments: new Map(sortedBy(segments, ({ id }) => id).map((segment) => [segment.id, segment])),
  };
}
