import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { commandOf, userChain } from "../../docker-rules/rule-set-index.ts";
import { sh } from "../../lib/command.ts";
import { transportNumbers } from "../../lib/protocol.ts";
import type { PublishedPort } from "../../model/host.ts";
import { takes } from "../../model/queries/publications.ts";
import { isReceivedBy } from "../../trace/answer.ts";
import { isOnHost } from "../../trace/packet-state.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { askChains, type ChainAnswer } from "../probes/ask-chains.ts";
import { addressesOn } from "../probes/outside.ts";
import { banPorts } from "../signatures/bans.ts";
import { skip } from "../skip.ts";
import { hostSubject, portName, rulesNeed, some } from "../words.ts";

export const hostFirewallBypassed = defineCheck({
  id: "host-firewall-bypassed",
  severity: "warning",
  sureness: "strong",
  category: "exposure",
  title: "The host's firewall does not guard published ports",
  why: "Packets for a published port are translated before INPUT and go through FORWARD: what ufw, firewall scripts or fail2ban forbid in INPUT is open all the same. People find out when a database is read by strangers.",
  fix: "Publish on 127.0.0.1 what only the host needs, or filter in DOCKER-USER with `--ctorigdstport`; for fail2ban set `chain = DOCKER-USER`.",
  sources: [
    "https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw",
    "https://github.com/moby/moby/issues/22054",
    "https://github.com/moby/moby/issues/4737",
  ],
  needs: ["ip-addr", "docker-network-inspect", rulesNeed],
  *run(context) {
    for (const family of [4, 6] as const) {
      const open = openPorts(context, family);
      if (open.length === 0) continue;
      const shut = open.flatMap(({ input, ...rest }) =>
        input === null || input === "unknown" ? [] : [{ ...rest, input }],
      );
      if (shut.length > 0) yield bypassed(context, family, shut);
      if (open.some(({ input }) => input === "unknown"))
        yield skip(
          `whether INPUT would drop what goes to published ports${family === 6 ? " over IPv6" : ""} hangs on rules of unknown effect`,
        );
      yield* bansBypassed(context, family, open);
    }
  },
});

interface OpenPort {
  readonly port: PublishedPort;
  readonly uplink: string;
  /** What INPUT would have done to the packet; null when it would have let it in. */
  readonly input: ChainAnswer | "unknown" | null;
}

type ShutPort = OpenPort & { readonly input: ChainAnswer };

/** Published ports that a machine far away gets to. */
function openPorts({ host, dataplane, ask }: CheckContext, family: 4 | 6): readonly OpenPort[] {
  const stack = dataplane.own;
  const source = representativeOutside(dataplane, family);
  const bans = banPorts(dataplane, family);
  return uplinkNames(dataplane, family).flatMap((uplink) => {
    const addresses = addressesOn(dataplane, uplink, family);
    return host.publishedPorts.flatMap((port): OpenPort[] => {
      const destination = addresses.find((one) => takes(port.hostAddress, one));
      if (destination === undefined) return [];
      const input = askChains(stack, "input", {
        source,
        destination,
        protocol: transportNumbers[port.protocol],
        port: port.hostPort,
        incoming: uplink,
        outgoing: null,
      });
      const kind = input === null || input === "unknown" ? input : input.outcome.verdict.kind;
      const shuts = kind === "drop" || kind === "reject";
      // What INPUT lets in is not asked about any further.
      const letsIn = !shuts && kind !== "unknown" && !stack.firewall[family].unknown.has("input");
      if (letsIn && !bans.some(({ covers }) => covers(port.hostPort, port.protocol))) return [];
      const to = targetAt(destination, { protocol: port.protocol, port: port.hostPort });
      const answer = ask({ from: uplink, to });
      // docker-proxy's own connections come in through INPUT: only what DNAT leads past it is of interest.
      const proxied = answer?.steps.some((step) => step.hook?.hook === "input" && isOnHost(step)) === true;
      if (answer?.verdict !== "delivered" || !isReceivedBy(answer.deliveredTo, port.container) || proxied) return [];
      return [{ port, uplink, input: shuts || input === "unknown" ? input : null }];
    });
  });
}

function bypassed({ host }: CheckContext, family: 4 | 6, shut: readonly ShutPort[]): Observation {
  const names = [...new Set(shut.map(({ port }) => `${portName(port)} (${port.container})`))];
  const [first] = shut as readonly [ShutPort, ...ShutPort[]];
  const rules = [
    ...new Set(shut.map(({ input }) => input.outcome.rule?.text ?? `the policy of ${input.base.chain.name}`)),
  ];
  return {
    subject: hostSubject(host),
    message: `${some(names, 6)} ${names.length === 1 ? "is" : "are"} open to everybody behind ${first.uplink}${family === 6 ? " over IPv6" : ""}, though ${some(rules, 2)} would drop it: what DNAT sends to a container never comes through INPUT.`,
    evidence: shut.flatMap(({ port, input }) => [
      input.outcome.rule?.source ?? input.base.chain.source,
      ...port.sources,
    ]),
    fix: {
      text: "Name those who may connect; or publish on 127.0.0.1. Replace 192.0.2.0/24 by your own network.",
      commands: shut.map(
        ({ port, uplink }) =>
          sh`sudo ${commandOf(family)} -I ${userChain(host, family)} -i ${uplink} -p ${port.protocol} -m conntrack --ctorigdstport ${port.hostPort} --ctdir ORIGINAL ! -s ${family === 4 ? "192.0.2.0/24" : "2001:db8::/32"} -j DROP`,
      ),
      cutsTraffic: true,
    },
  };
}

/** Bans that only INPUT asks, for a port that is a container's. */
function* bansBypassed({ dataplane }: CheckContext, family: 4 | 6, open: readonly OpenPort[]): Iterable<Observation> {
  for (const { chain, jump, covers } of banPorts(dataplane, family)) {
    const lost = open.filter(({ port }) => covers(port.hostPort, port.protocol));
    const [first] = lost;
    if (first === undefined) continue;
    yield {
      subject: { kind: "chain", name: `filter ${chain.name}${family === 6 ? " (IPv6)" : ""}` },
      message: `Only INPUT asks ${chain.name}, so its bans do not keep anybody from ${some(lost.map(({ port }) => `${portName(port)} (${port.container})`))}.`,
      evidence: [jump.source, chain.source, ...lost.flatMap(({ port }) => port.sources)],
      fix: {
        text: "Let fail2ban write its bans where packets for containers pass: `chain = DOCKER-USER` in jail.local, with the container's port.",
        commands: [sh`sudo fail2ban-client reload`],
        cutsTraffic: false,
      },
    };
  }
}
