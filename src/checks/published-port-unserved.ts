import type { Source } from "../lib/source.ts";
import type { Host, PublishedPort } from "../model/host.ts";
import type { Answer } from "../reach/answer.ts";
import type { Step } from "../reach/flight.ts";
import { type CheckCause, type CheckContext, defineCheck, type Observation } from "./check.ts";
import { appnet, appnetAddresses, appnetPs, appnetRoutes, appnetRules26, appnetRules29 } from "./examples/appnet.ts";
import { replaced, without } from "./examples/edit.ts";
import { compareRules, type MissingRule } from "./expected/compare.ts";
import { earlyRules } from "./expected/forward-order.ts";
import { isDockerChain } from "./expected/rule-book.ts";
import { addressesOf, uplinkNames } from "./expected/uplinks.ts";
import { portName, rulesNeed } from "./expected/words.ts";

const host = {
  "docker-network-inspect": appnet,
  "docker-ps": appnetPs,
  "ip-addr": appnetAddresses,
  "ip-route": appnetRoutes,
};

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
  examples: {
    bad: [
      {
        name: "the rule that opens the port is gone: the network's DROP decides",
        captures: { ...host, "iptables-save": without(appnetRules29, "-A DOCKER -d 172.18.0.2/32") },
      },
      {
        name: "the DNAT rule is gone: docker-proxy serves the port alone",
        captures: { ...host, "iptables-save": without(appnetRules26, "--to-destination") },
      },
    ],
    good: [
      { name: "rules and ways are there", captures: { ...host, "iptables-save": appnetRules29 } },
      {
        name: "the user's own rule in DOCKER-USER keeps clients away",
        captures: {
          ...host,
          "iptables-save": replaced(
            appnetRules29,
            "-A FORWARD -j DOCKER-FORWARD\n",
            "-A FORWARD -j DOCKER-FORWARD\n-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8080 -j DROP\n",
          ),
        },
      },
      {
        name: "nat-unprotected: no rule opens the port, since none closes it",
        captures: {
          ...host,
          "docker-network-inspect": replaced(
            appnet,
            '"Options": {}',
            '"Options": { "com.docker.network.bridge.gateway_mode_ipv4": "nat-unprotected" }',
          ),
          "iptables-save": replaced(
            without(appnetRules29, "-A DOCKER -d 172.18.0.2/32", "-A PREROUTING -d"),
            "-A DOCKER ! -i br-28feb3a9f564 -o br-28feb3a9f564 -j DROP",
            "-A DOCKER ! -i br-28feb3a9f564 -o br-28feb3a9f564 -j ACCEPT",
          ),
        },
      },
      {
        name: "an IPv6 address of the host and a container without one: docker-proxy, and no rule",
        captures: {
          ...host,
          "docker-ps": replaced(appnetPs, "0.0.0.0:8080->80/tcp     ", "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp"),
          "iptables-save": appnetRules29,
          "ip6tables-save": "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
        },
      },
    ],
  },
  *run(context) {
    const missing = compareRules(context.host).families.flatMap((family) => family.missing);
    for (const port of context.host.publishedPorts) {
      if (port.knownFrom !== "engine") continue;
      const own = missing.filter(
        ({ expected }) => expected.port === port && (expected.purpose === "dnat" || expected.purpose === "port-accept"),
      );
      const answer = askFromOutside(context, port);
      const broken = answer === null ? null : brokenPath(context.host, answer);
      if (broken !== null) yield deadPort(port, broken, own);
      else if (own.length > 0) yield unwrittenRules(port, own, answer);
    }
  },
});

/** The way of a client: by the uplink to the address that the port is bound to, or from the host itself for a loopback one. */
function askFromOutside(
  { host, ask }: CheckContext,
  { hostAddress, hostPort, protocol }: PublishedPort,
): Answer | null {
  const family = hostAddress.includes(":") ? 6 : 4;
  const [uplink] = uplinkNames(host, family);
  if (uplink === undefined) return null;
  const onUplink = addressesOf(host, family, (name) => name === uplink).map(({ address }) => address);
  const isLoopback = hostAddress === "::1" || hostAddress.startsWith("127.");
  const isAny = hostAddress === "0.0.0.0" || hostAddress === "::";
  const address = isAny ? onUplink[0] : hostAddress;
  if (
    address === undefined ||
    (!isAny && !isLoopback && !addressesOf(host, family, () => true).some((own) => own.address === address))
  )
    return null;
  const to = `${family === 6 ? `[${address}]` : address}:${hostPort}/${protocol}`;
  return ask({ from: isLoopback ? "host" : uplink, to });
}

interface BrokenPath {
  readonly because: string;
  readonly evidence: readonly Source[];
  readonly causes: readonly CheckCause[];
}

/**
 * Why nobody gets through, when the host or Docker is to blame: not a container that does not listen or has a firewall of its
 * own, and not rules of the user's, who may have meant it.
 */
function brokenPath(host: Host, answer: Answer): BrokenPath | null {
  if (answer.verdict === "delivered" || answer.verdict === "unknown") return null;
  const steps = answer.reply !== null && answer.reply.verdict !== "delivered" ? answer.reply.steps : answer.steps;
  const last = steps.at(-1);
  if (last === undefined || last.namespace !== "host") return null;
  const hook = steps.findLast((step) => step.hook !== undefined);
  const isFiltered = answer.verdict === "rejected" || answer.verdict === "dropped";
  const verdict = hook?.hook?.verdict;
  if (isFiltered && (verdict === "drop" || verdict === "reject") && hook !== undefined && !isDockersDoing(host, hook))
    return null;
  return {
    because: answer.because.join("; "),
    evidence: [...last.sources, ...(hook?.sources ?? [])],
    causes: causesOf(answer),
  };
}

/** Whether Docker's rules or FORWARD's policy decided, or a rule that is a finding of its own. */
function isDockersDoing(host: Host, { hook }: Step): boolean {
  const decided = hook?.rules.findLast(({ effect }) => effect === "decided");
  if (decided === undefined) return hook?.hook === "forward";
  if (isDockerChain(decided.chain)) return true;
  const isRaw = hook?.table === "raw" && hook.hook === "prerouting";
  const { file, line } = decided.rule.source;
  return isRaw || earlyRules(host).some(({ rule }) => rule.source.file === file && rule.source.line === line);
}

function causesOf({ reason }: Answer): readonly CheckCause[] {
  const named = (...checks: readonly string[]) => checks.map((check) => ({ check }));
  switch (reason) {
    case "forwarding-off":
      return named("ip-forwarding-off");
    case "no-neighbour":
      return named("container-port-detached", "duplicate-container-ip", "leaked-endpoint-or-veth");
    case null:
      return named(
        "docker-chains-missing",
        "docker-jump-missing",
        "forward-terminal-before-docker",
        "dnat-shadowed",
        "dnat-target-stale",
        "bridge-address-wrong",
        "network-rules-incomplete",
        "raw-drop-hits-live-container",
      );
    default:
      return named("network-bridge-missing", "bridge-address-wrong", "subnet-shadows-route");
  }
}

const target = ({ container, containerPort, protocol }: PublishedPort): string =>
  `port ${containerPort}/${protocol} of ${container}`;

function restartContainer({ container }: PublishedPort): NonNullable<Observation["fix"]> {
  return { text: "Publish the port again.", commands: [`docker restart ${container}`], cutsTraffic: true };
}

function deadPort(
  port: PublishedPort,
  { because, evidence, causes }: BrokenPath,
  own: readonly MissingRule[],
): Observation {
  const lacks = own.length === 0 ? "" : ` (its rule ${own[0]?.expected.text} is missing)`;
  return {
    subject: { kind: "published-port", name: portName(port) },
    message: `Nobody outside gets by port ${portName(port)} of the host to ${target(port)}: ${because}${lacks}.`,
    evidence: [...evidence, ...own.flatMap((rule) => rule.evidence), ...port.sources.slice(0, 1)],
    fix: restartContainer(port),
    causedBy: causes,
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
        : "it works only because no rule or policy drops it";
  return {
    subject: { kind: "published-port", name: portName(port) },
    message: `Port ${portName(port)} of the host, for ${target(port)}, lacks its ${lacksDnat ? "DNAT" : "ACCEPT"} rule; ${how}.`,
    evidence: [...own.flatMap(({ evidence }) => evidence), ...port.sources.slice(0, 1)],
    fix: restartContainer(port),
    severity: "warning",
    sureness: "proven",
    causedBy: [{ check: "docker-chains-missing" }, { check: "docker-jump-missing" }],
  };
}
