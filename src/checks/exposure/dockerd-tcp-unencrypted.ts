import { uplinksOf } from "../../dataplane/uplinks.ts";
import { type Address, sameAddress } from "../../lib/address.ts";
import { isLoopback } from "../../lib/address-class.ts";
import { type Command, sh } from "../../lib/command.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import { unspecified } from "../../lib/literals.ts";
import type { Host, ListeningSocket } from "../../model/host.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { hostSubject, some } from "../words.ts";

/** Ports of dockerd that are no API without TLS: the one with TLS, swarm's management and gossip, and its usual metrics. */
const harmless = new Set([2376, 2377, 7946, 9323]);

export const dockerdTcpUnencrypted = defineCheck({
  id: "dockerd-tcp-unencrypted",
  severity: "error",
  sureness: "strong",
  category: "exposure",
  title: "The Docker API listens on TCP without encryption",
  why: "Whoever reaches the API is root on the host: it starts containers with any directory of the host mounted.",
  fix: "Take the tcp:// address out of `hosts` in daemon.json or of dockerd's command line; use `docker context create --docker host=ssh://user@host`, or TLS with client certificates on 2376.",
  sources: [
    "https://docs.docker.com/engine/security/protect-access/",
    "moby daemon/info.go fillAPIInfo: the API is accessible without encryption; access is equal to root",
    "CIS Docker Benchmark 2.6 (v1.2.0)",
  ],
  needs: [["ss-listen", "daemon-json", "docker-info"]],
  wants: ["ss-listen", "daemon-json"],
  *run(context) {
    const listeners = context.host.own.listeners;
    const sockets = (listeners.known ? listeners.value : []).filter((socket) => isApi(context, socket));
    for (const socket of sockets) yield describe(context, socket);
    // What is listened on is told already; daemon.json tells what will be, or what ss does not show.
    if (sockets.length > 0) return;
    if (context.host.engine.openApi.length > 0) yield told(context.host);
    else yield* configured(context.host);
  },
});

/** The engine's own warning, where sockets were not captured or do not show it. */
function told(host: Host): Observation {
  const { engine, captures } = host;
  const files = new Set(captures.filter(({ kind }) => kind === "docker-info").map(({ file }) => file));
  const local = engine.openApi.every((one) => /^https?:\/\/(127\.|localhost|\[::1\])/.test(one));
  return {
    subject: hostSubject(host),
    message: `The engine itself warns that its API is open on ${some(engine.openApi)}: ${local ? "every process on this host" : "whoever reaches this host"} is root here.`,
    evidence: engine.sources.filter(({ file }) => files.has(file)),
    severity: local ? "warning" : "error",
    sureness: "proven",
    fix: {
      text: "Take the tcp:// address out of daemon.json and of dockerd's command line, or give it certificates (tlsverify, port 2376), then restart Docker.",
      commands: findTcp,
      cutsTraffic: true,
    },
  };
}

const findTcp: readonly Command[] = [
  sh`grep -rn 'tcp://' /etc/docker/daemon.json /etc/systemd/system/docker.service.d/ /lib/systemd/system/docker.service`,
  sh`sudo systemctl restart docker`,
];

/** Addresses of daemon.json on TCP without a check of clients' certificates. */
function* configured(host: Host): Iterable<Observation> {
  const { engine, captures } = host;
  const { tcpHosts, tlsVerify } = engine.settings;
  const file = captures.find(
    ({ kind, netns, state }) => kind === "daemon-json" && netns === null && state === "ok",
  )?.file;
  if (tcpHosts.length === 0 || tlsVerify === true || file === undefined) return;
  const local = tcpHosts.every((one) => /^tcp:\/\/(127\.|localhost|\[::1\])/.test(one));
  yield {
    subject: hostSubject(host),
    message: `daemon.json lets dockerd listen on ${some(tcpHosts)} without asking for certificates ("tlsverify"): ${local ? "every process on this host" : "whoever reaches this host"} is root here, at the latest after Docker's next start.`,
    evidence: engine.sources.filter((source) => source.file === file),
    severity: local ? "warning" : "error",
    fix: {
      text: "Take the tcp:// address out of daemon.json, or give it certificates (tlsverify, port 2376), then restart Docker.",
      commands: [sh`sudoedit /etc/docker/daemon.json`, sh`sudo systemctl restart docker`],
      cutsTraffic: true,
    },
  };
}

function isApi({ host }: CheckContext, { protocol, port, processes }: ListeningSocket): boolean {
  if (protocol !== "tcp" || host.publishedPorts.some(({ hostPort }) => hostPort === port)) return false;
  if (processes.some(({ name }) => name === "dockerd")) return !harmless.has(port);
  return port === 2375 && (processes.length === 0 || processes.some(({ name }) => name === "systemd"));
}

function describe(context: CheckContext, { address, port, processes, sources }: ListeningSocket): Observation {
  const place = formatEndpoint(address ?? unspecified[4], port);
  const local = isLoopback(address);
  const closed = !local && isClosed(context, address, port);
  const who = local
    ? "every process on this host"
    : closed
      ? "every container and user of this host, though not those outside whom its firewall keeps out,"
      : "whoever reaches this host";
  return {
    subject: hostSubject(context.host),
    message: `${processes.some(({ name }) => name === "dockerd") ? "dockerd" : "A process, dockerd by its port,"} listens on ${place}/tcp${port === 2375 ? ", the port of the API without TLS" : ""}: ${who} is root here${port === 2375 ? "" : ", unless it is an address for metrics or asks for client certificates"}.`,
    evidence: sources,
    severity: local || closed ? "warning" : "error",
    sureness: port === 2375 ? "strong" : "hint",
    fix: {
      text: "Take the tcp:// address out of daemon.json and of dockerd's command line, then restart Docker.",
      commands: findTcp,
      cutsTraffic: true,
    },
  };
}

/** Whether the host's firewall certainly keeps strangers out. */
function isClosed({ dataplane, ask }: CheckContext, bound: Address | null, port: number): boolean {
  const targets = uplinksOf(dataplane).flatMap(({ name, addresses }) =>
    addresses
      .filter(({ address }) => bound === null || sameAddress(bound, address))
      .map(({ address }) => ask({ from: name, to: targetAt(address, { protocol: "tcp", port }) })),
  );
  return (
    targets.length > 0 && targets.every((answer) => answer?.verdict === "dropped" || answer?.verdict === "rejected")
  );
}
