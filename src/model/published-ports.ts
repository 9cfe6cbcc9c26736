import { parsePrefix } from "../lib/address.ts";
import { byNaturalName } from "../lib/order.ts";
import { mergeSources } from "../lib/source.ts";
import type { IptablesRule } from "../parsers/iptables-save.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import type { Container, Namespace, PublishedPort } from "./host.ts";
import { canonicalAddress } from "./namespaces.ts";

/** The published ports: as the engine tells them, else read back from its DNAT rules; each binding once. */
export function buildPublishedPorts(
  captured: Captured,
  containers: readonly Container[],
  host: Namespace,
): readonly PublishedPort[] {
  const ports = new Map<string, PublishedPort>();
  const add = (port: PublishedPort) => {
    const key = [port.protocol, port.hostAddress, port.hostPort].join(" ");
    const before = ports.get(key);
    ports.set(key, before === undefined ? port : { ...before, sources: mergeSources(before.sources, port.sources) });
  };
  for (const listing of captured.all("docker-inspect", null)) {
    for (const { name, running, ports: bindings } of listing.data) {
      for (const { containerPort, protocol, hostIp, hostPort, line } of bindings) {
        if (!running || hostPort === null) continue;
        const source = sourceOf(listing, { line });
        add({
          container: name,
          protocol,
          hostAddress: canonicalAddress(hostIp === "" ? "0.0.0.0" : hostIp),
          hostPort,
          containerPort,
          knownFrom: "engine",
          sources: [source],
        });
      }
    }
  }
  for (const listing of captured.all("docker-ps", null)) {
    for (const row of listing.data) {
      const container = row.names.find((name) => !name.includes("/"));
      for (const { host: bound, from, protocol } of row.ports) {
        if (container === undefined || bound === null) continue;
        for (let i = 0; i <= bound.to - bound.from; i++) {
          const source = sourceOf(listing, row);
          add({
            container,
            protocol,
            hostAddress: canonicalAddress(bound.address),
            hostPort: bound.from + i,
            containerPort: from + i,
            knownFrom: "engine",
            sources: [source],
          });
        }
      }
    }
  }
  if (ports.size === 0) for (const port of fromRules(containers, host)) add(port);
  return [...ports.values()].sort(
    (a, b) =>
      a.hostPort - b.hostPort || byNaturalName(a.protocol, b.protocol) || byNaturalName(a.hostAddress, b.hostAddress),
  );
}

/** `-A DOCKER [-d HOST] … -p tcp --dport H -j DNAT --to-destination ADDRESS:P`, where a container has ADDRESS. */
function fromRules(containers: readonly Container[], host: Namespace): PublishedPort[] {
  const owners = new Map<string, string>();
  for (const { name, endpoints } of containers) {
    for (const { ipv4, ipv6 } of endpoints)
      for (const end of [ipv4, ipv6]) if (end !== null) owners.set(end.address, name);
  }
  const sets = [host.iptables, host.ip6tables].flatMap((captured) => (captured.known ? captured.value.sets : []));
  return sets.flatMap(({ tables, file, family }) =>
    tables
      .filter(({ name }) => name === "nat")
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => {
        if (rule.chain !== "DOCKER") return [];
        const [address, containerPort] = splitAddressPort(optionValue(rule, "--to-destination") ?? "");
        const container = owners.get(canonicalAddress(address));
        const hostPort = Number(optionValue(rule, "--dport", "--destination-port"));
        if (container === undefined || !Number.isInteger(hostPort) || hostPort === 0) return [];
        const destination = optionValue(rule, "-d", "--destination");
        return [
          {
            container,
            protocol: optionValue(rule, "-p", "--protocol") ?? "tcp",
            hostAddress:
              destination === undefined
                ? family === 4
                  ? "0.0.0.0"
                  : "::"
                : canonicalAddress(destination.split("/")[0] ?? ""),
            hostPort,
            containerPort: containerPort ?? hostPort,
            knownFrom: "rules" as const,
            sources: [{ file, line: rule.line }],
          },
        ];
      }),
  );
}

function optionValue(rule: IptablesRule, ...names: readonly string[]): string | undefined {
  return rule.options.find(({ name, negated }) => !negated && names.includes(name))?.values[0];
}

/** `172.18.0.2:80`, `[fd00::2]:80`, or an address alone. */
function splitAddressPort(text: string): [address: string, port: number | null] {
  const match = /^\[?([0-9a-f:.]+?)\]?(?::(\d+))?$/i.exec(text);
  if (match === null || parsePrefix(match[1] ?? "") === null) return [text, null];
  return [match[1] ?? "", match[2] === undefined ? null : Number(match[2])];
}
