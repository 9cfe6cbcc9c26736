import { sortedBy } from "../lib/order.ts";
import type { Host } from "../model/host.ts";
import { buildSegments, segmentsByMember } from "./segments.ts";
import type { World } from "./stack.ts";
import { buildStack } from "./stacks.ts";

/**
 * Makes a host ready for questions. What the snapshot does not hold is derived where the engine or the kernel leave no choice,
 * and named in the stack's `assumes`; everything else stays unknown.
 */
export function buildWorld(host: Host): World {
  const segments = buildSegments(host);
  const places = segmentsByMember(segments);
  const stacks = host.namespaces.map((namespace) =>
    buildStack(host, namespace, (name) => places.get(`${namespace.id} ${name}`) ?? null),
  );
  return {
    stacks: new Map(stacks.map((stack) => [stack.id, stack])),
    segments: new Map(sortedBy(segments, ({ id }) => id).map((segment) => [segment.id, segment])),
  };
}
