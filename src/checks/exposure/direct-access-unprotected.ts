import { detectLayout, isBefore28 } from "../../docker-rules/layout.ts";
import { indexRuleSet, placeOf, userChain } from "../../docker-rules/rule-set-index.ts";
import { formatPrefix } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import { routedNetworks } from "../../model/queries/attached.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { type DirectAccess, directAccesses } from "../probes/direct-access.ts";
import { decidingLines, firewallIsKnown, untoldAboutStrangers } from "../probes/exposure.ts";
import { count, rulesNeed, some } from "../words.ts";

const mode = "com.docker.network.bridge.gateway_mode_ipv4";

export const directAccessUnprotected = defineCheck({
  id: "direct-access-unprotected",
  severity: "warning",
  sureness: "proven",
  category: "exposure",
  title: "Containers are reachable at their own addresses, past what is published",
  why: "A machine on the same link only has to add a route to the containers' subnet by this host, and then reaches ports that were never published, or those that were published for the host alone.",
  fix: "On engines before 28 keep the policy of FORWARD at DROP, or update to 28, which drops such packets itself. Gateway mode nat-unprotected and allow-direct-routing open the way on purpose: take them back, or filter in DOCKER-USER.",
  sources: [
    "https://github.com/moby/moby/pull/48724",
    "https://docs.docker.com/engine/network/port-publishing/",
    "https://docs.docker.com/engine/release-notes/28/",
  ],
  needs: ["docker-network-inspect", "ip-addr", rulesNeed],
  *run(context) {
    if (routedNetworks(context.host).length > 0) yield* untoldAboutStrangers(context);
    if (!firewallIsKnown(context.host)) return;
    const open = directAccesses(context, 4, "unpublished").filter(({ network }) => network.options[mode] !== "routed");
    for (const access of open) yield unpublished(context, access);
    const others = directAccesses(context, 4, "published").filter(
      ({ network: { id, options } }) => options[mode] !== "routed" && open.every(({ network }) => network.id !== id),
    );
    if (others.length === 0 || !expectsProtection(context)) return;
    for (const access of others) yield published(context, access);
  },
});

/** Since 28 published ports, too, are closed to those who do not come by the host's address; before they never were. */
function expectsProtection({ host }: CheckContext): boolean {
  const layout = detectLayout(host, indexRuleSet(host, 4));
  return layout !== null && !isBefore28(layout.id);
}

function unpublished(context: CheckContext, { network, containers, uplink, to, answer }: DirectAccess): Observation {
  const own = network.subnets.find(({ family }) => family === 4);
  const subnet = own === undefined ? "its subnet" : formatPrefix(own.subnet);
  const meant = network.options[mode] === "nat-unprotected";
  return {
    subject: { kind: "network", name: network.name },
    message: `Machines behind ${uplink} that route ${subnet} by this host reach every port of the ${count(containers.length, "container")} on ${network.name} (${some(containers)}), published or not: ${to} lets them in${meant ? ", as gateway mode nat-unprotected says" : ""}.`,
    evidence: [...forwardPolicy(context, decidingLines(answer)), ...network.sources],
    // The option asks for it by name: worth knowing, no fault.
    ...(meant ? { severity: "info" } : {}),
    fix: {
      text: meant
        ? `Create ${network.name} anew without gateway mode nat-unprotected, or keep strangers out in ${userChain(context.host, 4)}.`
        : "Drop by default what is forwarded; a host that forwards for others, too, needs rules of its own for them first.",
      commands: meant
        ? [
            // DNAT is a state of its own (net/netfilter/xt_conntrack.c): what came by a published port has it.
            sh`sudo iptables -I ${userChain(context.host, 4)} -i ${uplink} -o ${network.bridge ?? ""} -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`,
          ]
        : [sh`sudo iptables -P FORWARD DROP`],
      cutsTraffic: true,
    },
    causedBy: [
      { check: "docker-chains-missing" },
      { check: "docker-jump-missing" },
      { check: "network-rules-incomplete", subject: { kind: "network", name: network.name } },
      { check: "forward-terminal-before-docker" },
    ],
  };
}

function published({ host }: CheckContext, { network, uplink, to, container, answer }: DirectAccess): Observation {
  const meant = host.engine.settings.allowDirectRouting === true;
  return {
    subject: { kind: "network", name: network.name },
    message: `Published ports of ${network.name} answer at the containers' own addresses, too: machines behind ${uplink} that route the subnet by this host reach ${container} at ${to}, whatever address it is published on${meant ? ", as allow-direct-routing says" : ""}.`,
    evidence: [...decidingLines(answer), ...network.sources],
    severity: "info",
    fix: {
      text: meant
        ? "Remove allow-direct-routing from daemon.json unless it is wanted."
        : "Let Docker write its raw rules again; where DOCKER_INSECURE_NO_IPTABLES_RAW=1 is set, take it away.",
      commands: [sh`sudo systemctl restart docker`],
      cutsTraffic: true,
    },
    causedBy: [{ check: "docker-chains-missing" }],
  };
}

/** Where no rule decided, FORWARD's policy did. */
function forwardPolicy({ host }: CheckContext, lines: Observation["evidence"]): Observation["evidence"] {
  if (lines.length > 0) return lines;
  const book = indexRuleSet(host, 4);
  const forward = book.known ? book.value.chains.get(placeOf("filter", "FORWARD")) : undefined;
  return forward === undefined ? [] : [forward.source];
}
