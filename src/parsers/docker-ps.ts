import { formatAddress, parseAddress } from "../lib/address.ts";
import { formatEndpoint } from "../lib/endpoint.ts";
import { linesToRead } from "./lines.ts";
import type { Note, Parser } from "./parser.ts";
import { type Column, printTable, readHeader, readRow } from "./table.ts";

/** One row of `docker ps`. The command column is read past, never kept. */
export interface ContainerRow {
  readonly line: number;
  readonly id: string;
  readonly image: string;
  readonly created: string;
  readonly status: string;
  readonly ports: readonly PublishedRange[];
  readonly names: readonly string[];
}

/** One item of the PORTS column: `0.0.0.0:8080-8081->80-81/tcp`, or `80/tcp` (exposed only, `host` null). */
export interface PublishedRange {
  readonly host: { readonly address: string; readonly from: number; readonly to: number } | null;
  readonly from: number;
  readonly to: number;
  readonly protocol: string;
}

// The columns and the form of each cell: docker/cli cli/command/formatter/container.go (v20.10: an IPv6 address without
// brackets; v29: with them).
const printed = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"] as const;
const headings: ReadonlySet<string> = new Set([
  ...printed,
  ...["CREATED AT", "SIZE", "STATE", "LABELS", "MOUNTS", "NETWORKS", "LOCAL VOLUMES", "HEALTH STATUS", "PLATFORM"],
  // podman's, with --pod (cmd/podman/containers/ps.go).
  ...["POD ID", "PODNAME"],
]);

/** Reads `docker ps`, with or without `-a` and `--no-trunc`; `SIZE` and other further columns are read past. */
export const dockerPs: Parser<readonly ContainerRow[]> = {
  parse(text, firstLine) {
    const data: ContainerRow[] = [];
    const notes: Note[] = [];
    let columns: readonly Column[] | null = null;
    for (const line of linesToRead(text, notes, firstLine)) {
      const note = (why: string): void => {
        notes.push({ line: line.number, text: withoutCommand(line.text), why });
      };
      if (line.text.trim() === "") continue;
      if (/^CONTAINER ID\s+IMAGE\s/.test(line.text)) {
        columns = readHeader(line.text);
        if (columns?.some(({ heading }) => !headings.has(heading))) {
          note("a heading that is not docker ps's");
          columns = null;
        }
        continue;
      }
      const cells = (columns === null ? null : readRow(line.text, columns)) ?? readSqueezed(line.text);
      const id = cells?.get("CONTAINER ID") ?? "";
      const names = (cells?.get("NAMES") ?? "").split(",").filter((name) => name !== "");
      if (
        cells === null ||
        !/^[0-9a-f]{12,64}$/.test(id) ||
        !names.every((name) => /^\S+$/.test(name)) ||
        names.length === 0
      ) {
        note("not a row of docker ps");
        continue;
      }
      const cell = (heading: string): string => cells.get(heading) ?? "";
      const items = cell("PORTS")
        .split(/,\s*/)
        .filter((item) => item !== "");
      const ports = items.flatMap((item) => readRange(item) ?? []);
      if (ports.length < items.length) note("ports that are not understood");
      const [image, created, status] = [cell("IMAGE"), cell("CREATED"), cell("STATUS")];
      data.push({ line: line.number, id, image, created, status, ports, names });
    }
    return { data, notes };
  },
  print: (rows) =>
    printTable([
      printed,
      ...rows.map(({ id, image, created, status, ports, names }) => {
        return [id, image, '""', created, status, ports.map(printRange).join(", "), names.join(",")];
      }),
    ]),
};

/** One go's duration: moby's and docker/go-units' `HumanDuration`. */
const age = String.raw`(?:Less than a second|About an? \w+|\d+ \w+)`;
const squeezedRow = new RegExp(
  String.raw`^\s*(?<id>[0-9a-f]{12,64}) (?<image>\S+) "(?:[^"\\]|\\.)*" (?<created>${age} ago) ` +
    String.raw`(?<status>Up ${age}(?: \([^()]*\))?|(?:Exited|Restarting) \(-?\d+\) ${age} ago|Created|Dead|Removal In Progress) ` +
    String.raw`(?<ports>(?:\S+, )*\S+ )?(?<names>\S+)\s*$`,
);

/** A row whose columns are squeezed to one space: the fixed phrases of Docker tell where each cell ends. */
function readSqueezed(text: string): ReadonlyMap<string, string> | null {
  const groups = squeezedRow.exec(text.replace(/\s+/g, " "))?.groups;
  if (groups === undefined) return null;
  return new Map([
    ["CONTAINER ID", groups["id"] ?? ""],
    ["IMAGE", groups["image"] ?? ""],
    ["CREATED", groups["created"] ?? ""],
    ["STATUS", groups["status"] ?? ""],
    ["PORTS", (groups["ports"] ?? "").trimEnd()],
    ["NAMES", groups["names"] ?? ""],
  ]);
}

/** A command line can hold a password: it is not even kept in a note. */
function withoutCommand(text: string): string {
  return text.replace(/^([^"]*)"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)/, '$1"…"');
}

/** Reads `0.0.0.0:8080-8081->80-81/tcp`, `[::]:80->80/tcp`, `:::80->80/tcp`, `80-82/tcp`; null when it is none of these. */
function readRange(item: string): PublishedRange | null {
  const match = /^(?:(\S*):(\d{1,5})(?:-(\d{1,5}))?->)?(\d{1,5})(?:-(\d{1,5}))?\/(tcp|udp|sctp)$/.exec(item);
  if (match === null) return null;
  const [, hostText, hostFrom, hostTo, fromText, toText, protocol = ""] = match;
  const [from, to] = [Number(fromText), Number(toText ?? fromText)];
  if (from > to || to > 65535) return null;
  if (hostText === undefined) return { host: null, from, to, protocol };
  const address = parseAddress(hostText.replace(/^\[(.*)\]$/, "$1"));
  const host = { from: Number(hostFrom), to: Number(hostTo ?? hostFrom) };
  if (address === null || host.to > 65535 || host.to - host.from !== to - from) return null;
  return { host: { address: formatAddress(address), ...host }, from, to, protocol };
}

function printRange({ host, from, to, protocol }: PublishedRange): string {
  const inside = `${printPorts(from, to)}/${protocol}`;
  if (host === null) return inside;
  return `${formatEndpoint(host.address, printPorts(host.from, host.to))}->${inside}`;
}

const printPorts = (from: number, to: number): string => (from === to ? String(from) : `${from}-${to}`);
