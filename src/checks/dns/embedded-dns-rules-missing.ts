import { sh } from "../../lib/command.ts";
import type { Namespace } from "../../model/host.ts";
import { tableState } from "../../model/queries/nft-tables.ts";
import type { NftRuleset } from "../../parsers/nft-ruleset.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { iptablesHoldsDocker } from "../probes/exposure.ts";

export const embeddedDnsRulesMissing = defineCheck({
  id: "embedded-dns-rules-missing",
  severity: "error",
  sureness: "proven",
  category: "dns",
  title: "The rules that lead to Docker's resolver are gone inside a container",
  why: "The resolver at 127.0.0.11 really listens on a random port; two rules in the container's own nat table translate port 53 to it. Without them every name fails inside, while addresses still work.",
  fix: "Restart the container, and do not flush the nat table in it (`iptables -t nat -F` in an entrypoint, a firewall or VPN image).",
  sources: [
    "https://github.com/moby/libnetwork/issues/1938",
    "https://github.com/kubernetes-sigs/kind/issues/1414",
    "moby libnetwork/resolver_unix.go setupIPTable (to 28), setupNAT: DOCKER_OUTPUT, or the nftables table docker-dns (29)",
  ],
  needs: ["docker-network-inspect", ["iptables-save", "iptables-nft-save", "iptables-legacy-save", "nft-ruleset"]],
  needsInside: ["iptables-save", "nft-ruleset"],
  wantsInside: ["resolv-conf"],
  *run(context) {
    for (const namespace of context.host.sandboxes)
      if (lacksRules(context, namespace)) yield describe(context, namespace);
  },
});

function lacksRules({ host }: CheckContext, { resolver, iptables, nftables }: Namespace): boolean {
  if (!resolver.known || resolver.value.kind !== "embedded") return false;
  if (!iptables.known || iptables.value.missing.length > 0) return false;
  // With the nftables back end they are in nftables inside, too.
  if (!nftables.known && !iptablesHoldsDocker(host)) return false;
  if (nftables.known && holdsDockerDns(nftables.value.ruleset)) return false;
  const ports = resolver.value.embeddedPorts;
  return ports === null || (ports.udp === null && ports.tcp === null);
}

const holdsDockerDns = (ruleset: NftRuleset): boolean =>
  ruleset.rules.some((rule) => rule.table === "docker-dns" && tableState(ruleset, rule) !== "dormant");

function describe({ host }: CheckContext, { name: space, owner, resolver, iptables }: Namespace): Observation {
  const id = owner ?? space;
  const container = host.containers.find(({ name }) => name === id);
  const chains = (iptables.known ? iptables.value.sets : []).flatMap(({ file, tables }) =>
    tables
      .filter(({ name }) => name === "nat")
      .flatMap(({ chains }) => chains.filter(({ name }) => name === "OUTPUT").map(({ line }) => ({ file, line }))),
  );
  return {
    subject: { kind: "container", name: id },
    message: `${id} asks Docker's resolver at 127.0.0.11, but no rule in its namespace leads port 53 there to it: no name resolves inside.`,
    evidence: [...(resolver.known ? resolver.value.sources.slice(0, 1) : []), ...chains],
    fix: {
      text: "Docker sets the rules up when the container starts; find what flushed them.",
      commands: [
        sh`docker restart ${id}`,
        ...(container?.pid == null ? [] : [sh`sudo nsenter -t ${container.pid} -n iptables -t nat -S`]),
      ],
      cutsTraffic: true,
    },
  };
}
