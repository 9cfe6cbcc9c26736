import type { Dataplane } from "../../dataplane/types.ts";
import { listWords } from "../../lib/enumerate.ts";
import { sortedBy } from "../../lib/order.ts";
import type { Host } from "../../model/host.ts";
import type { Policy } from "../policy.ts";

/** Where the names of a policy are looked up. */
export interface Scene {
  readonly host: Host;
  readonly dataplane: Dataplane;
  readonly policy: Policy;
}

/** The names that there are, for an error about one that is not. */
export const some = (names: readonly string[]): string => {
  const sorted = sortedBy(new Set(names), (name) => name);
  return sorted.length === 0 ? "none" : listWords(sorted, 8);
};
