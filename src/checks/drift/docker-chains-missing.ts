import { findAbsentFirewall } from "../../docker-rules/absent-firewall.ts";
import { compareRules, type FamilyComparison } from "../../docker-rules/compare.ts";
import { detectLayout } from "../../docker-rules/layout.ts";
import { indexRuleSet, isDockerChain } from "../../docker-rules/rule-set-index.ts";
import { defineCheck, type Observation } from "../check.ts";
import { uncompared } from "../uncompared.ts";
import { chainName, count, hostSubject, restartDocker, rulesNeed, some, surenessOf } from "../words.ts";

export const dockerChainsMissing = defineCheck({
  id: "docker-chains-missing",
  severity: "error",
  sureness: "strong",
  category: "drift",
  title: "Docker's firewall chains were flushed or never made",
  why: "Published ports stop answering or lose their clients' addresses, containers lose their way out, and networks are no longer kept apart; it stays so until Docker starts again.",
  fix: "Restart Docker (with live-restore containers keep running), and find who flushes: `flush ruleset` in /etc/nftables.conf, a firewall script with `iptables -F`. Let it flush only its own table, or restart Docker after it.",
  sources: [
    "https://github.com/moby/moby/issues/12294",
    "https://github.com/moby/moby/issues/48657",
    "https://github.com/docker/for-linux/issues/1472",
    "moby libnetwork/drivers/bridge/setup_ip_tables_linux.go setupIPChains (v27.5.1); internal/iptabler/iptabler.go (v28.5.2, v29.0.0)",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  *run({ host }) {
    const absent = host.engine.settings.iptables === false ? null : findAbsentFirewall(host);
    if (absent !== null) {
      if (absent.ownNat.length > 0) return;
      const layout = detectLayout(host, indexRuleSet(host, 4));
      const mayBeNft = layout === null || (layout.id === "29" && !host.own.nftables.known);
      const needs = absent.networks.map(({ network }) => network.name);
      yield {
        subject: hostSubject(host),
        message: `No chain of Docker's is left in iptables, though ${count(needs.length, "bridge network")} (${some(needs)}) ${needs.length === 1 ? "needs" : "need"} its rules${mayBeNft ? "; unless this engine writes its rules with nftables, or not at all" : ""}.`,
        evidence: [
          ...[...absent.book.chains.values()].slice(0, 1).map(({ source }) => source),
          ...absent.networks.slice(0, 3).flatMap(({ network }) => network.sources.slice(0, 1)),
        ],
        fix: restartDocker,
        ...(mayBeNft ? { severity: "warning", sureness: "hint" } : { sureness: surenessOf(absent.book, "strong") }),
      };
      return;
    }
    yield* uncompared(host);
    const broken = compareRules(host).families.filter(isBroken);
    const [first] = broken;
    if (first !== undefined) yield describe(broken, first, hostSubject(host));
  },
});

/**
 * Chains are absent, or so empty that rules went which no stopping container takes along: an empty nat DOCKER alone may be
 * that of an engine whose one published port just went.
 */
function isBroken({ chains, missing }: FamilyComparison): boolean {
  if (chains.length === 0) return false;
  return chains.some(({ state }) => state === "absent") || missing.some(({ expected }) => expected.container === null);
}

function describe(
  broken: readonly FamilyComparison[],
  first: FamilyComparison,
  subject: Observation["subject"],
): Observation {
  const named = broken.flatMap(({ family, chains }) =>
    chains.map(({ table, name, state }) => ({ name: chainName(family, table, name), state })),
  );
  const list = (state: "absent" | "empty") => named.filter((each) => each.state === state).map(({ name }) => name);
  const [gone, empty] = [list("absent"), list("empty")];
  const cutOff = broken.flatMap(({ family, missing }) =>
    missing
      .filter(({ expected }) => expected.container === null && !isDockerChain(expected.chain))
      .map(({ expected: { table, chain } }) => chainName(family, table, chain)),
  );
  const bare = [...new Set(cutOff)];
  const states = [
    ...(gone.length === 0 ? [] : [`${some(gone)} ${gone.length === 1 ? "is" : "are"} absent`]),
    ...(empty.length === 0 ? [] : [`${some(empty)} ${empty.length === 1 ? "is" : "are"} empty`]),
    ...(bare.length === 0 ? [] : [`${some(bare)} ${bare.length === 1 ? "lacks" : "lack"} Docker's rules`]),
  ];
  const lost = broken.reduce((sum, { missing }) => sum + missing.length, 0);
  const all = broken.reduce((sum, { expected }) => sum + expected.length, 0);
  return {
    subject,
    message: `Docker's rules were flushed: ${some(states)}; ${lost} of the ${all} rules that this engine writes for its networks and ports are missing.`,
    evidence: broken.flatMap(({ chains, missing }) => [
      ...chains.flatMap(({ source }) => (source === null ? [] : [source])),
      ...missing.filter(({ expected }) => expected.networkId === null).flatMap(({ evidence }) => evidence),
    ]),
    fix: restartDocker,
    sureness: surenessOf(
      first.book,
      broken.some(({ chains }) => chains.some(({ state }) => state === "empty")) ? "proven" : "strong",
    ),
  };
}
