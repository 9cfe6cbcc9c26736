import { groupBy } from "../../lib/group-by.ts";
import type { Container, Host, Network } from "../../model/host.ts";

/**
 * One thing in both snapshots. `same`: the engine's id says so, or there is none to say otherwise. `replaced`: another one of the
 * same name, or of the same compose service, stands in its place.
 */
export interface Pair<T> {
  readonly before: T;
  readonly after: T;
  readonly how: "same" | "replaced";
}

export interface Matched<T> {
  readonly pairs: readonly Pair<T>[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/** Who is who in two snapshots of a host. Volatile names (of veths, of bridges made from ids) decide nothing. */
export interface Matching {
  readonly containers: Matched<Container>;
  readonly networks: Matched<Network>;
}

export function matchHosts(before: Host, after: Host): Matching {
  return {
    containers: match(before.containers, after.containers, [
      { kind: "id", of: ({ id }) => id },
      { kind: "name", of: ({ name }) => name },
      { kind: "name", of: serviceOf },
    ]),
    networks: match(before.networks, after.networks, [
      { kind: "id", of: ({ id }) => id },
      { kind: "name", of: ({ name }) => name },
    ]),
  };
}

/** A scaled service has several containers: which one took whose place is not known, and then none did. */
const serviceOf = ({ composeProject, composeService }: Container): string | null =>
  composeService === null ? null : JSON.stringify([composeProject, composeService]);

interface Key<T> {
  readonly kind: "id" | "name";
  readonly of: (thing: T) => string | null;
}

interface Identified {
  readonly id: string | null;
}

/** Tries one key after the other on what is left; a key that fits several things on a side matches none of them. */
function match<T extends Identified>(before: readonly T[], after: readonly T[], keys: readonly Key<T>[]): Matched<T> {
  const pairs: Pair<T>[] = [];
  let [removed, added] = [before, after];
  for (const { kind, of } of keys) {
    const key = (thing: T) => (kind === "id" ? shortId(of(thing)) : of(thing));
    const [left, right] = [groupBy(removed, key), groupBy(added, key)];
    const found = new Set<T>();
    for (const [value, [one, ...others]] of left) {
      const [other, ...more] = right.get(value) ?? [];
      if (value === null || one === undefined || other === undefined || others.length > 0 || more.length > 0) continue;
      pairs.push({ before: one, after: other, how: isReplaced(one, other) ? "replaced" : "same" });
      found.add(one).add(other);
    }
    removed = removed.filter((thing) => !found.has(thing));
    added = added.filter((thing) => !found.has(thing));
  }
  return { pairs, removed, added };
}

/** `docker ps` and `docker network ls` print the first 12 digits. */
const shortId = (id: string | null): string | null => id?.slice(0, 12) ?? null;

const isReplaced = (before: Identified, after: Identified): boolean =>
  before.id !== null && after.id !== null && shortId(before.id) !== shortId(after.id);
