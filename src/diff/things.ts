import type { Host } from "../model/host.ts";
import type { ThingChanges } from "./change.ts";
import type { Matching } from "./match.ts";

export function compareThings(_before: Host, _after: Host, _matching: Matching): ThingChanges {
  return { changes: [], chains: [], incomparable: [] };
}
