import type { Dataplane } from "../../dataplane/types.ts";
import type { Host } from "../../model/host.ts";

/** A host ready for questions. */
export interface HostSide {
  readonly host: Host;
  readonly dataplane: Dataplane;
}

/** What something is on each side; null where it is not there. */
export interface Both<T> {
  readonly before: T | null;
  readonly after: T | null;
}
