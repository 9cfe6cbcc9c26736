import type { Random } from "../support/random.ts";
import { addresses, destinationPorts, firstSourcePort, interfaces } from "./generate-matches.ts";

export interface GeneratedSet {
  readonly name: string;
  readonly type: string;
  /** Null for types without addresses. */
  readonly family: 4 | 6 | null;
  /** Lines for `ipset restore`. */
  readonly lines: readonly string[];
}

const types: readonly string[] = [
  "hash:ip",
  "hash:net",
  "hash:net",
  "hash:net,iface",
  "hash:ip,port",
  "hash:net,port",
  "hash:ip,port,ip",
  "hash:ip,port,net",
  "hash:net,iface",
  "hash:net,net",
  "hash:net,port,net",
  "hash:mac",
  "hash:ip,mac",
  "hash:ip,mark",
  "bitmap:ip",
  "bitmap:port",
  "bitmap:ip,mac",
];

/** Some sets of each family; types that this kernel lacks are left out when they are loaded. */
export function generateSets(r: Random, tag: string): readonly GeneratedSet[] {
  const sets: GeneratedSet[] = [];
  for (const family of [4, 6] as const) {
    for (let i = 0; i < 6; i++) {
      const type = r.pick(types.filter((one) => family === 4 || !one.startsWith("bitmap:ip")));
      sets.push(generateSet(r, `s${family}${i}-${tag}`, type, family));
    }
    const names = sets.filter((set) => set.family === family).map(({ name }) => name);
    const list = names.filter(() => r.chance(0.5));
    const name = `l${family}-${tag}`;
    const lines = [`create ${name} list:set size 8`, `flush ${name}`, ...list.map((one) => `add ${name} ${one}`)];
    sets.push({ name, type: "list:set", family, lines });
  }
  return sets;
}

function generateSet(r: Random, name: string, type: string, family: 4 | 6): GeneratedSet {
  const options =
    type === "bitmap:port"
      ? "range 0-65535"
      : type.startsWith("bitmap:")
        ? "range 10.77.1.0-10.77.3.255"
        : `family ${family === 4 ? "inet" : "inet6"}${r.chance(0.2) ? " timeout 600" : ""}`;
  const mask = type === "hash:ip" && r.chance(0.3) ? ` netmask ${family === 4 ? 24 : 64}` : "";
  const parts = (type.split(":")[1] ?? "").split(",");
  const lines = [`create ${name} ${type} ${options}${mask}`, `flush ${name}`];
  const seen = new Set<string>();
  // Several parts seldom hold together.
  for (let i = parts.length === 1 ? 12 : 80; i > 0; i--) {
    const entry = parts.map((part) => entryPart(r, part, family, type)).join(",");
    if (seen.has(entry)) continue;
    seen.add(entry);
    const nomatch = parts.includes("net") && r.chance(0.3) ? " nomatch" : "";
    lines.push(`add ${name} ${entry}${nomatch}`);
  }
  return { name, type, family: type === "bitmap:port" || type === "hash:mac" ? null : family, lines };
}

function entryPart(r: Random, part: string, family: 4 | 6, type: string): string {
  switch (part) {
    case "ip":
      return r.pick(addresses(family));
    case "net": {
      const length = r.pick(family === 4 ? [8, 16, 23, 24, 29, 30, 31, 32] : [16, 31, 32, 64, 126, 127, 128]);
      return `${r.pick(addresses(family))}/${length}`;
    }
    case "port":
      if (type === "bitmap:port") return `${r.chance(0.6) ? r.pick(destinationPorts) : firstSourcePort + r.below(200)}`;
      return r.weighted<() => string>([
        [4, () => `tcp:${r.pick(destinationPorts)}`],
        [4, () => `udp:${r.pick(destinationPorts)}`],
        [2, () => `${r.pick(["tcp", "udp"])}:${firstSourcePort + r.below(200)}`],
        [1, () => (family === 4 ? "icmp:echo-request" : "icmpv6:echo-request")],
        [0.5, () => `sctp:${r.pick(destinationPorts)}`],
        [0.3, () => "99:0"],
      ])();
    case "iface":
      return r.pick(interfaces);
    case "mac":
      return "02:00:00:00:01:02";
    default:
      return `0x${r.below(4)}`;
  }
}
