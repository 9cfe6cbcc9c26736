import * as z from "zod";
import { parseInfoText, switchedOff, withFacts } from "./docker-info-text.ts";
import { flagOrNull, list, numberOrNull, textOrNull, texts } from "./go-json.ts";
import { holdsJson, type JsonText, printJson, readJson } from "./json.ts";
import type { Parsed, Parser } from "./parser.ts";

/** From `docker info` (JSON or text): only what bears on the network. */
export interface DockerInfo {
  readonly line: number;
  readonly serverVersion: string | null;
  readonly operatingSystem: string | null;
  readonly kernel: string | null;
  readonly rootless: boolean | null;
  readonly liveRestore: boolean | null;
  readonly swarm: string | null;
  readonly containers: number | null;
  readonly containersRunning: number | null;
  /** 29: `iptables`, `iptables+firewalld`, `nftables`, … with its further facts. */
  readonly firewallBackend: string | null;
  readonly bridgeNfIptables: boolean | null;
  readonly bridgeNfIp6tables: boolean | null;
  readonly ipv4Forwarding: boolean | null;
  readonly securityOptions: readonly string[];
  readonly defaultAddressPools: readonly { readonly base: string; readonly size: number }[];
  readonly warnings: readonly string[];
}

// The shape: moby api/types/types.go (`Info`, v20.10), api/types/system/info.go (v26, v28, v29). `FirewallBackend` came with
// 28.1, the two `BridgeNf…` members went with 28.2.
const infoSchema = z.object({
  ServerVersion: textOrNull,
  OperatingSystem: textOrNull,
  KernelVersion: textOrNull,
  LiveRestoreEnabled: flagOrNull,
  Swarm: z.object({ LocalNodeState: textOrNull }).nullish(),
  Containers: numberOrNull,
  ContainersRunning: numberOrNull,
  FirewallBackend: z.object({ Driver: textOrNull, Info: z.array(z.array(z.string())).nullish() }).nullish(),
  BridgeNfIptables: flagOrNull,
  BridgeNfIp6tables: flagOrNull,
  IPv4Forwarding: flagOrNull,
  SecurityOptions: texts,
  DefaultAddressPools: list,
  Warnings: texts,
  ServerErrors: texts,
});

const poolSchema = z.object({ Base: z.string(), Size: z.number() });

function parseJson(text: string, firstLine: number): Parsed<DockerInfo | null> {
  const json = readJson(text, firstLine);
  const [element, ...others] = json.elements;
  for (const other of others) json.note(other, "one info was read already");
  return json.parsed(element === undefined ? null : readInfo(json, element));
}

function readInfo(json: JsonText, element: object): DockerInfo | null {
  const info = json.check(infoSchema, element, element);
  if (info === null) return null;
  for (const error of info.ServerErrors) json.note(element, `the engine did not answer: ${error.slice(0, 120)}`);
  const { Driver: driver = null, Info: facts } = info.FirewallBackend ?? {};
  return {
    line: json.lineOf(element),
    serverVersion: info.ServerVersion,
    operatingSystem: info.OperatingSystem,
    kernel: info.KernelVersion,
    rootless:
      info.ServerVersion === null ? null : info.SecurityOptions.some((option) => option.startsWith("name=rootless")),
    liveRestore: info.LiveRestoreEnabled,
    swarm: info.Swarm?.LocalNodeState ?? null,
    containers: info.Containers,
    containersRunning: info.ContainersRunning,
    firewallBackend: driver === null ? null : withFacts(driver, facts ?? []),
    bridgeNfIptables: info.BridgeNfIptables ?? switchedOff(info.Warnings, "bridge-nf-call-iptables"),
    bridgeNfIp6tables: info.BridgeNfIp6tables ?? switchedOff(info.Warnings, "bridge-nf-call-ip6tables"),
    ipv4Forwarding: info.IPv4Forwarding,
    securityOptions: info.SecurityOptions,
    defaultAddressPools: info.DefaultAddressPools.flatMap((value) => {
      const pool = json.check(poolSchema, value, element, "DefaultAddressPools");
      return pool === null ? [] : [{ base: pool.Base, size: pool.Size }];
    }),
    warnings: info.Warnings,
  };
}

function printFirewallBackend(backend: string): unknown {
  const start = backend.indexOf(" (");
  if (start < 0 || !backend.endsWith(")")) return { Driver: backend };
  const facts = backend.slice(start + 2, -1);
  return { Driver: backend.slice(0, start), Info: facts.split(", ").map((fact) => fact.split(/: (.*)/s, 2)) };
}

function printInfo(info: DockerInfo): unknown {
  return {
    Containers: info.containers,
    ContainersRunning: info.containersRunning,
    BridgeNfIptables: info.bridgeNfIptables,
    BridgeNfIp6tables: info.bridgeNfIp6tables,
    IPv4Forwarding: info.ipv4Forwarding,
    KernelVersion: info.kernel ?? "",
    OperatingSystem: info.operatingSystem ?? "",
    ServerVersion: info.serverVersion ?? "",
    Swarm: info.swarm === null ? null : { LocalNodeState: info.swarm },
    LiveRestoreEnabled: info.liveRestore,
    SecurityOptions: info.securityOptions,
    DefaultAddressPools: info.defaultAddressPools.map(({ base, size }) => ({ Base: base, Size: size })),
    FirewallBackend: info.firewallBackend === null ? null : printFirewallBackend(info.firewallBackend),
    Warnings: info.warnings,
  };
}

/** Reads `docker info`, as JSON or as text. Null when the text holds neither. */
export const dockerInfo: Parser<DockerInfo | null> = {
  parse: (text, firstLine = 1) => (holdsJson(text) ? parseJson(text, firstLine) : parseInfoText(text, firstLine)),
  print: (info) => (info === null ? "" : printJson(printInfo(info))),
};
