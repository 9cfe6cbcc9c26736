import type { DockerInfo } from "./docker-info.ts";
import { linesToRead } from "./lines.ts";
import type { Note, Parsed } from "./parser.ts";

// The text that `docker info` prints for people: docker/cli cli/command/system/info.go (v20.10, v29).

/** `nftables (EnableUserlandProxy: true, …)`: the driver and what the engine says about it. */
export function withFacts(driver: string, facts: readonly (readonly string[])[]): string {
  return facts.length === 0 ? driver : `${driver} (${facts.map((fact) => fact.join(": ")).join(", ")})`;
}

/** False when a warning says that the setting is off; otherwise unknown. */
export function switchedOff(warnings: readonly string[], setting: string): false | null {
  return warnings.some((warning) => warning.includes(`${setting} is disabled`)) ? false : null;
}

/** The headings below `Server:` that are followed by deeper lines. */
const sections = new Set([
  ...["Containers", "Storage Driver", "Plugins", "CDI spec directories", "Discovered Devices", "Swarm", "Runtimes"],
  ...["Security Options", "Debug Mode", "Debug Mode (server)", "Labels", "Insecure Registries", "Registry Mirrors"],
  ...["Default Address Pools", "Firewall Backend", "NRI"],
]);

const simpleNames = new Set([
  ...[
    "Images",
    "Server Version",
    "Logging Driver",
    "Cgroup Driver",
    "Cgroup Version",
    "Default Runtime",
    "Init Binary",
  ],
  ...["containerd version", "runc version", "init version", "Default Isolation", "Kernel Version", "Operating System"],
  ...["OSType", "Architecture", "CPUs", "Total Memory", "Name", "ID", "Docker Root Dir", "HTTP Proxy", "HTTPS Proxy"],
  ...["No Proxy", "Username", "Registry", "Experimental", "Cluster Store", "Cluster Advertise", "Live Restore Enabled"],
  ...["Product License", "Debug Mode (client)"],
]);

/** What is gathered while reading: the plain values by their names, and the lines below each heading. */
interface Gathered {
  readonly line: number;
  readonly values: Map<string, string>;
  readonly below: Map<string, string[]>;
  readonly warnings: string[];
}

/** Reads the text form. Depth is known from the indentation; where that got lost, from the names. */
export function parseInfoText(text: string, firstLine: number): Parsed<DockerInfo | null> {
  const notes: Note[] = [];
  const lines = [...linesToRead(text, notes, firstLine)];
  const indented = lines.some((line) => line.text.startsWith(" "));
  // One space below `Server:`, none before 19.03, which had no such heading.
  const top = depthOf(lines.find((line) => line.text.trim().startsWith("Containers:"))?.text ?? " ");
  let gathered: Gathered | null = null;
  let part: "client" | "server" | null = null;
  let section: string | null = null;
  for (const line of lines) {
    const entry = line.text.trim();
    const colon = entry.indexOf(":");
    const [name, value] = colon > 0 ? [entry.slice(0, colon), entry.slice(colon + 1).trimStart()] : [entry, ""];
    const deep = indented ? depthOf(line.text) > top : !sections.has(name) && !simpleNames.has(name);
    if (entry === "") continue;
    const start = name === "Client" || name === "Server" || (part === null && name === "Containers");
    if (start) {
      gathered ??= { line: line.number, values: new Map(), below: new Map(), warnings: [] };
      part = name === "Client" ? "client" : "server";
      section = null;
      if (name !== "Containers") continue;
    }
    if (gathered !== null && /^(WARNING|DEPRECATED|\[DEPRECATION NOTICE\]):/.test(entry)) {
      gathered.warnings.push(entry);
    } else if (entry.startsWith("ERROR: ")) {
      notes.push({ line: line.number, text: line.text, why: "the engine did not answer" });
    } else if (gathered !== null && part === "client") {
      // The client's own version and plugins say nothing about the network.
    } else if (gathered !== null && part === "server" && deep && section !== null) {
      gathered.below.get(section)?.push(entry);
    } else if (gathered !== null && part === "server" && !deep && (sections.has(name) || simpleNames.has(name))) {
      gathered.values.set(name, value);
      section = sections.has(name) ? name : null;
      if (section !== null) gathered.below.set(section, []);
    } else {
      notes.push({ line: line.number, text: line.text, why: "not part of docker info's output" });
    }
  }
  return { data: gathered === null ? null : toInfo(gathered), notes };
}

const depthOf = (text: string): number => text.length - text.trimStart().length;

function toInfo({ line, values, below, warnings }: Gathered): DockerInfo {
  const value = (name: string): string | null => values.get(name) || null;
  const driver = value("Firewall Backend");
  const securityOptions = toSecurityOptions(below.get("Security Options") ?? []);
  return {
    line,
    serverVersion: value("Server Version"),
    operatingSystem: value("Operating System"),
    kernel: value("Kernel Version"),
    rootless:
      value("Server Version") === null ? null : securityOptions.some((option) => option.startsWith("name=rootless")),
    liveRestore: value("Live Restore Enabled") === null ? null : value("Live Restore Enabled") === "true",
    swarm: value("Swarm"),
    containers: toCount(value("Containers")),
    containersRunning: toCount(/^Running: (\d+)$/.exec(below.get("Containers")?.[0] ?? "")?.[1] ?? null),
    firewallBackend:
      driver === null
        ? null
        : withFacts(
            driver,
            (below.get("Firewall Backend") ?? []).map((fact) => [fact]),
          ),
    bridgeNfIptables: switchedOff(warnings, "bridge-nf-call-iptables"),
    bridgeNfIp6tables: switchedOff(warnings, "bridge-nf-call-ip6tables"),
    ipv4Forwarding: switchedOff(warnings, "IPv4 forwarding"),
    securityOptions,
    defaultAddressPools: (below.get("Default Address Pools") ?? []).flatMap((pool) => {
      const [, base, size] = /^Base: (\S+), Size: (\d+)$/.exec(pool) ?? [];
      return base === undefined ? [] : [{ base, size: Number(size) }];
    }),
    warnings,
  };
}

function toCount(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** `seccomp` and below it `Profile: default` are `name=seccomp,profile=default` in the engine's own words. */
function toSecurityOptions(lines: readonly string[]): string[] {
  const options: string[] = [];
  for (const line of lines) {
    if (!line.startsWith("Profile:")) options.push(`name=${line}`);
    else options.push(`${options.pop() ?? "name="},profile=${line.slice("Profile:".length).trimStart()}`);
  }
  return options;
}
