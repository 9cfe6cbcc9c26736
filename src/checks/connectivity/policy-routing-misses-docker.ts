import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import { detours } from "../../dataplane/policy-routes.ts";
import type { Dataplane } from "../../dataplane/types.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { formatAddress, formatPrefix, prefixOf } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import { attachedTo, routedNetworks } from "../../model/queries/attached.ts";
import { takes } from "../../model/queries/publications.ts";
import { asCommand, interfaceSwitch } from "../../model/queries/switches.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { addressesOn } from "../probes/outside.ts";

export const policyRoutingMissesDocker = defineCheck({
  id: "policy-routing-misses-docker",
  severity: "warning",
  sureness: "strong",
  category: "connectivity",
  title: "Policy routing or the reverse-path filter sends Docker's packets the wrong way",
  why: "A rule for a second uplink or a VPN looks routes up in a table of its own. If that table knows nothing of Docker's networks, what the host sends to its containers leaves by the uplink; with a strict reverse-path filter what comes in by the other uplink is dropped.",
  fix: "`ip rule add to SUBNET lookup main priority 100`, or copy Docker's routes into that table; for two uplinks set rp_filter to 2.",
  sources: [
    "https://github.com/telnetdoogie/synology-docker/issues/93",
    "https://github.com/openstreetmap/operations/issues/1200",
    "https://github.com/jamesmcm/vopono/issues/372",
    "net/core/fib_rules.c fib_rules_lookup; net/ipv4/fib_frontend.c fib_validate_source",
  ],
  needs: ["docker-network-inspect", "ip-addr", "ip-route", "ip-rule"],
  *run(context) {
    yield* astray(context);
    yield* reversePath(context);
  },
});

/** What the host sends to a container, and what it forwards to it, ends up in another table. */
function* astray({ host, dataplane }: CheckContext): Iterable<Observation> {
  const stack = dataplane.own;
  if (stack.routesKnown[4] !== true) return;
  for (const network of routedNetworks(host)) {
    const [first] = attachedTo(host, network);
    const address = first?.endpoint.ipv4?.address;
    if (first === undefined || address === undefined) continue;
    for (const { rule, key, device, route } of detours(stack, address, network.bridge)) {
      const subnet = formatPrefix(network.subnets.find(({ family }) => family === 4)?.subnet ?? prefixOf(address, 32));
      const action = rule.action.kind === "lookup" ? `table ${rule.action.table}` : rule.action.kind;
      yield {
        subject: { kind: "network", name: network.name },
        message: `ip rule ${rule.priority} sends packets ${key} to ${action}, which has no route to ${subnet}: what is meant for ${first.container.name} (${formatAddress(address)}) leaves by ${device} instead of ${network.bridge}, by ${formatPrefix(route.to)}.`,
        evidence: [...rule.sources, ...route.sources],
        fix: {
          text: "Ask the main table for Docker's networks before that rule; persist it where the other rules are made.",
          commands: [sh`sudo ip rule add to ${subnet} lookup main priority ${Math.max(1, rule.priority - 1)}`],
          cutsTraffic: false,
        },
      };
    }
  }
}

/** Clients behind one of several uplinks are dropped, since the way back to them leads by another one. */
function* reversePath({ host, dataplane, ask }: CheckContext): Iterable<Observation> {
  const names = uplinkNames(dataplane, 4);
  // With rules by source address the way back hangs on the address that was asked: such a host was thought about.
  const byRules = dataplane.own.rules[4].some(({ from }) => from !== null && from.length > 0) ?? false;
  if (names.length < 2 || byRules) return;
  for (const name of names) {
    const [address] = addressesOn(dataplane, name, 4);
    if (address === undefined) continue;
    const port = host.publishedPorts.find((one) => one.protocol === "tcp" && takes(one.hostAddress, address));
    if (port === undefined) continue;
    const answer = ask({
      from: { address: representativeOutside(dataplane, 4), interface: name },
      to: targetAt(address, { protocol: "tcp", port: port.hostPort }),
    });
    if (answer?.verdict !== "unroutable" || answer.reason !== "reverse-path") continue;
    yield {
      subject: { kind: "interface", name },
      message: `The strict reverse-path filter drops what strangers send in by ${name} (asked: ${port.container}'s port ${port.hostPort}), since the way back to them leaves by ${otherOf(dataplane, name)}.`,
      evidence: [
        ...(interfaceSwitch(host, 4, name, "rp_filter")?.sources ?? []),
        ...(interfaceSwitch(host, 4, "all", "rp_filter")?.sources ?? []),
        ...port.sources,
      ],
      sureness: "hint",
      fix: {
        text: "Ask only that there is a way back, whichever; answers need policy rules of their own then.",
        commands: [asCommand(`net.ipv4.conf.${name.replaceAll(".", "/")}.rp_filter`, "2")],
        cutsTraffic: false,
      },
    };
  }
}

const otherOf = (dataplane: Dataplane, name: string): string =>
  uplinkNames(dataplane, 4)
    .filter((one) => one !== name)
    .join(" or ");
