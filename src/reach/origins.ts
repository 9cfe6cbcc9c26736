import type { Dataplane } from "../dataplane/types.ts";
import { uplinksOf } from "../dataplane/uplinks.ts";
import { sortedBy } from "../lib/order.ts";
import { hostWord, namespaceNameOf } from "../model/namespace-id.ts";

/** Where a question may start: machines outside by the interface they come in by, the host, and running containers. */
export function originsOf(dataplane: Dataplane): {
  readonly outside: readonly string[];
  readonly all: readonly string[];
} {
  const { host } = dataplane;
  const outside = sortedBy(
    uplinksOf(dataplane).map(({ name }) => name),
    (name) => name,
  );
  const containers = host.containers
    .filter(({ namespace }) => namespace !== null)
    .map(({ name }) => namespaceNameOf(name));
  return { outside, all: [...outside, hostWord, ...sortedBy(containers, (name) => name)] };
}
