import type { ParsedCapture } from "../../parsers/registry.ts";

/**
 * Finds the container of a namespace that a capture does not call by the container's name: `pid-4711` and a sandbox's key
 * come from `nsenter`, an id from `docker exec` or from a prompt inside the container. What nothing tells keeps its name.
 */
export function netnsNames(parsed: readonly ParsedCapture[]): (netns: string) => string {
  const names = new Set<string>();
  const byAlias = new Map<string, string>();
  for (const one of parsed) {
    if (one.kind === "docker-inspect") {
      for (const { id, name, pid, running, sandboxKey } of one.data) {
        names.add(name);
        byAlias.set(idKey(id), name);
        if (running && pid !== null) byAlias.set(`pid-${pid}`, name);
        if (sandboxKey) byAlias.set(sandboxKey.slice(sandboxKey.lastIndexOf("/") + 1), name);
      }
    }
    if (one.kind === "docker-ps") {
      for (const { id, names: own } of one.data) {
        const name = own.find((each) => !each.includes("/"));
        if (name === undefined) continue;
        names.add(name);
        byAlias.set(idKey(id), name);
      }
    }
    if (one.kind === "docker-network-inspect") {
      for (const { key, name } of one.data.flatMap(({ endpoints }) => endpoints)) {
        if (!/^[0-9a-f]{64}$/.test(key) || name.startsWith("gateway_")) continue;
        names.add(name);
        byAlias.set(idKey(key), name);
      }
    }
  }
  return (netns) => {
    if (names.has(netns)) return netns;
    return byAlias.get(netns) ?? (/^[0-9a-f]{12,64}$/.test(netns) ? byAlias.get(idKey(netns)) : undefined) ?? netns;
  };
}

/** An id by its first 12 digits, marked so that a sandbox's key of 12 digits is never taken for one. */
const idKey = (id: string): string => `id ${id.slice(0, 12)}`;
