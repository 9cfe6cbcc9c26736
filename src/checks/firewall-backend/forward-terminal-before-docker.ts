import { appendCommand, removeCommand } from "../../docker-rules/rule-set-index.ts";
import { defineCheck } from "../check.ts";
import { appnet, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import { earlyRules } from "../probes/forward-order.ts";
import { uncompared } from "../uncompared.ts";
import { chainName, rulesNeed, some } from "../words.ts";

const before = (rules: string, ...lines: readonly string[]): string =>
  replaced(
    rules,
    "-A FORWARD -j DOCKER-USER\n",
    `${lines.map((line) => `${line}\n`).join("")}-A FORWARD -j DOCKER-USER\n`,
  );

export const forwardTerminalBeforeDocker = defineCheck({
  id: "forward-terminal-before-docker",
  severity: "error",
  sureness: "proven",
  category: "firewall-backend",
  title: "A rule in FORWARD decides before Docker's rules are asked",
  why: "A DROP or REJECT there cuts containers off whatever Docker allows; an ACCEPT lets everything through that Docker would keep apart, unpublished ports included.",
  fix: "Move the rule behind Docker's jumps, where it is kept as well, or restart Docker, which puts its jumps back on top. 28.0.0 appended its own rules behind others: update to 28.0.1 or later.",
  sources: [
    "https://github.com/moby/moby/issues/49528",
    "https://github.com/moby/moby/pull/49518",
    "https://github.com/moby/moby/issues/18911",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  examples: {
    bad: [
      {
        name: "REJECT of a distribution's default rules, loaded after Docker had started",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": before(appnetRules29, "-A FORWARD -j REJECT --reject-with icmp-host-prohibited"),
        },
      },
      {
        name: "ufw's reject chain before the engine's rules",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": before(
            appnetRules26,
            "-A FORWARD -j ufw-reject-forward",
            "-A ufw-reject-forward -j REJECT --reject-with icmp-port-unreachable",
          ),
        },
      },
      {
        name: "an ACCEPT for the bridge bypasses Docker's isolation",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": before(appnetRules29, "-A FORWARD -o br-28feb3a9f564 -j ACCEPT"),
        },
      },
    ],
    good: [
      {
        name: "libvirt's rules are about its own bridge",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": before(
            appnetRules29,
            "-A FORWARD -j LIBVIRT_FWI",
            "-A LIBVIRT_FWI -o virbr0 -j REJECT --reject-with icmp-port-unreachable",
            "-A FORWARD -i virbr0 -j ACCEPT",
          ),
        },
      },
      {
        name: "Tailscale's chain before Docker's is about its own interface",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": before(
            appnetRules29,
            "-A FORWARD -j ts-forward",
            "-A ts-forward -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000",
            "-A ts-forward -m mark --mark 0x40000/0xff0000 -j ACCEPT",
            "-A ts-forward -s 100.64.0.0/10 -o tailscale0 -j DROP",
            "-A ts-forward -o tailscale0 -j ACCEPT",
          ),
        },
      },
      {
        name: "answers of connections that are there already",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": before(appnetRules29, "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"),
        },
      },
      {
        name: "the REJECT stands behind Docker's jumps",
        captures: {
          "docker-network-inspect": appnet,
          "iptables-save": replaced(
            appnetRules29,
            "-A FORWARD -j DOCKER-FORWARD\n",
            "-A FORWARD -j DOCKER-FORWARD\n-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n",
          ),
        },
      },
    ],
  },
  *run(context) {
    const { host } = context;
    yield* uncompared(host);
    for (const { rule, at, verdict, networks, late, family } of earlyRules(context)) {
      const names = some(networks.map(({ network }) => network.name));
      const isOwn = rule === at;
      const effect =
        verdict === "ACCEPT"
          ? `so everything it meets passes, published or not, and Docker's isolation of ${names} is void`
          : `so it ${verdict === "DROP" ? "drops" : "rejects"} traffic of ${names} that Docker allows`;
      yield {
        subject: { kind: "chain", name: chainName(family, "filter", "FORWARD") },
        message: `${isOwn ? rule.text : `${at.text} (${rule.chain}: ${rule.text})`} is rule ${at.position} of FORWARD and stands before Docker's ${late.text} (rule ${late.position}), ${effect}.`,
        evidence: [at.source, rule.source, late.source],
        fix: {
          text: "Move it behind Docker's rules, and see that it is saved there.",
          commands: [removeCommand(at), appendCommand(at)],
          cutsTraffic: false,
        },
        ...(verdict === "ACCEPT" ? { severity: "warning" } : {}),
      };
    }
  },
});
