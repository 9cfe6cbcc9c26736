import { formatEndpoint, formatPort } from "../lib/endpoint.ts";
import { byNaturalName } from "../lib/order.ts";
import type { EndpointLabel, NodeOf } from "../results/topology.ts";
import type { Badge, CellContent, CellLine } from "./content.ts";
import type { DrawnPort } from "./picture.ts";

/** What cells need to know beside their own container. */
export interface CellContext {
  readonly hueOf: (networkId: string) => number | null;
  readonly publishedBy: ReadonlyMap<string, readonly string[]>;
  readonly badgeOf: (node: string) => Badge | null;
}

type Container = NodeOf<"container">;

/** Published ports by container, each once on however many addresses, as `8080 → 80` or `127.0.0.1:53 → 53/udp`. */
export function describePublished(ports: readonly DrawnPort[]): Map<string, readonly string[]> {
  const byContainer = new Map<string, Set<string>>();
  for (const { container, protocol, hostAddress, hostPort, containerPort } of ports) {
    const everywhere = hostAddress === "0.0.0.0" || hostAddress === "::" || hostAddress === "";
    const at = everywhere ? `${hostPort}` : formatEndpoint(hostAddress, hostPort);
    const text = `${at} → ${formatPort({ protocol, port: containerPort })}`;
    const texts = byContainer.get(container) ?? new Set();
    byContainer.set(container, texts.add(text));
  }
  return new Map([...byContainer].map(([name, texts]) => [name, [...texts].sort(byNaturalName)]));
}

/** A container in the group of its first network, with all that is known of it. */
export function homeCell(
  container: Container,
  own: string | null,
  place: Pick<CellContent, "id" | "port" | "stem">,
  context: CellContext,
): CellContent {
  const others = container.containers.map(({ name }) => name).filter((name) => name !== container.name);
  const mode = { own: null, none: "no network", stopped: "not running", unknown: "place not known" }[container.mode];
  const names = [container.name, ...others];
  return {
    ...place,
    node: container.id,
    name: container.name,
    tone: container.mode === "stopped" ? "idle" : container.mode === "unknown" ? "odd" : "container",
    lines: [
      ...(mode === null || own === null ? [] : [{ text: mode, font: "small" as const, hue: null }]),
      ...container.endpoints.flatMap((endpoint) => addressLines(endpoint, own, context)),
      ...others.map((name) => ({ text: `+ ${name}`, font: "small" as const, hue: null })),
    ],
    published: [...new Set(names.flatMap((name) => context.publishedBy.get(name) ?? []))],
    badge: context.badgeOf(container.id),
  };
}

/** A container in the group of a further network: only its address there. */
export function guestCell(
  container: Container,
  own: string,
  place: Pick<CellContent, "id" | "port" | "stem">,
  context: CellContext,
): CellContent {
  const here = container.endpoints.filter(({ networkId }) => networkId === own);
  return {
    ...place,
    node: container.id,
    name: container.name,
    tone: "guest",
    lines: here.flatMap((endpoint) => addressLines(endpoint, own, context)),
    published: [],
    badge: null,
  };
}

function addressLines(endpoint: EndpointLabel, own: string | null, { hueOf }: CellContext): CellLine[] {
  const hue = endpoint.networkId === own ? null : hueOf(endpoint.networkId);
  return [endpoint.ipv4, endpoint.ipv6].flatMap((address) =>
    address === null ? [] : [{ text: address.split("/")[0] ?? address, font: "mono" as const, hue }],
  );
}
