import { bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { compareRules, type MissingRule } from "../../docker-rules/compare.ts";
import { attachedTo, servingEndpoint } from "../../docker-rules/endpoint-rules.ts";
import { sh } from "../../lib/command.ts";
import { formatSource } from "../../lib/source.ts";
import type { Host, PublishedPort } from "../../model/host.ts";
import type { Answer } from "../../trace/answer.ts";
import { type CheckCause, defineCheck, type Observation, type Subject } from "../check.ts";
import { askFromOutside, failedSteps, settingsOn, whyUnserved } from "../probes/client-path.ts";
import { earlyRules } from "../probes/forward-order.ts";
import { uncompared } from "../uncompared.ts";
import { portLabel, portName, rulesNeed } from "../words.ts";

export const publishedPortUnserved = defineCheck({
  id: "published-port-unserved",
  severity: "error",
  sureness: "strong",
  category: "connectivity",
  title: "A published port has no working path to its container",
  why: "Clients time out or are refused although `docker ps` shows the port as published.",
  fix: "Restart the container, which publishes its ports again; if that does not help, restart Docker.",
  sources: [
    "moby libnetwork/drivers/bridge/internal/iptabler/port.go setPerPortIptables (v28.2.2), port_mapping_linux.go (v27.5.1)",
    "https://github.com/moby/moby/issues/46147",
    "https://github.com/moby/moby/issues/49511",
  ],
  needs: ["docker-network-inspect", ["docker-ps", "docker-inspect"], rulesNeed],
  wants: ["ip-addr", "ip-route", "sysctl"],
  *run(context) {
    const { host } = context;
    yield* uncompared(host);
    // Where the engine's rules are in no capture, the way through them is not known, whatever the rest looks like.
    if (compareRules(host).families.length === 0) return;
    const missing = missingByPort(host);
    const early = new Set(earlyRules(context).map(({ rule }) => formatSource(rule.source)));
    const dead = new Set<string>();
    for (const port of host.publishedPorts) {
      // The same port on all IPv6 addresses, dead as well, is the same trouble.
      const binding = `${port.container} ${port.hostPort}/${port.protocol}`;
      if (port.knownFrom !== "engine" || dead.has(binding)) continue;
      const own = missing.get(port) ?? [];
      const answer = askFromOutside(context, port);
      const why = answer === null ? null : whyUnserved(answer, port, early);
      if (answer !== null && why !== null) {
        yield deadPort(host, port, answer, why, own);
        dead.add(binding);
      } else if (own.length > 0) yield unwrittenRules(port, own, answer);
    }
  },
});

/** The DNAT and ACCEPT rules that each port lacks. */
function missingByPort(host: Host): ReadonlyMap<PublishedPort, readonly MissingRule[]> {
  const found = new Map<PublishedPort, MissingRule[]>();
  for (const rule of compareRules(host).families.flatMap((family) => family.missing)) {
    const { port, purpose } = rule.expected;
    if (port !== null && (purpose === "dnat" || purpose === "port-accept"))
      found.set(port, [...(found.get(port) ?? []), rule]);
  }
  return found;
}

/** What else may be found that this follows from. */
function causesOf(host: Host, port: PublishedPort, { reason }: Answer): readonly CheckCause[] {
  const { family } = port.hostAddress;
  const serving = servingEndpoint(port, attachedTo(host, bridgeNetworks(host, family)), () => false);
  const one = (kind: Subject["kind"], name: string, ...checks: readonly string[]) =>
    checks.map((check) => ({ check, subject: { kind, name } }));
  return [
    ...(reason === "forwarding-off" ? [{ check: "ip-forwarding-off" }] : []),
    ...(reason === "no-neighbour" ? [{ check: "container-port-detached" }] : []),
    ...(serving === null
      ? []
      : [
          ...one("network", serving.on.network.name, "network-bridge-missing"),
          ...one("bridge", serving.on.bridge, "network-bridge-missing", "bridge-address-wrong"),
          ...one("network", serving.on.network.name, "bridge-address-wrong"),
        ]),
    ...one("published-port", portName(port), "dnat-shadowed", "dnat-target-stale", "other-nat-claims-port"),
    ...one("container", port.container, "raw-drop-hits-live-container"),
    ...["docker-chains-missing", "docker-jump-missing", "forward-terminal-before-docker"].map((check) => ({ check })),
    ...(serving === null ? [] : one("network", serving.on.network.name, "network-rules-incomplete")),
  ];
}

const target = ({ container, containerPort, protocol }: PublishedPort): string =>
  `port ${containerPort}/${protocol} of ${container}`;

function restartContainer({ container }: PublishedPort): NonNullable<Observation["fix"]> {
  return { text: "Publish the port again.", commands: [sh`docker restart ${container}`], cutsTraffic: true };
}

function deadPort(
  host: Host,
  port: PublishedPort,
  answer: Answer,
  because: string,
  own: readonly MissingRule[],
): Observation {
  const lacks = own.length === 0 ? "" : ` (its rule ${own[0]?.expected.text} is missing)`;
  const steps = failedSteps(answer);
  return {
    subject: { kind: "published-port", name: portName(port) },
    message: `Nobody outside reaches ${target(port)} by port ${portLabel(port)} of the host: ${because}${lacks}.`,
    evidence: [
      ...settingsOn(host, steps),
      ...(steps.at(-1)?.sources ?? []),
      ...(steps.findLast((step) => step.hook !== undefined)?.sources ?? []),
      ...own.flatMap((rule) => rule.evidence),
      ...port.sources.slice(0, 1),
    ],
    fix: restartContainer(port),
    causedBy: causesOf(host, port, answer),
  };
}

/** The path works all the same, by docker-proxy or by a policy that lets everything pass, or is not known. */
function unwrittenRules(port: PublishedPort, own: readonly MissingRule[], answer: Answer | null): Observation {
  const lacksDnat = own.some(({ expected }) => expected.purpose === "dnat");
  const how =
    answer?.verdict !== "delivered"
      ? "whether docker-proxy serves it is not known"
      : lacksDnat
        ? "docker-proxy serves it alone, so the container sees the host as every client"
        : "it works all the same, by docker-proxy or because nothing else drops it";
  return {
    subject: { kind: "published-port", name: portName(port) },
    message: `Port ${portLabel(port)} of the host, for ${target(port)}, lacks its ${lacksDnat ? "DNAT" : "ACCEPT"} rule; ${how}.`,
    evidence: [...own.flatMap(({ evidence }) => evidence), ...port.sources.slice(0, 1)],
    fix: restartContainer(port),
    severity: "warning",
    sureness: "proven",
    causedBy: [{ check: "docker-chains-missing" }, { check: "docker-jump-missing" }],
  };
}
