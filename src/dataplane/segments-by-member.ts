import type { NamespaceKey } from "../model/namespace-id.ts";
import type { Segment } from "./types.ts";

/** The segments' ids, by the namespaces and interfaces of their members. */
export function segmentsByMember(segments: readonly Segment[]): ReadonlyMap<NamespaceKey, ReadonlyMap<string, string>> {
  const found = new Map<NamespaceKey, Map<string, string>>();
  for (const { id, members } of segments) {
    for (const { stack, interface: name } of members) {
      const own = found.get(stack.key) ?? new Map<string, string>();
      if (!own.has(name)) own.set(name, id);
      found.set(stack.key, own);
    }
  }
  return found;
}
