import { commandOf, isDockerChain } from "../../docker-rules/rule-set-index.ts";
import type { RuleSet } from "../../firewall/rule-set.ts";
import { sh } from "../../lib/command.ts";
import type { Source } from "../../lib/source.ts";
import type { Host } from "../../model/host.ts";
import { inForce, isOfIptables, tableState } from "../../model/queries/nft-tables.ts";
import { defineCheck, type Observation } from "../check.ts";
import { count, hostSubject } from "../words.ts";

export const iptablesLegacyNftSplit = defineCheck({
  id: "iptables-legacy-nft-split",
  severity: "error",
  sureness: "proven",
  category: "firewall-backend",
  title: "Two iptables engines hold rules at once",
  why: "iptables-legacy and iptables-nft keep rules apart, and a packet passes both: what one accepts the other may still drop, and nobody who looks with one command sees the other's rules.",
  fix: "Choose one with `update-alternatives --set iptables /usr/sbin/iptables-nft` (and ip6tables), flush the other, restart Docker. Docker from snap uses legacy.",
  sources: [
    "https://github.com/moby/moby/issues/46636",
    "https://github.com/moby/libnetwork/issues/2331",
    "https://github.com/chaifeng/ufw-docker/issues/9",
  ],
  needs: [
    "docker-network-inspect",
    ["iptables-legacy-save", "iptables-nft-save", "ip6tables-legacy-save", "nft-ruleset"],
  ],
  wants: ["iptables-save"],
  *run({ host }) {
    for (const family of [4, 6] as const) {
      const found = splitOf(host, family);
      if (found !== null) yield describe(host, family, found.legacy, found.nft);
    }
  },
});

/** What one engine holds beside empty tables that accept. */
interface Held {
  readonly rules: number;
  readonly docker: boolean;
  readonly sources: readonly Source[];
}

function splitOf(host: Host, family: 4 | 6): { readonly legacy: Held; readonly nft: Held } | null {
  const { own } = host;
  const captured = family === 4 ? own.iptables : own.ip6tables;
  const rules = own.nftables.known ? own.nftables.value : null;
  const sets = (captured?.known === true ? captured.value.sets : []).map((set) => inForce(set, rules));
  const byBackend = (backend: RuleSet["backend"]) =>
    sets
      .filter((set) => set.backend === backend)
      .map(heldBy)
      .find((held) => held !== null) ?? null;
  const legacy = byBackend("iptables-legacy");
  const nft = byBackend("iptables-nft") ?? heldInNft(host, family);
  return legacy === null || nft === null ? null : { legacy, nft };
}

function heldBy({ file, tables }: RuleSet): Held | null {
  const rules = tables.flatMap((table) => table.rules);
  const chains = tables.flatMap((table) => table.chains);
  const policies = chains.filter(({ policy }) => policy === "DROP");
  const first = rules[0]?.line ?? policies[0]?.line;
  if (first === undefined) return null;
  return {
    rules: rules.length,
    docker: chains.some(({ name }) => isDockerChain(name)),
    sources: [{ file, line: first }],
  };
}

/** iptables-nft's own tables, as nft shows them, where its save was not captured. */
function heldInNft(host: Host, family: 4 | 6): Held | null {
  const nft = host.own.nftables;
  if (!nft.known) return null;
  const { file, ruleset } = nft.value;
  const isIptables = (each: { readonly family: string; readonly table: string }) =>
    each.family === (family === 4 ? "ip" : "ip6") && isOfIptables(each) && tableState(ruleset, each) !== "dormant";
  const rules = ruleset.rules.filter(isIptables);
  const [first] = rules;
  if (first === undefined) return null;
  const docker = ruleset.chains.some((chain) => isIptables(chain) && isDockerChain(chain.name));
  return { rules: rules.length, docker, sources: [{ file, line: first.line }] };
}

function describe(host: Host, family: 4 | 6, legacy: Held, nft: Held): Observation {
  const command = commandOf(family);
  const [keep, drop] = legacy.docker && !nft.docker ? (["legacy", "nft"] as const) : (["nft", "legacy"] as const);
  const docker = legacy.docker === nft.docker ? "" : ` Docker's are in ${keep}.`;
  const both =
    legacy.docker && nft.docker ? " Docker's chains are in both: two engines, or one that changed sides." : "";
  return {
    subject: hostSubject(host),
    message: `${command}-legacy holds ${rules(legacy)} and ${command}-nft ${rules(nft)}; each packet passes both.${docker}${both}`,
    evidence: [...legacy.sources, ...nft.sources],
    fix: {
      text: `Keep ${keep}: look at what the other holds, write it anew with ${command}-${keep} where it is still wanted, and flush the other.`,
      commands: [
        sh`sudo ${command}-${drop}-save`,
        sh`sudo update-alternatives --set ${command} /usr/sbin/${command}-${keep}`,
        ...["FORWARD", "INPUT", "OUTPUT"].map((chain) => sh`sudo ${command}-${drop} -P ${chain} ACCEPT`),
        sh`sudo ${command}-${drop} -F`,
        sh`sudo ${command}-${drop} -t nat -F`,
        sh`sudo systemctl restart docker`,
      ],
      cutsTraffic: true,
    },
  };
}

const rules = (held: Held): string => (held.rules === 0 ? "a policy DROP" : count(held.rules, "rule"));
