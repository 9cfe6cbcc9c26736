import { type CaptureKind, captureKinds } from "../captures/kinds.ts";
import type { UnreadFile } from "../captures/snapshot.ts";
import { firstOf } from "../lib/enumerate.ts";
import type { Known } from "../lib/known.ts";
import { sortedBy } from "../lib/order.ts";
import { networksOfRules } from "../model/build/network-bridges.ts";
import type { Host, Namespace } from "../model/host.ts";
import type { Quality } from "../results/analysis.ts";

/** What the snapshot holds, what of it was not understood, what contradicts what, and what is not known for that. */
export function describeQuality(host: Host, unread: readonly UnreadFile[]): Quality {
  const captures = sortedBy(host.captures, ({ netns, file }) => `${netns ?? ""}\n${file}`);
  return {
    captures: captures.map(({ kind, netns, file, state, why, truncated }) => ({
      kind,
      netns,
      file,
      state,
      why,
      truncated,
    })),
    notes: captures.flatMap(({ file, notes }) => notes.map(({ line, text, why }) => ({ file, line, text, why }))),
    unread: sortedBy(unread, ({ file }) => file),
    contradictions: sortedBy(host.contradictions, ({ subject, message }) => `${subject}\n${message}`),
    gaps: gapsOf(host, unread),
  };
}

/** The parts of a namespace that a snapshot may not hold, for a person. */
const parts = {
  interfaces: "interfaces and addresses",
  routes: "IPv4 routes",
  routes6: "IPv6 routes",
  rules: "policy rules",
  rules6: "IPv6 policy rules",
  neighbours: "neighbours",
  iptables: "iptables rules",
  ip6tables: "ip6tables rules",
  nftables: "nftables rules",
  ipsets: "ipsets",
  sysctls: "kernel settings",
  listeners: "listening sockets",
  resolver: "resolver",
} satisfies Partial<Record<keyof Namespace, string>>;

/** The captures that tell of a part, where their output has forms that no parser reads. */
const kindsOfParts: Readonly<Partial<Record<keyof typeof parts, CaptureKind>>> = {
  interfaces: "ip-addr",
  routes: "ip-route",
  iptables: "iptables-save",
  nftables: "nft-ruleset",
  listeners: "ss-listen",
};

/** A file that tells of a part and cannot be read, as `nft list ruleset` without `-j`: that is not the same as nothing captured. */
function unreadOf(part: keyof typeof parts, unread: readonly UnreadFile[]): string | null {
  const command = captureKinds.find(({ id }) => id === kindsOfParts[part])?.command;
  const found = unread.find(({ why }) => command !== undefined && why.endsWith(`: take ${command}`));
  return found === undefined ? null : `${found.file} is not read: ${found.why}`;
}

function gapsOf(host: Host, unread: readonly UnreadFile[]): Quality["gaps"] {
  const { own } = host;
  const unknownParts = (Object.keys(parts) as (keyof typeof parts)[]).flatMap((part) =>
    gap(parts[part], own[part], unreadOf(part, unread)),
  );
  const networks = host.networks
    .filter(({ inspected, driver }) => !inspected && driver !== "host" && driver !== "null")
    .map(({ name }) => ({ subject: `network ${name}`, message: "docker network inspect was not captured for it" }));
  const pairings = host.pairings
    .filter(({ kind }) => kind !== "paired")
    .map(({ interface: name, reason }) => ({ subject: name, message: reason }));
  const truncated = host.captures
    .filter((capture) => capture.truncated)
    .map(({ file, why }) => ({ subject: file, message: `${why ?? "not whole"}; what is missing in it is not known` }));
  const ports = host.publishedPortsGap;
  const published = ports === null ? [] : [{ subject: "the host's published ports", message: ports }];
  return [...unknownParts, ...published, ...networksUntold(host), ...networks, ...pairings, ...truncated];
}

/** What the rules tell of networks that no capture lists. */
function networksUntold({ networks, own }: Host): Quality["gaps"] {
  const told = networks.length > 0 ? [] : networksOfRules(own);
  if (told.length === 0) return [];
  const named = told.map(({ bridge, subnet }) => `${subnet} on ${bridge}`);
  const message = `not captured; the NAT rules tell of ${firstOf(named, 8).join(", ")}`;
  return [{ subject: "the host's networks", message }];
}

const gap = (name: string, part: Known<unknown>, unread: string | null): Quality["gaps"][number][] =>
  part.known ? [] : [{ subject: `the host's ${name}`, message: unread ?? part.why }];
