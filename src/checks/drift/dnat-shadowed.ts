import { type DnatRule, dnatRules, ownerOf, publishedBy } from "../../docker-rules/dnat-rules.ts";
import { removeCommand } from "../../docker-rules/rule-set-index.ts";
import { formatAddress, holds, sameAddress } from "../../lib/address.ts";
import { defineCheck } from "../check.ts";
import { uncompared } from "../uncompared.ts";
import { portLabel, portName, rulesNeed } from "../words.ts";

export const dnatShadowed = defineCheck({
  id: "dnat-shadowed",
  severity: "error",
  sureness: "proven",
  category: "drift",
  title: "Two rules translate the same port of the host, and only the first is ever asked",
  why: "The container behind the second rule gets no connection from outside, though Docker shows its port as published.",
  fix: "Delete the rule that is left over, as a rule the first, and restart Docker.",
  sources: [
    "https://github.com/moby/moby/issues/32048",
    "https://github.com/moby/moby/issues/15151",
    "https://github.com/containers/podman/issues/27516",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  *run({ host }) {
    yield* uncompared(host);
    const seen = new Map<string, DnatRule[]>();
    for (const dnat of dnatRules(host)) {
      const key = `${dnat.family} ${dnat.rule.table} ${dnat.protocol} ${dnat.hostPort}`;
      const before = seen.get(key) ?? [];
      const first = before.find((one) => isMetFirst(one, dnat));
      seen.set(key, [...before, dnat]);
      if (first === undefined || (sameAddress(first.target, dnat.target) && first.targetPort === dnat.targetPort))
        continue;
      const who = ({ target }: DnatRule) => ownerOf(host, target)?.name ?? `${formatAddress(target)}, which nobody has`;
      yield {
        subject: { kind: "published-port", name: portName(publishedBy(dnat)) },
        message: `Port ${portLabel(publishedBy(dnat))} of the host leads to ${who(first)} by rule ${first.rule.position} of ${first.rule.chain}, so rule ${dnat.rule.position}, to ${who(dnat)}, is never asked.`,
        evidence: [first.rule.source, dnat.rule.source],
        fix: {
          text: "Delete the one that is left over.",
          commands: [removeCommand(ownerOf(host, first.target) === null ? first.rule : dnat.rule)],
          cutsTraffic: false,
        },
        causedBy: [
          { check: "dnat-target-stale", subject: { kind: "published-port", name: portName(publishedBy(first)) } },
        ],
      };
    }
  },
});

/** Whether every packet from outside that meets the second rule meets the first one before; which bridge each spares is the same to them. */
const isMetFirst = (first: DnatRule, second: DnatRule): boolean => !first.forSome && holds(first.bound, second.bound);
