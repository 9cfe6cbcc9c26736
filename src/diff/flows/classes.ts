import type { Classes } from "./compare-flows.ts";
import type { Party } from "./parties.ts";
import type { Destination } from "./targets.ts";

/** Everybody asks for everything himself. */
export function everyone(parties: readonly Party[], destinations: readonly Destination[]): Classes {
  return {
    parties: parties.map((one) => [one]),
    destinations: destinations.map((one) => [one]),
    isSingular: () => false,
  };
}
