import type { Dataplane } from "../../dataplane/types.ts";
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
  if (sorted.length === 0) return "none";
  return `${sorted.slice(0, 8).join(", ")}${sorted.length > 8 ? ` and ${sorted.length - 8} more` : ""}`;
};
