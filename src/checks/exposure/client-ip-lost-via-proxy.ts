import { uplinksOf } from "../../dataplane/uplinks.ts";
import { familyOf } from "../../lib/address.ts";
import { isPublic } from "../../lib/address-class.ts";
import { sh } from "../../lib/command.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import type { Host } from "../../model/host.ts";
import { isLocalOnly, type Publication, publications } from "../../model/queries/publications.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { arrivesAt, firewallIsKnown, untoldAboutStrangers } from "../probes/exposure.ts";
import { skipWithout } from "../skip.ts";
import { hostSubject, rulesNeed, some } from "../words.ts";

export const clientIpLostViaProxy = defineCheck({
  id: "client-ip-lost-via-proxy",
  severity: "info",
  sureness: "strong",
  category: "exposure",
  title: "Clients appear to containers as the bridge's gateway",
  why: "A proxy makes the connection anew: docker-proxy passes IPv6 connections on to a container without IPv6 as IPv4 ones of its own: logs, limits per address, and mail servers that trust their own network see the gateway instead of the client. So does RootlessKit with its builtin port driver, for every client of a rootless engine.",
  fix: "Enable IPv6 on the container's network, or publish for IPv4 only: `-p 0.0.0.0:25:25`. Rootless: choose a port driver that keeps the source, such as `implicit` with pasta.",
  sources: [
    "https://github.com/moby/moby/issues/17666",
    "https://github.com/moby/moby/issues/44015",
    "https://docs.docker.com/engine/network/port-publishing/",
    "https://docs.docker.com/engine/security/rootless/troubleshoot/",
    "https://github.com/rootless-containers/rootlesskit/blob/master/docs/port.md",
  ],
  needs: ["docker-network-inspect", "ip-addr", "ss-listen", rulesNeed],
  wants: [["docker-ps", "docker-inspect"]],
  *run(context) {
    const byRootlesskit = seenAsRootlesskit(context.host);
    if (byRootlesskit !== null) {
      yield byRootlesskit;
      return;
    }
    if (context.host.engine.rootless !== false) yield* skipWithout(context.host, "docker-version");
    const ports = publications(context.host).filter(({ addresses }) => addresses.some(({ family }) => family === 6));
    if (ports.length > 0) yield* untoldAboutStrangers(context);
    if (!firewallIsKnown(context.host)) return;
    const lost = ports.flatMap((port) => lossOf(context, port) ?? []);
    if (lost.length === 0) return;
    const gateways = [...new Set(lost.map(({ seen }) => seen))];
    yield {
      subject: hostSubject(context.host),
      message: `IPv6 clients of ${some(lost.map(({ port }) => `${port.container}:${port.containerPort}`))} are seen there as ${some(gateways)}: docker-proxy takes their connections at ${some(
        lost.map(({ at }) => at),
        2,
      )}, and the containers' networks have no IPv6.`,
      evidence: lost.flatMap(({ port, lines }) => [...lines, ...port.sources.slice(0, 1)]).slice(0, 12),
      fix: {
        text: `Enable IPv6 on the network, or publish for IPv4 only: ${lost
          .slice(0, 3)
          .map(
            ({ port }) =>
              `-p 0.0.0.0:${port.hostPort}:${port.containerPort}${port.protocol === "tcp" ? "" : `/${port.protocol}`}`,
          )
          .join(" ")}`,
        commands: [],
        cutsTraffic: false,
      },
    };
  },
});

/**
 * The port drivers that make connections anew (rootlesskit docs/port.md). From 3.0 on `builtin` keeps the source of TCP, if
 * docker-proxy is off as well.
 */
function seenAsRootlesskit(host: Host): Observation | null {
  const { rootlesskit, sources } = host.engine;
  const driver = rootlesskit?.portDriver ?? "";
  const ports = publications(host).filter((port) => !isLocalOnly(port));
  if (!["builtin", "gvisor-tap-vsock"].includes(driver) || ports.length === 0) return null;
  const may = driver === "builtin" && !/^[0-2]\./.test(rootlesskit?.version ?? "");
  return {
    subject: hostSubject(host),
    ...(may ? { sureness: "hint" } : {}),
    message: `Clients of ${some(ports.map((port) => `${port.container}:${port.containerPort}`))} are seen there as the gateway: RootlessKit's port driver ${driver} makes their connections anew${may ? ", unless docker-proxy is off and the port is TCP" : ""}.`,
    evidence: [...sources.slice(0, 1), ...ports.flatMap((port) => port.sources.slice(0, 1))].slice(0, 12),
    fix: {
      text: "Choose a port driver that keeps the source, in a drop-in of the user's docker.service (slirp4netns, or implicit with pasta as the network), then restart it.",
      commands: [sh`systemctl --user edit docker.service`, sh`systemctl --user restart docker.service`],
      cutsTraffic: true,
    },
  };
}

function lossOf({ host, dataplane, ask }: CheckContext, port: Publication) {
  for (const { name, addresses } of uplinksOf(dataplane)) {
    const own = addresses.find(({ address }) => address.family === 6 && isPublic(address));
    if (own === undefined) continue;
    const at = formatEndpoint(own.address, port.hostPort);
    const answer = ask({ from: name, to: targetAt(own.address, { protocol: port.protocol, port: port.hostPort }) });
    const proxied = answer?.steps.some(({ kind }) => kind === "proxy") === true;
    if (!proxied || answer.verdict !== "delivered" || !arrivesAt(answer, port.container)) continue;
    if (answer.sourceSeen === null || familyOf(answer.sourceSeen) === 6) continue;
    const listeners = host.own.listeners;
    const socket = listeners.known
      ? listeners.value.find((one) => one.port === port.hostPort && one.protocol === port.protocol && one.family !== 4)
      : undefined;
    return { port, at, seen: answer.sourceSeen, lines: socket?.sources ?? [] };
  }
  return null;
}
