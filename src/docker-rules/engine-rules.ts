import type { Source } from "../lib/source.ts";
import { type Common, type ExpectedRule, expect } from "./expected-rule.ts";
import { isBefore28, type LayoutId } from "./layout.ts";
import { nftTable } from "./nft-rule-set-index.ts";

/** What decides on the engine's own jumps. */
export interface EngineRulesInput {
  readonly family: 4 | 6;
  readonly layout: Exclude<LayoutId, "nftables">;
  readonly hairpin: boolean;
  /** Whether FORWARD has to jump to DOCKER-USER: since 17.06, for IPv6 since 23.0. */
  readonly userChain: boolean;
  /** Whether any network of the family is not internal: before 28 the jumps of nat came with the first such network. */
  readonly anyExternal: boolean;
  readonly sources: readonly Source[];
}

/**
 * The jumps from the built-in chains and between Docker's own (moby: libnetwork/firewall_linux.go setupUserChain;
 * setup_ip_tables.go setupIPChains and setupIPTables at the tags of `LayoutId`; internal/iptabler/iptabler.go setupIPChains
 * at v28.5.2 and docker-v29.0.0).
 */
export function engineRules({
  family,
  layout,
  hairpin,
  userChain,
  anyExternal,
  sources,
}: EngineRulesInput): ExpectedRule[] {
  const common: Common = { family, networkId: null, bridge: null, container: null, port: null, sources };
  const forward = (purpose: ExpectedRule["purpose"], text: string) =>
    expect(common, "filter", "FORWARD", purpose, text);
  const inside = (purpose: ExpectedRule["purpose"], text: string) =>
    expect(common, "filter", "DOCKER-FORWARD", purpose, text);
  const loopback = family === 4 ? "127.0.0.0/8" : "::1/128";
  const set = `-m set --match-set docker-ext-bridges-v${family} dst`;
  const toDocker = "-m addrtype --dst-type LOCAL -j DOCKER";
  const jumps = {
    "1.9": [],
    "1.10": [forward("isolation-jump", "-j DOCKER-ISOLATION")],
    "18.03.1": [forward("isolation-jump", "-j DOCKER-ISOLATION-STAGE-1")],
    "28.0.0": [
      forward("chain-jump", `${set} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`),
      forward("isolation-jump", "-j DOCKER-ISOLATION-STAGE-1"),
      forward("chain-jump", `${set} -j DOCKER`),
    ],
    "28.0.1": [
      forward("chain-jump", "-j DOCKER-FORWARD"),
      inside("chain-jump", "-j DOCKER-CT"),
      inside("isolation-jump", "-j DOCKER-ISOLATION-STAGE-1"),
      inside("chain-jump", "-j DOCKER-BRIDGE"),
    ],
    "29": [
      forward("chain-jump", "-j DOCKER-FORWARD"),
      inside("chain-jump", "-j DOCKER-CT"),
      inside("isolation-jump", "-j DOCKER-INTERNAL"),
      inside("chain-jump", "-j DOCKER-BRIDGE"),
    ],
  } as const;
  const output = `! -d ${loopback} ${toDocker}`;
  return [
    ...(userChain ? [forward("user-jump", "-j DOCKER-USER")] : []),
    ...jumps[layout === "28.2" ? "28.0.1" : layout],
    ...(isBefore28(layout) && !anyExternal
      ? []
      : [
          expect(common, "nat", "PREROUTING", "nat-jump", toDocker),
          hairpin
            ? expect(common, "nat", "OUTPUT", "nat-jump", toDocker, output)
            : expect(common, "nat", "OUTPUT", "nat-jump", output, toDocker),
        ]),
  ];
}

/** The chains of Docker's own that a layout has, by table. */
export function engineChains(layout: LayoutId): readonly { readonly table: string; readonly name: string }[] {
  const filter = (...names: readonly string[]) => names.map((name) => ({ table: "filter", name }));
  const stages = ["DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2"];
  const nat = { table: "nat", name: "DOCKER" };
  switch (layout) {
    case "1.9":
      return [...filter("DOCKER"), nat];
    case "1.10":
      return [...filter("DOCKER", "DOCKER-ISOLATION"), nat];
    case "18.03.1":
    case "28.0.0":
      return [...filter("DOCKER", ...stages), nat];
    case "28.0.1":
    case "28.2":
      return [...filter("DOCKER", "DOCKER-FORWARD", "DOCKER-CT", "DOCKER-BRIDGE", ...stages), nat];
    case "29":
      return [...filter("DOCKER", "DOCKER-FORWARD", "DOCKER-CT", "DOCKER-BRIDGE", "DOCKER-INTERNAL"), nat];
    case "nftables":
      return ["filter-FORWARD", "nat-PREROUTING", "nat-OUTPUT", "nat-POSTROUTING", "nat-prerouting-and-output"].map(
        (name) => ({ table: nftTable, name }),
      );
  }
}
