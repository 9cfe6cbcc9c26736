import { formatAddress } from "../../src/lib/address.ts";
import type { Host } from "../../src/model/host.ts";
import { namespacesOf } from "../../src/model/queries/host-index.ts";
import type { Question } from "../../src/trace/trace.ts";
import type { Random } from "../support/random.ts";
import { anyWord } from "./corpus.ts";

/** Names and addresses of a host that questions and policies may speak of. */
function partiesOf(host: Host): readonly string[] {
  const containers = host.containers.flatMap(({ name, endpoints }) => [
    name,
    ...endpoints.map(({ ipv4 }) => (ipv4 === null ? name : formatAddress(ipv4.address))),
  ]);
  const interfaces = namespacesOf(host).flatMap(({ interfaces: all }) =>
    all.known ? all.value.map(({ name }) => name) : [],
  );
  return [...new Set(["host", "outside", "203.0.113.50", "127.0.0.1", "::1", ...containers, ...interfaces])];
}

function portsOf(host: Host, random: Random): string {
  const ports = host.publishedPorts.flatMap(({ hostPort, containerPort }) => [hostPort, containerPort]);
  return String(random.pick([80, 53, 0, 65535, ...ports]));
}

/** Questions about what the host has, and some about what it does not have. */
export function askQuestions(host: Host, random: Random, count: number): readonly Question[] {
  const parties = partiesOf(host);
  const party = () => (random.chance(0.93) ? random.pick(parties) : anyWord(random));
  const device = () => (random.chance(0.2) ? `203.0.113.50@${party()}` : party());
  return Array.from({ length: count }, () => {
    const to = party();
    const port = random.weighted([
      [6, `:${portsOf(host, random)}`],
      [2, `:${portsOf(host, random)}/udp`],
      [1, "/icmp"],
      [1, `:${anyWord(random)}`],
    ]);
    return {
      from: device(),
      to: `${to.includes(":") && random.chance(0.8) ? `[${to}]` : to}${port}`,
      ...(random.chance(0.1) ? { state: "established" as const } : {}),
      ...(random.chance(0.1) ? { sourcePort: 1 + random.below(65535) } : {}),
    };
  });
}

/** A policy of a few rules about the host, as YAML. */
export function writePolicy(host: Host, random: Random): string {
  const parties = partiesOf(host).map((name) => name.replaceAll(",", ""));
  const party = () =>
    random.weighted<() => string>([
      [8, () => random.pick(parties)],
      [2, () => "*"],
      [1, () => "@some"],
      [0.3, () => anyWord(random)],
    ])();
  const port = () => random.pick(["*", "80", "53/udp", portsOf(host, random)]);
  const rules = Array.from({ length: 1 + random.below(4) }, () =>
    random.weighted<() => readonly [string, string]>([
      [3, () => ["allow", `${party()} -> ${party()}:${port()}`]],
      [3, () => ["deny", `${party()} -> ${party()}:${port()}`]],
      [1, () => ["isolated", `${party()}, ${party()}`]],
      [1, () => ["no-findings", random.pick(["error", "warning"])]],
    ])(),
  );
  const lines = rules.map(([kind, text]) => `  - ${kind}: ${JSON.stringify(text)}`);
  return `sets:\n  some: ${JSON.stringify([random.pick(parties), "web*"])}\nrules:\n${lines.join("\n")}\n`;
}
