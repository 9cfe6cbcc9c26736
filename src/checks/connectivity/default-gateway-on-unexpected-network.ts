import { uplinksOf } from "../../dataplane/uplinks.ts";
import { formatAddress, isDefault } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Route } from "../../model/host.ts";
import { type Attachment, attachmentsOf } from "../../model/queries/attachments.ts";
import { isLocalOnly, type Publication, publications } from "../../model/queries/publications.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { firewallIsKnown, untoldAboutStrangers } from "../probes/exposure.ts";
import { skipFor } from "../skip.ts";
import { portName, rulesNeed, some } from "../words.ts";

export const defaultGatewayOnUnexpectedNetwork = defineCheck({
  id: "default-gateway-on-unexpected-network",
  severity: "warning",
  sureness: "proven",
  category: "connectivity",
  title: "A container's default route leaves by another network than its published ports come in by",
  why: "Docker gives a container on several networks one default route: by gw_priority (28), then by the networks' names. Answers to published ports leave there, too, and where they do not come back through this host they are lost.",
  fix: "Give the network that should lead out `gw_priority: 1` (Docker 28, compose 2.33.1), or a name that sorts first, and create the container anew.",
  sources: [
    "https://github.com/moby/moby/issues/21741",
    "https://github.com/moby/moby/issues/20179",
    "https://github.com/docker/compose/issues/12616",
    "moby libnetwork/endpoint.go Endpoint.less",
  ],
  needs: ["docker-network-inspect", "ip-addr", rulesNeed],
  *run(context) {
    const ports = publications(context.host).filter((port) => !isLocalOnly(port));
    for (const namespace of context.host.sandboxes) {
      const attachments = attachmentsOf(context.host, namespace);
      const own = ports.filter((port) => port.container === namespace.owner);
      if (attachments.length < 2 || own.length === 0) continue;
      yield* untoldAboutStrangers(context);
      if (!namespace.routes.known) yield skipFor(namespace.routes.why, namespace.routes.lacks);
      const route = namespace.routes.known ? defaultRoute(namespace.routes.value) : null;
      const leading = attachments.find(({ interface: name }) => name === route?.nexthops[0]?.device);
      if (route === null || leading === undefined || !firewallIsKnown(context.host)) continue;
      yield* judge(context, attachments, leading, route, own);
    }
  },
});

/** The main table's default route with the smallest metric; null when there is none. */
function defaultRoute(routes: readonly Route[]): Route | null {
  const [best] = routes
    .filter(({ to, table, type }) => isDefault(to) && table === "main" && type === "unicast")
    .toSorted((a, b) => a.metric - b.metric);
  return best ?? null;
}

/** The published ports that come in by another network, and whose answers certainly do not come back. */
function* judge(
  context: CheckContext,
  attachments: readonly Attachment[],
  leading: Attachment,
  route: Route,
  ports: readonly Publication[],
): Iterable<Observation> {
  const lost = ports.flatMap((port) => {
    const way = lostAnswer(context, attachments, leading, port);
    return way === null ? [] : [{ port, ...way }];
  });
  const [first] = lost;
  if (first === undefined) return;
  const { name } = leading.container;
  yield {
    subject: { kind: "container", name },
    message: `${name} gets connections to ${some(lost.map(({ port }) => portName({ ...port, hostAddress: port.addresses[0] })))} by ${first.by}, but its default route leads out by ${leading.network.name} (${leading.interface}): the answers do not come back through this host.`,
    evidence: [...route.sources, ...lost.flatMap(({ port }) => port.sources.slice(0, 2))],
    fix: {
      text: `Connect ${name} to ${first.by} with a higher priority for the default route (Docker 28).`,
      commands: [
        sh`docker network disconnect ${first.by} ${name}`,
        sh`docker network connect --gw-priority 1 ${first.by} ${name}`,
      ],
      cutsTraffic: true,
    },
  };
}

function lostAnswer(
  { dataplane, ask }: CheckContext,
  attachments: readonly Attachment[],
  leading: Attachment,
  port: Publication,
): { readonly by: string } | null {
  for (const { name, addresses } of uplinksOf(dataplane)) {
    const own = addresses.find(({ address }) => address.family === 4)?.address;
    if (own === undefined) continue;
    const answer = ask({ from: name, to: targetAt(own, { protocol: port.protocol, port: port.hostPort }) });
    if (answer?.verdict !== "dropped") continue;
    const reply = answer.reply?.verdict;
    if (reply === undefined || reply === "delivered" || reply === "unknown") continue;
    const target = attachments.find(({ endpoint: { ipv4 } }) =>
      answer.steps.some(
        ({ kind, text }) =>
          kind === "rewrite" && ipv4 !== null && text.includes(`becomes ${formatAddress(ipv4.address)}:`),
      ),
    );
    if (target !== undefined && target.network.id !== leading.network.id) return { by: target.network.name };
  }
  return null;
}
