import { interfaceAsked, ipsetAsked, rangeAsked, speaksOf } from "../firewall/asked.ts";
import { lastAction, targetChain } from "../firewall/statements.ts";
import type { Known } from "../lib/known.ts";
import type { Source } from "../lib/source.ts";
import type { Host } from "../model/host.ts";
import { type PresentRule, placeOf, type RuleSetIndex } from "./rule-set-index.ts";
import { type EngineVersion, isAtLeast, parseVersion } from "./version.ts";

/**
 * How an engine lays out its chains, named after the first version that does so. To 27 the rules of each bridge stand in
 * FORWARD, and bridges are kept apart there, subnet from subnet (`1.9`, and before it there was one network only), or in a
 * chain DOCKER-ISOLATION, bridge from bridge (`1.10`, to 18.03.0 and in 18.04), or in the two STAGE chains (`18.03.1`).
 * `28.0.0`: an ipset of bridges. `28.0.1`: DOCKER-FORWARD, direct access dropped for each port. `28.2`: for each address.
 * `29`: DOCKER-INTERNAL. `nftables`: a table of its own. Read from moby's setup_ip_tables.go and bridge.go (isolateNetwork)
 * at the tags v1.7.1, v1.9.1, v1.10.3, v1.12.6, v17.05.0-ce, v18.03.0-ce, v18.03.1-ce, v18.04.0-ce, v18.05.0-ce, v20.10.24,
 * v26.1.5, v27.5.1, v28.0.0, v28.0.1 and internal/iptabler at v28.2.2, v28.5.2, docker-v29.0.0.
 */
export type LayoutId = "1.9" | "1.10" | "18.03.1" | "28.0.0" | "28.0.1" | "28.2" | "29" | "nftables";

/** The layouts with rules of each bridge in FORWARD. */
export const isBefore28 = (id: LayoutId): id is "1.9" | "1.10" | "18.03.1" => id === "18.03.1" || isolatesByPairs(id);

/** The layouts with a rule for each pair of networks. */
export const isolatesByPairs = (id: LayoutId): id is "1.9" | "1.10" => id === "1.9" || id === "1.10";

export interface LayoutSign {
  readonly id: LayoutId;
  readonly what: string;
  readonly source: Source;
}

export interface Layout {
  readonly id: LayoutId;
  /** What in the rules shows it; empty when only the version tells. */
  readonly marks: readonly LayoutSign[];
  /** What shows other layouts, of another era, beside it. */
  readonly otherLayouts: readonly LayoutSign[];
  /** The layout that the engine's version writes; null when the version is not known. */
  readonly byVersion: LayoutId | null;
}

/** The layout of the rules that are there, checked against the version; null when neither rules nor version tell. */
export function detectLayout(host: Host, book: Known<RuleSetIndex>): Layout | null {
  const byVersion = layoutOfVersion(host);
  const marks = [...nftMarks(host), ...(book.known ? iptablesMarks(book.value, byVersion) : [])];
  const id =
    marks.find((mark) => byVersion !== null && sameEra(mark.id, byVersion))?.id ?? marks[0]?.id ?? byVersion ?? null;
  if (id === null) return null;
  return {
    id,
    marks: marks.filter((mark) => sameEra(mark.id, id)),
    otherLayouts: marks.filter((mark) => !sameEra(mark.id, id)),
    byVersion,
  };
}

/** 28.0.1 and 28.2 differ in the raw table only, and 28.2 removes what the other wrote there. */
export function sameEra(a: LayoutId, b: LayoutId): boolean {
  const era = (id: LayoutId) => (id === "28.2" ? "28.0.1" : id);
  return era(a) === era(b);
}

/** Whether the engine itself says that it writes nftables rules: `nftables`, with facts behind it in docker info. */
export const usesNftables = ({ firewallBackend }: Host["engine"]): boolean => /^nftables\b/.test(firewallBackend ?? "");

/** What an engine of that version writes; a version that is not known exactly gives the later layout of its series. */
export function layoutOfVersion({ engine }: Host): LayoutId | null {
  if (usesNftables(engine)) return "nftables";
  const version = parseVersion(engine.version);
  if (version === null) return null;
  if (version.major >= 29) return "29";
  if (version.major < 28) return layoutBefore28(version);
  if (isAtLeast(version, 28, 2) !== false) return "28.2";
  return isAtLeast(version, 28, 0, 1) === false ? "28.0.0" : "28.0.1";
}

/** The two stages were taken back into 18.03.1, and 18.04.0, which is older, has them not. */
function layoutBefore28(version: EngineVersion): LayoutId {
  const { major, minor } = version;
  if (major === 18 && minor === 4) return "1.10";
  if (isAtLeast(version, 18, 3, 1) !== false) return "18.03.1";
  return isAtLeast(version, 1, 10) === false ? "1.9" : "1.10";
}

function nftMarks(host: Host): LayoutSign[] {
  const nft = host.own.nftables;
  if (!nft.known) return [];
  const { file, ruleset } = nft.value;
  return ruleset.tables
    .filter(({ family, name }) => family === "ip" && name === "docker-bridges")
    .map(({ line }) => ({ id: "nftables", what: "the nftables table ip docker-bridges", source: { file, line } }));
}

function iptablesMarks(book: RuleSetIndex, byVersion: LayoutId | null): LayoutSign[] {
  const marks: LayoutSign[] = [];
  const internal = book.chains.get(placeOf("filter", "DOCKER-INTERNAL"));
  const forward = book.chains.get(placeOf("filter", "DOCKER-FORWARD"));
  const stage1 = book.chains.get(placeOf("filter", "DOCKER-ISOLATION-STAGE-1"));
  const oneStage = book.chains.get(placeOf("filter", "DOCKER-ISOLATION"));
  const builtIn = book.chains.get(placeOf("filter", "FORWARD"))?.rules ?? [];
  if (internal !== undefined) marks.push({ id: "29", what: "the chain DOCKER-INTERNAL", source: internal.source });
  const oldJump = forward?.rules.find((rule) => targetChain(rule) === "DOCKER-ISOLATION-STAGE-1");
  if (forward !== undefined && (internal === undefined || oldJump !== undefined)) {
    const what =
      oldJump === undefined ? "the chain DOCKER-FORWARD" : "DOCKER-FORWARD jumps to DOCKER-ISOLATION-STAGE-1";
    marks.push({ id: rawLayout(book) ?? laterOf28(byVersion), what, source: (oldJump ?? forward).source });
  }
  const bySet = builtIn.find((rule) => ipsetAsked(rule)?.startsWith("docker-ext-bridges-") === true);
  if (bySet !== undefined)
    marks.push({ id: "28.0.0", what: "FORWARD asks the set docker-ext-bridges", source: bySet.source });
  const perBridge = builtIn.find((rule) => targetChain(rule) === "DOCKER" && interfaceAsked(rule, "out") !== null);
  const isolating = builtIn.find((rule) => targetChain(rule) === "DOCKER-ISOLATION-STAGE-1");
  const isolatesInOne =
    oneStage !== undefined && (oneStage.rules.length > 0 || (marks.length === 0 && stage1 === undefined));
  if (isolatesInOne) marks.push({ id: "1.10", what: "the chain DOCKER-ISOLATION", source: oneStage.source });
  if (perBridge !== undefined) {
    if (isolatesInOne && stage1 === undefined) return marks;
    const id = stage1 !== undefined || marks.length > 0 ? "18.03.1" : withoutIsolation(book, byVersion);
    marks.push({ id, what: "FORWARD jumps to DOCKER for one bridge", source: perBridge.source });
  } else if (isolating !== undefined && bySet === undefined)
    marks.push({ id: "18.03.1", what: "FORWARD jumps to DOCKER-ISOLATION-STAGE-1", source: isolating.source });
  else if (marks.length === 0 && stage1 !== undefined) {
    const id = byVersion === "28.0.0" ? "28.0.0" : "18.03.1";
    marks.push({ id, what: "the chain DOCKER-ISOLATION-STAGE-1 without DOCKER-FORWARD", source: stage1.source });
  }
  return marks;
}

/**
 * Which of the layouts with rules of each bridge in FORWARD is there, where no chain keeps the bridges apart: the version's, or
 * the one that lacks least. DOCKER-USER came with 17.06 and the RETURN for each bridge in nat DOCKER with 1.10 (moby:
 * libnetwork/firewall_linux.go at v17.06.0-ce; setup_ip_tables.go, skipDNAT, at v1.10.3, not at v1.9.1); without either,
 * nothing of a later engine is there.
 */
function withoutIsolation(book: RuleSetIndex, byVersion: LayoutId | null): LayoutId {
  if (byVersion !== null && isBefore28(byVersion)) return byVersion;
  const skips = book.chains.get(placeOf("nat", "DOCKER"))?.rules.some(isSkip) ?? false;
  return skips || book.chains.has(placeOf("filter", "DOCKER-USER")) ? "18.03.1" : "1.9";
}

const isSkip = (rule: PresentRule): boolean =>
  lastAction(rule).kind === "return" && interfaceAsked(rule, "in") !== null;

/** Which of the two layouts of 28.0.1 and later wrote the raw table; null when it holds no such rule. */
function rawLayout(book: RuleSetIndex): "28.0.1" | "28.2" | null {
  const drops = (book.chains.get(placeOf("raw", "PREROUTING"))?.rules ?? []).filter(isDirectAccessDrop);
  if (drops.some((rule) => !speaksOf(rule, "destination-port"))) return "28.2";
  return drops.length > 0 ? "28.0.1" : null;
}

/** `-d ADDRESS ! -i BRIDGE [-p tcp --dport PORT] -j DROP`: not the one for ports on loopback, whose `-i` is lo. */
export function isDirectAccessDrop(rule: PresentRule): boolean {
  const incoming = interfaceAsked(rule, "in", true);
  return (
    lastAction(rule).kind === "drop" &&
    rangeAsked(rule, "destination") !== null &&
    incoming !== null &&
    incoming !== "lo"
  );
}

const laterOf28 = (byVersion: LayoutId | null): LayoutId => (byVersion === "28.0.1" ? "28.0.1" : "28.2");
