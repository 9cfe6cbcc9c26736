import { uplinksOf } from "../../dataplane/uplinks.ts";
import { type Address, formatAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import { isLocalOnly, type Publication, publications, sandboxes } from "../../model/queries/publications.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { arrivesAt, decidingLines, firewallIsKnown, untoldAboutStrangers } from "../probes/exposure.ts";
import { portName, rulesNeed, some } from "../words.ts";

export const loopbackPublishL2Reachable = defineCheck({
  id: "loopback-publish-l2-reachable",
  severity: "warning",
  sureness: "proven",
  category: "exposure",
  title: "A port published on 127.0.0.1 is open to the host's neighbours",
  why: "A machine on the same link sends packets for 127.0.0.1, or for the container's own address, to the host's MAC address: the translation happens before the kernel would drop them, and a port that was meant for the host alone answers.",
  fix: "Update to Docker 28 or later. Until then drop such packets in the raw table, and those for the containers' subnets in DOCKER-USER.",
  sources: [
    "https://github.com/moby/moby/issues/45610",
    "https://github.com/moby/moby/pull/49325",
    "https://nvd.nist.gov/vuln/detail/CVE-2025-54388",
    "moby libnetwork/drivers/bridge/port_mapping_linux.go filterPortMappedOnLoopback (28.0)",
  ],
  needs: ["docker-network-inspect", "ip-addr", rulesNeed],
  *run(context) {
    const local = publications(context.host).filter(isLocalOnly);
    if (local.length > 0) yield* untoldAboutStrangers(context);
    if (!firewallIsKnown(context.host)) return;
    const boxes = sandboxes(context.host);
    for (const port of local)
      yield* judge(context, port, boxes.get(port.container)?.onBridges[0]?.endpoint.ipv4?.address);
  },
});

function* judge(
  { dataplane, ask }: CheckContext,
  port: Publication,
  inside: Address | undefined,
): Iterable<Observation> {
  const targets = [
    ...port.addresses
      .filter(({ family }) => family === 4)
      .map((address) => ({ address, port: port.hostPort, isInside: false })),
    ...(inside === undefined ? [] : [{ address: inside, port: port.containerPort, isInside: true }]),
  ];
  const open = uplinksOf(dataplane).flatMap(({ name }) =>
    targets.flatMap(({ address, port: number, isInside }) => {
      const answer = ask({ from: name, to: targetAt(address, { protocol: port.protocol, port: number }) });
      const to = formatEndpoint(address, number);
      return arrivesAt(answer, port.container) ? [{ name, to, isInside, answer }] : [];
    }),
  );
  const [first] = open;
  if (first === undefined) return;
  const viaLoopback = open.some(({ isInside }) => !isInside);
  yield {
    subject: {
      kind: "published-port",
      name: portName({ ...port, hostAddress: port.addresses[0] }),
    },
    message: `${port.container}'s port ${port.containerPort}/${port.protocol} is published on ${some(port.addresses.map(formatAddress))} only, but neighbours behind ${first.name} reach it by sending to ${some([...new Set(open.map(({ to }) => to))])}.`,
    evidence: [...port.sources, ...open.flatMap(({ answer }) => decidingLines(answer))],
    fix: {
      text: "Update to Docker 28 or later; meanwhile drop it before it is translated.",
      commands: [
        ...(viaLoopback ? [sh`sudo iptables -t raw -I PREROUTING -d 127.0.0.0/8 ! -i lo -j DROP`] : []),
        ...(inside !== undefined && open.some(({ isInside }) => isInside)
          ? [
              sh`sudo iptables -t raw -I PREROUTING -d ${formatAddress(inside)} -i ${first.name} -p ${port.protocol} --dport ${port.containerPort} -j DROP`,
            ]
          : []),
      ],
      cutsTraffic: false,
    },
  };
}
