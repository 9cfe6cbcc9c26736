import { sh } from "../../lib/command.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { socketName, type Unserved, unservedPorts } from "../probes/service-listeners.ts";
import { portName, some } from "../words.ts";

export const publishedPortNotListening = defineCheck({
  id: "published-port-not-listening",
  severity: "warning",
  sureness: "proven",
  category: "connectivity",
  title: "Nobody listens on a published port inside the container",
  why: "The way to the container is open, but its kernel answers that the port is closed: connections are refused. Often the second number of `-p` is not the port that the service really has.",
  fix: "Compare the second number of `-p HOST:CONTAINER` with what is listened on inside, and look at the service's own log.",
  sources: [
    "https://docs.docker.com/engine/network/port-publishing/",
    "the kernel answers for a port without a socket: net/ipv4/tcp_ipv4.c tcp_v4_rcv, net/ipv4/udp.c __udp4_lib_rcv",
  ],
  needs: ["docker-network-inspect"],
  needsInside: "ss-listen",
  wantsInside: [["iptables-save", "nft-ruleset"]],
  *run(context) {
    for (const unserved of unservedPorts(context))
      if (unserved.sameSocket.length === 0) yield describe(context, unserved);
  },
});

function describe({ host }: CheckContext, { port, box, at, others }: Unserved): Observation {
  const young = isYoung(box.container.startedAt, host.identity.takenAt);
  const published = portName({ ...port, hostAddress: port.addresses[0] });
  const instead =
    others.length === 0 ? "nothing is listened on there" : `listened on there: ${some(others.map(socketName))}`;
  return {
    subject: { kind: "container", name: port.container },
    message: `${port.container} publishes its port ${port.containerPort}/${port.protocol} as ${published}, but nobody listens on ${at}; ${instead}${young ? "; it had started only just before" : ""}.`,
    evidence: [...port.sources, ...others.slice(0, 4).flatMap(({ sources }) => sources)],
    ...(young || port.protocol === "udp" ? { sureness: "strong" } : {}),
    fix: {
      text: `Publish the port that the service has${others[0] === undefined ? "" : ` (-p ${port.hostPort}:${others[0].port})`}, and see in its log why it does not listen.`,
      commands: [sh`docker logs --tail 50 ${port.container}`],
      cutsTraffic: false,
    },
  };
}

/** A service needs time to come up. */
function isYoung(startedAt: string | null, takenAt: string | null): boolean {
  const age = Date.parse(takenAt ?? "") - Date.parse(startedAt ?? "");
  return Number.isFinite(age) && age < 30_000;
}
