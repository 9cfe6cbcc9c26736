import { findAbsentFirewall } from "../../docker-rules/absent-firewall.ts";
import { bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { covers } from "../../docker-rules/masquerades.ts";
import { indexRuleSet, placeOf } from "../../docker-rules/rule-set-index.ts";
import { sh } from "../../lib/command.ts";
import type { Host } from "../../model/host.ts";
import { beginningOf } from "../../model/queries/beginning-of.ts";
import { defineCheck, type Fix, type Observation, type Skip } from "../check.ts";
import { skipWithout } from "../skip.ts";
import { count, hostSubject, rulesNeed, some } from "../words.ts";

export const daemonIptablesDisabled = defineCheck({
  id: "daemon-iptables-disabled",
  severity: "error",
  sureness: "proven",
  category: "firewall-backend",
  title: "Docker was told not to write firewall rules",
  why: "Without its rules containers have no way out and nothing isolates networks; published ports work through docker-proxy alone, which hides their clients' addresses.",
  fix: 'Remove `"iptables": false` (or `"ip6tables"`) from daemon.json and restart Docker. To limit who gets to published ports use DOCKER-USER or bind them to 127.0.0.1.',
  sources: [
    "https://docs.docker.com/engine/network/packet-filtering-firewalls/#prevent-docker-from-manipulating-iptables",
    "https://github.com/moby/moby/issues/28811",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  *run({ host }) {
    yield* withoutIpv6Rules(host);
    const networks = bridgeNetworks(host, 4).filter(({ internal }) => !internal);
    if (networks.length === 0) return;
    const names = some(networks.map(({ network }) => network.name));
    if (host.engine.settings.iptables === false) {
      const book = indexRuleSet(host, 4);
      const own = book.known ? networks.flatMap((network) => covers(book.value, network)) : [];
      yield {
        subject: hostSubject(host),
        message:
          own.length > 0
            ? `daemon.json tells Docker not to write rules; ${own[0]?.text} gives its networks (${names}) source NAT instead, but nothing isolates them.`
            : `daemon.json tells Docker not to write rules, and nothing else gives its ${count(networks.length, "network")} (${names}) source NAT.`,
        evidence: [
          ...beginningOf(host, "daemon-json"),
          ...own.slice(0, 1).map((rule) => rule.source),
          ...networks.slice(0, 1).flatMap(({ network }) => network.sources.slice(0, 1)),
        ],
        fix,
        severity: own.length > 0 ? "warning" : "error",
      };
      return;
    }
    const absent = findAbsentFirewall(host);
    if (absent !== null) yield* skipWithout(host, "daemon-json");
    const [own] = absent?.ownNat ?? [];
    if (own === undefined) return;
    yield {
      subject: hostSubject(host),
      message: `No chain of Docker's is left, but ${own.text} gives its networks (${names}) source NAT: this looks like an engine told not to write rules ("iptables": false), unless its rules were flushed.`,
      evidence: [own.source, ...networks.slice(0, 1).flatMap(({ network }) => network.sources.slice(0, 1))],
      fix,
      severity: "warning",
      sureness: "hint",
    };
  },
});

const fix: Fix = {
  text: "Remove the key and restart Docker; rules of your own for its subnets are then not needed any more.",
  commands: [sh`sudoedit /etc/docker/daemon.json`, sh`sudo systemctl restart docker`],
  cutsTraffic: true,
};

/** IPv6 alone: containers may be reached and get out by plain routing, so that connections need not break. */
function* withoutIpv6Rules(host: Host): Iterable<Observation | Skip> {
  const { iptables, ip6tables } = host.engine.settings;
  const networks = bridgeNetworks(host, 6).filter(({ internal }) => !internal);
  if (iptables === false || networks.length === 0) return;
  const book = indexRuleSet(host, 6);
  if (!book.known || !book.value.chains.has(placeOf("filter", "DOCKER"))) yield* skipWithout(host, "daemon-json");
  if (ip6tables !== false) return;
  yield {
    subject: hostSubject(host),
    severity: "warning",
    message: `daemon.json tells Docker not to write IPv6 rules: it neither filters nor isolates ${some(networks.map(({ network }) => network.name))} over IPv6, gives no source NAT there, and published ports are docker-proxy's alone.`,
    evidence: [
      ...beginningOf(host, "daemon-json"),
      ...networks.slice(0, 1).flatMap(({ network }) => network.sources.slice(0, 1)),
    ],
    fix,
  };
}
