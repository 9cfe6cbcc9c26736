import type { RouteResult } from "./routing.ts";

/** Where in a namespace a packet is when a hook sees it. */
export interface HookState {
  readonly incoming: string | null;
  readonly outgoing: string | null;
  readonly incomingPort?: string | null;
  readonly outgoingPort?: string | null;
  readonly bridged?: boolean;
  /** The route it takes, where MASQUERADE has to ask for it. */
  readonly route?: RouteResult;
  readonly verbose: boolean;
}
