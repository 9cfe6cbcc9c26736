import { formatEndpoint } from "../../../lib/endpoint.ts";
import { byNaturalName } from "../../../lib/order.ts";
import type { PublishedPortReport } from "../../../results/analysis.ts";
import type { TextRow } from "../../text/rows.ts";
import type { Style } from "../../text/style.ts";

/** Consecutive published ports of one container and address. */
interface Range {
  readonly first: PublishedPortReport;
  readonly last: PublishedPortReport;
}

/** `0.0.0.0:8080, [::]:8080 → web:80/tcp`: one row for each port of a container, or range of ports, with all its host addresses. */
export function publishedPortRows(ports: readonly PublishedPortReport[], style: Style): TextRow[] {
  const rows = new Map<string, { addresses: string[]; range: Range }>();
  for (const range of rangesOf(ports)) {
    const { container, protocol, containerPort, hostAddress, hostPort, knownFrom } = range.first;
    const key = [container, protocol, knownFrom, containerPort, hostPort, range.last.hostPort].join("\n");
    const row = rows.get(key) ?? { addresses: [], range };
    row.addresses.push(hostAddress);
    rows.set(key, row);
  }
  return [...rows.values()].map(({ addresses, range: { first, last } }) => {
    const hostPorts = span(first.hostPort, last.hostPort);
    const ends = addresses.map((address) => formatEndpoint(address, hostPorts));
    return [
      ends.map((end) => style.plain(end)).join(", "),
      `→ ${style.container(first.container)}:${span(first.containerPort, last.containerPort)}${style.quiet(`/${first.protocol}`)}`,
      first.knownFrom === "rules" ? style.warn("from the NAT rules only") : "",
    ];
  });
}

const span = (from: number, to: number): string => (from === to ? `${from}` : `${from}-${to}`);

function rangesOf(ports: readonly PublishedPortReport[]): Range[] {
  const sorted = [...ports].sort(
    (a, b) =>
      byNaturalName(a.container, b.container) ||
      byNaturalName(a.protocol, b.protocol) ||
      byNaturalName(a.hostAddress, b.hostAddress) ||
      a.hostPort - b.hostPort,
  );
  const ranges: Range[] = [];
  for (const port of sorted) {
    const open = ranges.at(-1);
    if (open !== undefined && follows(open.last, port)) ranges[ranges.length - 1] = { first: open.first, last: port };
    else ranges.push({ first: port, last: port });
  }
  return ranges;
}

function follows(before: PublishedPortReport, port: PublishedPortReport): boolean {
  const same = (["container", "protocol", "hostAddress", "knownFrom"] as const).every(
    (key) => before[key] === port[key],
  );
  return same && port.hostPort === before.hostPort + 1 && port.containerPort === before.containerPort + 1;
}
