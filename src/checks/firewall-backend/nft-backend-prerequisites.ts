import { compareRules } from "../../docker-rules/compare.ts";
import { commandOf } from "../../docker-rules/rule-set-index.ts";
import { parseAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import { routedNetworks } from "../../model/queries/attached.ts";
import { type CheckContext, defineCheck, type Observation, type Skip } from "../check.ts";
import { forwardCases } from "../nftables/packets.ts";
import { askChains } from "../probes/ask-chains.ts";
import { skip, skipFor, skipWithout } from "../skip.ts";
import { chainName, hostSubject, some } from "../words.ts";

export const nftBackendPrerequisites = defineCheck({
  id: "nft-backend-prerequisites",
  severity: "error",
  sureness: "proven",
  category: "firewall-backend",
  title: "Docker's nftables backend on a host that is still set up for iptables",
  why: "With nftables Docker neither turns forwarding on nor accepts anything in iptables: a policy DROP that an earlier engine left in FORWARD drops all that containers send and get.",
  fix: "Set FORWARD's policy back to ACCEPT, persist net.ipv4.ip_forward=1, and leave swarm to the iptables backend.",
  sources: [
    "https://docs.docker.com/engine/network/firewall-nftables/",
    "https://github.com/moby/moby/issues/50566",
    "moby internal/nftabler/cleaner.go; libnetwork/drivers/bridge/setup_ip_forwarding.go checkForwarding (29.0)",
  ],
  needs: ["docker-network-inspect", "nft-ruleset"],
  *run(context) {
    const { host } = context;
    const { layout } = compareRules(host);
    if (layout === null)
      yield skipFor("neither rules nor docker-version tell which back end the engine uses", "docker-version");
    if (layout?.id !== "nftables") return;
    yield* skipWithout(host, "iptables-save", "iptables-nft-save", "iptables-legacy-save");
    yield* skipWithout(host, "sysctl");
    yield* skipWithout(host, "docker-info");
    yield* leftDrop(context);
    const forward = host.own.sysctls.known ? host.own.sysctls.value["net.ipv4.ip_forward"] : undefined;
    if (forward?.value === "0" && routedNetworks(host).length > 0)
      yield {
        subject: hostSubject(host),
        message:
          "net.ipv4.ip_forward is 0, and with nftables Docker does not turn it on: it only checks it when it makes a network.",
        evidence: forward.sources,
        fix: {
          text: "Turn forwarding on, also for the next start.",
          commands: [
            sh`echo net.ipv4.ip_forward=1 | sudo tee /etc/sysctl.d/99-docker.conf`,
            sh`sudo sysctl -p /etc/sysctl.d/99-docker.conf`,
          ],
          cutsTraffic: false,
        },
        causedBy: [{ check: "ip-forwarding-off" }],
      };
    if (host.engine.swarm === "active")
      yield {
        subject: hostSubject(host),
        message:
          "Swarm is active, and Docker filters with nftables, which does not support swarm but for the feature swarm-nftables.",
        evidence: host.engine.sources.slice(0, 1),
        sureness: "strong",
        fix: {
          text: 'Set "firewall-backend": "iptables" in daemon.json, or leave the swarm.',
          commands: [sh`sudo systemctl restart docker`],
          cutsTraffic: true,
        },
      };
  },
});

/** iptables' FORWARD drops by its policy what a network needs. */
function* leftDrop({ host, dataplane }: CheckContext): Iterable<Observation | Skip> {
  const stack = dataplane.own;
  for (const family of [4, 6] as const) {
    const answers = routedNetworks(host).flatMap((network) =>
      forwardCases(dataplane, network, family).flatMap(({ what, packet }) => {
        const [source, destination] = [parseAddress(packet.source), parseAddress(packet.destination)];
        if (what === "answer" || packet.protocol !== "tcp" || source === null || destination === null) return [];
        const { incoming, outgoing, port } = packet;
        const answer = askChains(stack, "forward", { source, destination, protocol: 6, port, incoming, outgoing });
        if (answer === null || answer === "unknown") return answer ?? [];
        const dropped = answer.outcome.verdict.kind === "drop" && answer.outcome.rule === null;
        return dropped ? { network: network.name, source: answer.base.chain.source } : [];
      }),
    );
    if (answers.includes("unknown"))
      yield skip(`whether ${commandOf(family)}'s FORWARD drops hangs on rules of unknown effect`);
    const lost = answers.filter((one) => one !== "unknown");
    const [first] = lost;
    if (first === undefined) continue;
    yield {
      subject: { kind: "chain", name: chainName(family, "filter", "FORWARD") },
      message: `Docker filters with nftables here, but iptables' FORWARD still has policy DROP, and nothing there accepts the traffic of ${some([...new Set(lost.map(({ network }) => network))])}.`,
      evidence: [first.source],
      fix: {
        text: "Accept in iptables; what the host may forward besides belongs into nftables rules of your own.",
        commands: [sh`sudo ${commandOf(family)} -P FORWARD ACCEPT`],
        cutsTraffic: false,
      },
    };
  }
}
