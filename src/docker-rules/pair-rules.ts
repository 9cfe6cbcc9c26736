import { formatPrefix } from "../lib/address.ts";
import type { BridgeNetwork } from "./bridge-networks.ts";
import { type ExpectedRule, expect } from "./expected-rule.ts";
import { isolatesByPairs, type LayoutId } from "./layout.ts";
import { commonOf } from "./network-rules.ts";

/** As each network has a rule for each other, more than these are not compared: the pools of these engines had 31 subnets. */
export const mostPairedNetworks = 200;

/**
 * How engines before 18.03.1 keep networks apart, each from each: by their subnets in FORWARD to 1.9, by their bridges in
 * DOCKER-ISOLATION since (moby, libnetwork/drivers/bridge: isolateNetwork of bridge.go and setINC of setup_ip_tables.go at
 * v1.9.1, v1.10.3, v17.05.0-ce, v18.03.0-ce). An internal network is left out.
 */
export function pairRules(networks: readonly BridgeNetwork[], layout: LayoutId): readonly ExpectedRule[] {
  if (!isolatesByPairs(layout) || networks.length > mostPairedNetworks) return [];
  const external = networks.filter(({ internal }) => !internal);
  return external.flatMap((one) =>
    external.flatMap((other) => {
      if (other.bridge === one.bridge) return [];
      return layout === "1.9"
        ? [
            expect(
              commonOf(one),
              "filter",
              "FORWARD",
              "isolation",
              `-s ${formatPrefix(one.subnet)} -d ${formatPrefix(other.subnet)} -j DROP`,
            ),
          ]
        : [
            expect(
              commonOf(one),
              "filter",
              "DOCKER-ISOLATION",
              "isolation",
              `-i ${one.bridge} -o ${other.bridge} -j DROP`,
            ),
          ];
    }),
  );
}
