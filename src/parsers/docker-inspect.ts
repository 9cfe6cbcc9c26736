import * as z from "zod";
import { fits, flag, list, map, numberOrNull, onlyKeys, text, textMap, textOrNull, texts } from "./go-json.ts";
import { type JsonText, printJson, readJson } from "./json.ts";
import type { Parser } from "./parser.ts";

// Longer than other files: the shapes that four generations of engines print of one container.

/** One container, from `docker inspect`. Only what is used; never environment, commands, mounts or other labels. */
export interface DockerContainer {
  readonly line: number;
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly status: string | null;
  readonly running: boolean;
  readonly pid: number | null;
  readonly startedAt: string | null;
  readonly hostname: string | null;
  readonly domainname: string | null;
  /** `default`, `bridge`, `host`, `none`, `container:<id or name>`, or a network's name. */
  readonly networkMode: string;
  readonly sandboxId: string | null;
  readonly sandboxKey: string | null;
  readonly exposedPorts: readonly string[];
  readonly publishAllPorts: boolean;
  /** What was asked for (`HostConfig.PortBindings`) and what is bound (`NetworkSettings.Ports`). */
  readonly portBindings: readonly PortBinding[];
  readonly ports: readonly PortBinding[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly extraHosts: readonly string[];
  readonly links: readonly string[];
  readonly capAdd: readonly string[];
  readonly privileged: boolean;
  readonly sysctls: Readonly<Record<string, string>>;
  /** `com.docker.compose.project` and `com.docker.compose.service` only. */
  readonly labels: Readonly<Record<string, string>>;
  readonly networks: readonly DockerAttachment[];
}

/** `80/tcp` → one host address and port. `hostIp` is empty for "every address"; `hostPort` null when none is bound yet. */
export interface PortBinding {
  readonly line: number;
  readonly containerPort: number;
  readonly protocol: string;
  readonly hostIp: string;
  readonly hostPort: number | null;
}

/** An entry of `NetworkSettings.Networks`. */
export interface DockerAttachment {
  readonly line: number;
  readonly network: string;
  readonly networkId: string;
  readonly endpointId: string;
  readonly gateway: string | null;
  readonly ipv4: string | null;
  readonly ipv4PrefixLength: number | null;
  readonly ipv6Gateway: string | null;
  readonly ipv6: string | null;
  readonly ipv6PrefixLength: number | null;
  readonly mac: string | null;
  readonly aliases: readonly string[];
  readonly dnsNames: readonly string[];
  readonly links: readonly string[];
  readonly gwPriority: number;
  readonly driverOpts: Readonly<Record<string, string>>;
}

// The shape: moby api/types/types.go and api/types/container/host_config.go (v20.10, v26.1), api/types/container (v28.5, v29).
// Everything but the id may be missing: the collector picks members by a template, older engines lack some.
const containerSchema = z.object({
  Id: z.string(),
  Name: text,
  State: z.object({ Status: textOrNull, Running: flag(false), Pid: numberOrNull, StartedAt: textOrNull }).nullish(),
  Config: z
    .object({
      Hostname: textOrNull,
      Domainname: textOrNull,
      ExposedPorts: map,
      Labels: onlyKeys("com.docker.compose.project", "com.docker.compose.service"),
    })
    .nullish(),
  HostConfig: z
    .object({
      NetworkMode: textOrNull,
      PortBindings: z.unknown().optional(),
      PublishAllPorts: flag(false),
      Dns: texts,
      DnsSearch: texts,
      DnsOptions: texts,
      ExtraHosts: texts,
      Links: texts,
      CapAdd: texts,
      Privileged: flag(false),
      Sysctls: textMap,
    })
    .nullish(),
  NetworkSettings: z
    .object({ SandboxID: textOrNull, SandboxKey: textOrNull, Ports: z.unknown().optional(), Networks: map })
    .nullish(),
});

const noLength = "not the length of a prefix that the address can have";

const attachmentSchema = z
  .object({
    NetworkID: text,
    EndpointID: text,
    Gateway: textOrNull,
    IPAddress: textOrNull,
    IPPrefixLen: numberOrNull,
    IPv6Gateway: textOrNull,
    GlobalIPv6Address: textOrNull,
    GlobalIPv6PrefixLen: numberOrNull,
    MacAddress: textOrNull,
    Aliases: texts,
    DNSNames: texts,
    Links: texts,
    GwPriority: numberOrNull,
    DriverOpts: textMap,
  })
  .refine(({ IPAddress, IPPrefixLen }) => fits(IPAddress, IPPrefixLen), { path: ["IPPrefixLen"], message: noLength })
  .refine(({ GlobalIPv6Address, GlobalIPv6PrefixLen }) => fits(GlobalIPv6Address, GlobalIPv6PrefixLen), {
    path: ["GlobalIPv6PrefixLen"],
    message: noLength,
  });

const bindingSchema = z.object({ HostIp: text, HostPort: text });

/** podman 1 (libpod/define/container_inspect.go at v1.9.3, ocicni.PortMapping). */
const mappingSchema = z.object({
  hostPort: numberOrNull,
  containerPort: z.number().int().min(1).max(65535),
  protocol: text,
  hostIP: text,
});

function readContainer(json: JsonText, element: object): DockerContainer[] {
  const container = json.check(containerSchema, element, element);
  if (container === null) return [];
  const { State: state, Config: config, HostConfig: host, NetworkSettings: network } = container;
  if (!state && !config && !host && !network) {
    json.note(element, "not a container: none of State, Config, HostConfig and NetworkSettings");
    return [];
  }
  return [
    {
      line: json.lineOf(element),
      id: container.Id,
      name: container.Name.replace(/^\//, ""),
      status: state?.Status ?? null,
      running: state?.Running ?? false,
      pid: state?.Pid || null,
      startedAt: state?.StartedAt?.startsWith("0001-") ? null : (state?.StartedAt ?? null),
      hostname: config?.Hostname ?? null,
      domainname: config?.Domainname ?? null,
      networkMode: host?.NetworkMode ?? "default",
      sandboxId: network?.SandboxID ?? null,
      sandboxKey: network?.SandboxKey ?? null,
      exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
      publishAllPorts: host?.PublishAllPorts ?? false,
      portBindings: readPorts(json, host?.PortBindings, element),
      ports: readPorts(json, network?.Ports, element),
      dns: host?.Dns ?? [],
      dnsSearch: host?.DnsSearch ?? [],
      dnsOptions: host?.DnsOptions ?? [],
      extraHosts: host?.ExtraHosts ?? [],
      links: host?.Links ?? [],
      capAdd: host?.CapAdd ?? [],
      privileged: host?.Privileged ?? false,
      sysctls: host?.Sysctls ?? {},
      labels: config?.Labels ?? {},
      networks: Object.entries(network?.Networks ?? {}).flatMap(([name, value]) =>
        readAttachment(json, name, value, element),
      ),
    },
  ];
}

/** Reads the ports in either form. What is neither costs the ports, not the container. */
function readPorts(json: JsonText, ports: unknown, element: object): PortBinding[] {
  if (Array.isArray(ports)) return ports.flatMap((entry) => readMapping(json, entry, element));
  const bindings = json.check(map, ports, element);
  return bindings === null ? [] : readPortMap(json, bindings, element);
}

function readMapping(json: JsonText, entry: unknown, element: object): PortBinding[] {
  const mapping = json.check(mappingSchema, entry, element);
  if (mapping === null) return [];
  const { containerPort, protocol, hostIP, hostPort } = mapping;
  const line = json.lineOf(entry as object);
  return [
    { line, containerPort, protocol: protocol || "tcp", hostIp: hostIP, hostPort: readHostPort(String(hostPort)) },
  ];
}

/** Reads a port map. A port without bindings (`null`) is exposed and not published: it gives none. */
function readPortMap(json: JsonText, ports: Readonly<Record<string, unknown>>, element: object): PortBinding[] {
  return Object.entries(ports).flatMap(([key, value]) => {
    const bindings = json.check(list, value, element);
    if (bindings === null || bindings.length === 0) return [];
    const [, port = "", protocol = "tcp"] = /^(\d{1,5})(?:\/(\w+))?$/.exec(key) ?? [];
    if (port === "" || Number(port) > 65535) {
      json.note(element, `not a port: ${key.slice(0, 40)}`);
      return [];
    }
    return bindings.flatMap((entry) => {
      const binding = json.check(bindingSchema, entry, element);
      if (binding === null) return [];
      return [
        {
          line: json.lineOf(entry as object),
          containerPort: Number(port),
          protocol,
          hostIp: binding.HostIp,
          hostPort: readHostPort(binding.HostPort),
        },
      ];
    });
  });
}

/** One port; null for none, for `0` (any free one) and for a range of which one is taken at start. */
function readHostPort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port <= 65535 ? port : null;
}

function readAttachment(json: JsonText, network: string, value: unknown, element: object): DockerAttachment[] {
  // The settings of a network that the container is not connected to yet may be null.
  const attachment = json.check(attachmentSchema, value ?? {}, element, "NetworkSettings");
  if (attachment === null) return [];
  return [
    {
      line: value === null ? json.lineOf(element) : json.lineOf(value as object),
      network,
      networkId: attachment.NetworkID,
      endpointId: attachment.EndpointID,
      gateway: attachment.Gateway,
      ipv4: attachment.IPAddress,
      ipv4PrefixLength: attachment.IPAddress === null ? null : attachment.IPPrefixLen,
      ipv6Gateway: attachment.IPv6Gateway,
      ipv6: attachment.GlobalIPv6Address,
      ipv6PrefixLength: attachment.GlobalIPv6Address === null ? null : attachment.GlobalIPv6PrefixLen,
      mac: attachment.MacAddress,
      aliases: attachment.Aliases,
      dnsNames: attachment.DNSNames,
      links: attachment.Links,
      gwPriority: attachment.GwPriority ?? 0,
      driverOpts: attachment.DriverOpts,
    },
  ];
}

function printPorts(bindings: readonly PortBinding[]): unknown {
  const ports = new Map<string, { HostIp: string; HostPort: string }[]>();
  for (const { containerPort, protocol, hostIp, hostPort } of bindings) {
    const key = `${containerPort}/${protocol}`;
    const entries = ports.get(key) ?? [];
    entries.push({ HostIp: hostIp, HostPort: String(hostPort ?? "") });
    ports.set(key, entries);
  }
  return Object.fromEntries(ports);
}

function printContainer(container: DockerContainer): unknown {
  return {
    Id: container.id,
    State: {
      Status: container.status ?? "",
      Running: container.running,
      Pid: container.pid ?? 0,
      StartedAt: container.startedAt ?? "0001-01-01T00:00:00Z",
    },
    Name: `/${container.name}`,
    HostConfig: {
      NetworkMode: container.networkMode,
      PortBindings: printPorts(container.portBindings),
      CapAdd: container.capAdd,
      Dns: container.dns,
      DnsOptions: container.dnsOptions,
      DnsSearch: container.dnsSearch,
      ExtraHosts: container.extraHosts,
      Links: container.links,
      Privileged: container.privileged,
      PublishAllPorts: container.publishAllPorts,
      Sysctls: container.sysctls,
    },
    Config: {
      Hostname: container.hostname ?? "",
      Domainname: container.domainname ?? "",
      ExposedPorts: Object.fromEntries(container.exposedPorts.map((port) => [port, {}])),
      Labels: container.labels,
    },
    NetworkSettings: {
      SandboxID: container.sandboxId ?? "",
      SandboxKey: container.sandboxKey ?? "",
      Ports: printPorts(container.ports),
      Networks: Object.fromEntries(
        container.networks.map((attachment) => [attachment.network, printAttachment(attachment)]),
      ),
    },
  };
}

function printAttachment(attachment: DockerAttachment): unknown {
  return {
    Links: attachment.links,
    Aliases: attachment.aliases,
    MacAddress: attachment.mac ?? "",
    DriverOpts: attachment.driverOpts,
    GwPriority: attachment.gwPriority,
    NetworkID: attachment.networkId,
    EndpointID: attachment.endpointId,
    Gateway: attachment.gateway ?? "",
    IPAddress: attachment.ipv4 ?? "",
    IPPrefixLen: attachment.ipv4PrefixLength,
    IPv6Gateway: attachment.ipv6Gateway ?? "",
    GlobalIPv6Address: attachment.ipv6 ?? "",
    GlobalIPv6PrefixLen: attachment.ipv6PrefixLength,
    DNSNames: attachment.dnsNames,
  };
}

/** Reads `docker inspect` of containers, of all versions from 20.10 to 29 and of podman, in full or reduced by a template. */
export const dockerInspect: Parser<readonly DockerContainer[]> = {
  parse(text, firstLine) {
    const json = readJson(text, firstLine);
    return json.parsed(json.elements.flatMap((element) => readContainer(json, element)));
  },
  print: (containers) => printJson(containers.map(printContainer)),
};
