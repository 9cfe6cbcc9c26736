import { appendCommand, removeCommand } from "../../docker-rules/rule-set-index.ts";
import { defineCheck } from "../check.ts";
import { earlyRules } from "../probes/forward-order.ts";
import { uncompared } from "../uncompared.ts";
import { chainName, rulesNeed, some } from "../words.ts";

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
