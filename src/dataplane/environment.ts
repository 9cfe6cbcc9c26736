import type { Environment } from "../firewall/outcome.ts";
import { onceFor } from "../lib/once-for.ts";
import { addressHasType } from "./address-type.ts";
import type { Stack } from "./types.ts";

/** What a namespace tells its rules, before any of them has changed a set. */
export const environmentOf = onceFor(
  (stack: Stack): Environment => ({
    addressHasType: (address, types, device) => addressHasType(stack, address, types, device),
    ipset: (name) =>
      stack.ipsets === null
        ? { because: { code: "sets-missing", set: name, lacks: "ipset-save" } }
        : (stack.ipsets.get(name) ?? null),
    changedSets: [],
  }),
);
