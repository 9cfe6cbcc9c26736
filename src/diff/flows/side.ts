import type { Host } from "../../model/host.ts";
import type { World } from "../../reach/stack.ts";

/** A host ready for questions. */
export interface Side {
  readonly host: Host;
  readonly world: World;
}

/** What something is on each side; null where it is not there. */
export interface Both<T> {
  readonly before: T | null;
  readonly after: T | null;
}
