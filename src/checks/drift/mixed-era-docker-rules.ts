import {
  detectLayout,
  isBefore28,
  type Layout,
  type LayoutId,
  type LayoutSign,
  sameEra,
} from "../../docker-rules/layout.ts";
import { commandOf, indexRuleSet, isDockerChain } from "../../docker-rules/rule-set-index.ts";
import { sh } from "../../lib/command.ts";
import type { Host } from "../../model/host.ts";
import { defineCheck, type Observation } from "../check.ts";
import { hostSubject, rulesNeed, some } from "../words.ts";

export const mixedEraDockerRules = defineCheck({
  id: "mixed-era-docker-rules",
  severity: "warning",
  sureness: "strong",
  category: "drift",
  title: "Rules of two Docker versions, or of both firewall back ends, at once",
  why: "Each half was made for other company: rules of a newer engine drop what the older one thinks it allows, as after a downgrade from 28 to 27.",
  fix: "Reboot, or stop Docker, flush its chains and start it again; the release notes of 28.0.0 list the rules to delete after a downgrade.",
  sources: [
    "https://docs.docker.com/engine/release-notes/28/",
    "https://github.com/moby/moby/pull/48596",
    "moby libnetwork/drivers/bridge/internal/iptabler/cleaner.go deleteLegacyTopLevelRules (v29.0.0)",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  wants: [
    "nft-ruleset",
    ["iptables-save", "iptables-nft-save", "iptables-legacy-save"],
    ["docker-version", "docker-info"],
  ],
  *run({ host }) {
    const book = indexRuleSet(host, 4);
    const layout = detectLayout(host, book);
    const [mark] = layout?.marks ?? [];
    if (layout === null || mark === undefined) return;
    const strangers = layout.id === "nftables" ? filledChains(host) : layout.otherLayouts;
    const [stranger] = strangers;
    if (stranger !== undefined) yield mixture(host, layout, mark, strangers, stranger);
    else if (layout.byVersion !== null && !fits(layout, layout.byVersion)) yield mismatch(host, layout, mark);
  },
});

/** 29 writes either kind of rules; which one, only docker info tells. */
const fits = ({ id }: Layout, byVersion: LayoutId): boolean =>
  sameEra(byVersion, id) || (byVersion === "29" && id === "nftables");

/** Rules in iptables chains of Docker's beside its nftables table; its empty chains disturb nobody. */
function filledChains(host: Host): LayoutSign[] {
  return ([4, 6] as const).flatMap((family) => {
    const book = indexRuleSet(host, family);
    if (!book.known) return [];
    return [...book.value.chains.values()]
      .filter(({ name, rules }) => isDockerChain(name) && rules.length > 0)
      .map(({ table, name, source }) => ({
        id: "29" as const,
        what: `the iptables chain ${name} of ${table}`,
        source,
      }));
  });
}

function mixture(
  host: Host,
  layout: Layout,
  mark: LayoutSign,
  strangers: readonly LayoutSign[],
  first: LayoutSign,
): Observation {
  const what = some([...new Set(strangers.map((one) => one.what))]);
  const from = layout.id === "nftables" ? "of its iptables back end" : `as ${engines(first.id)} ${verb(first.id)}`;
  return {
    subject: hostSubject(host),
    message: `The rules are those of ${engines(layout.id)} (${mark.what}), but ${what} ${strangers.length === 1 ? "is" : "are"} left ${from}.`,
    evidence: [...strangers.map(({ source }) => source), mark.source],
    fix: flush(host),
    ...(layout.byVersion === null ? {} : { sureness: "proven" as const }),
  };
}

function mismatch(host: Host, layout: Layout, mark: LayoutSign): Observation {
  return {
    subject: hostSubject(host),
    message: `docker version says ${host.engine.version}, but the rules are those of ${engines(layout.id)} (${mark.what}): the engine was changed and has not written its rules since, or another engine wrote them.`,
    evidence: [mark.source, ...host.engine.sources.slice(0, 1)],
    fix: flush(host),
    sureness: "strong",
  };
}

/**
 * Docker writes its chains anew when it starts; with nftables it must not find them in iptables. INPUT and OUTPUT stay as they
 * are: a flush of everything leaves a host firewall with its policy alone, which is DROP as a rule.
 */
function flush(host: Host): NonNullable<Observation["fix"]> {
  const flushed = ([4, 6] as const).flatMap((family) => {
    const book = indexRuleSet(host, family);
    if (!book.known) return [];
    return [...book.value.chains.values()]
      .filter(({ table, name }) => isDockerChain(name) || (table === "filter" && name === "FORWARD"))
      .map(({ table, name }) => sh`sudo ${commandOf(family)} -t ${table} -F ${name}`);
  });
  return {
    text: `Rebooting is simplest. Otherwise stop Docker, flush its chains and FORWARD, start it again: rules of others in FORWARD, such as ufw's, have to be loaded anew.`,
    commands: [sh`sudo systemctl stop docker.socket docker`, ...flushed, sh`sudo systemctl start docker`],
    cutsTraffic: true,
  };
}

const verb = (id: LayoutId): string => (isBefore28(id) ? "write them" : "writes them");

/** The engines that write a layout, for a person. */
function engines(id: LayoutId): string {
  switch (id) {
    case "1.9":
      return "engines before 1.10";
    case "1.10":
      return "1.10 to 18.03.0";
    case "18.03.1":
      return "18.03.1 to 27";
    case "28.0.0":
      return "28.0.0";
    case "28.0.1":
    case "28.2":
      return "28.0.1 to 28.5";
    case "29":
      return "29 with iptables";
    case "nftables":
      return "29 with nftables";
  }
}
