import type { ListeningSocket } from "../model/host.ts";
import { uplinksOf, withPort } from "../reach/uplinks.ts";
import { type CheckContext, defineCheck, type Observation } from "./check.ts";
import { hostSubject } from "./expected/words.ts";
import { isLoopback } from "./published.ts";

/** Ports of dockerd that are no API without TLS: the one with TLS, swarm's management and gossip, and its usual metrics. */
const harmless = new Set([2376, 2377, 7946, 9323]);

const header = "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n";

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
  needs: ["ss-listen"],
  examples: {
    bad: [
      {
        name: "dockerd -H tcp://0.0.0.0:2375",
        captures: {
          "ss-listen": `${header}tcp   LISTEN 0      4096       *:2375     *:*    users:(("dockerd",pid=612,fd=8))\n`,
        },
      },
      {
        name: "on loopback only: any process and any container with the host's network still is root",
        captures: { "ss-listen": `${header}tcp   LISTEN 0      4096     127.0.0.1:2375     0.0.0.0:*\n` },
      },
    ],
    good: [
      {
        name: "with TLS, and swarm's own port",
        captures: {
          "ss-listen": `${header}tcp   LISTEN 0      4096       *:2376     *:*    users:(("dockerd",pid=612,fd=8))\ntcp   LISTEN 0      4096       *:2377     *:*    users:(("dockerd",pid=612,fd=22))\n`,
        },
      },
      {
        name: "a container's published port 2375 is told by sensitive-port-published-all",
        captures: {
          "ss-listen": `${header}tcp   LISTEN 0      4096       *:2375     *:*    users:(("docker-proxy",pid=900,fd=4))\n`,
        },
      },
      { name: "no API on TCP", captures: { "ss-listen": `${header}tcp   LISTEN 0      128        *:22       *:*\n` } },
    ],
  },
  *run(context) {
    const listeners = context.host.namespaces[0]?.listeners;
    if (listeners?.known !== true) return;
    for (const socket of listeners.value) if (isApi(context, socket)) yield describe(context, socket);
  },
});

function isApi({ host }: CheckContext, { protocol, port, processes }: ListeningSocket): boolean {
  if (protocol !== "tcp" || host.publishedPorts.some(({ hostPort }) => hostPort === port)) return false;
  if (processes.some(({ name }) => name === "dockerd")) return !harmless.has(port);
  return port === 2375 && (processes.length === 0 || processes.some(({ name }) => name === "systemd"));
}

function describe(context: CheckContext, { address, port, processes, sources }: ListeningSocket): Observation {
  const place = withPort(address ?? "0.0.0.0", port);
  const local = address !== null && isLoopback(address);

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
      commands: [
        "grep -rn 'tcp://' /etc/docker/daemon.json /etc/systemd/system/docker.service.d/ /lib/systemd/system/docker.service",
        "sudo systemctl restart docker",
      ],
      cutsTraffic: true,
    },
  };
}

/** Whether the host's firewall certainly keeps strangers out. */
function isClosed({ host, world, ask }: CheckContext, bound: string | null, port: number): boolean {
  const targets = uplinksOf(host, world).flatMap(({ name, addresses }) =>
    addresses
      .filter(({ address }) => bound === null || bound === address)
      .map(({ address }) => ask({ from: name, to: `${withPort(address, port)}/tcp` })),
  );
  return (
    targets.length > 0 && targets.every((answer) => answer?.verdict === "dropped" || answer?.verdict === "rejected")
  );
}
