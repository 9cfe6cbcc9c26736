import {
  addressKey,
  formatPrefixedAddress,
  parseAddress,
  parsePrefixedAddress,
  prefixAround,
} from "../../lib/address.ts";
import { type Known, known, unknown } from "../../lib/known.ts";
import { formatSource, mergeSources, type Source } from "../../lib/source.ts";
import type { Link, LinkAddress } from "../../parsers/ip-addr.ts";
import type { Contradiction, Interface, InterfaceAddress, PortSettings } from "../host.ts";
import { isDockerVeth } from "../queries/docker-names.ts";
import type { Captured, ParsedOf } from "./captured.ts";
import { sourceOf } from "./captured.ts";

/**
 * The interfaces of a namespace from all captures that list them, each once. Of two listings of `ip a` in one text the later
 * holds, else `ip a` wins where two disagree; the disagreement is recorded.
 */
export function buildInterfaces(
  captured: Captured,
  netns: string | null,
  contradictions: Contradiction[],
): Known<readonly Interface[]> {
  const listings = [...captured.all("ip-addr", netns), ...captured.all("ip-link", netns)];
  if (listings.length === 0) return unknown(captured.why("ip-addr", netns), "ip-addr");
  const ports = netns === null ? buildPortSettings(captured) : new Map<string, PortSettings>();
  const byName = new Map<string, Interface>();
  const listedBy = new Map<string, Listing>();
  for (const listing of listings) {
    for (const link of listing.data) {
      const seen = toInterface(link, listing, ports.get(link.name) ?? null);
      const [before, by] = [byName.get(link.name), listedBy.get(link.name)];
      const isLater = by?.kind === "ip-addr" && listing.kind === "ip-addr" && by !== listing;
      if (before !== undefined)
        recordDifferences(before, seen, isLater && showsAll(listing) && showsAll(by), netns, contradictions);
      byName.set(
        link.name,
        before === undefined ? seen : isLater ? moved(before, seen, by, listing) : merge(before, seen),
      );
      listedBy.set(link.name, listing);
    }
  }
  return known([...byName.values()].sort((a, b) => a.index - b.index));
}

type Listing = ParsedOf<"ip-addr"> | ParsedOf<"ip-link">;

/** Whether a listing shows all lines of what it lists: `ip a` does, and of one interface, but not `| grep` or `-4`. */
const showsAll = ({ capture }: Listing): boolean =>
  !capture.truncated || /^not whole: only (?!-)/.test(capture.note ?? "");

/** An interface at a later moment of the same text, or in another file. */
function moved(before: Interface, seen: Interface, by: Listing, listing: Listing): Interface {
  if (by.capture.file !== listing.capture.file) return merge(before, seen);
  return { ...merge(seen, before), ...(showsAll(listing) ? { addresses: seen.addresses } : {}) };
}

function toInterface(link: Link, listing: Listing, port: PortSettings | null): Interface {
  const sources = [sourceOf(listing, link)];
  return {
    name: link.name,
    index: link.index,
    altNames: link.altNames,
    kind: kindOf(link),
    flags: link.flags,
    // `ip -o address` prints no flags: silence does not say down.
    up: link.flags.length === 0 || link.flags.includes("UP"),
    carrier: link.flags.length === 0 || link.flags.includes("LOWER_UP"),
    operState: link.state,
    mac: link.mac,
    mtu: link.mtu,
    master: link.master,
    peer: link.peer === null || link.peer.kind === "none" ? null : link.peer,
    netnsId: link.netnsId,
    netnsName: link.netnsName,
    details: { ...link.kind?.values },
    addresses: link.addresses.flatMap((one) => toAddress(one, [sourceOf(listing, one)])),
    port: port ?? portFromDetails(link),
    sources,
  };
}

/** What is no address the parser has noted, and left out. */
function toAddress({ address: text, prefixLength, peer: to, scope, flags }: LinkAddress, sources: readonly Source[]) {
  const address = parseAddress(text);
  if (address === null) return [];
  const own = { address, prefixLength };
  const peer = to === null ? null : parsePrefixedAddress(to);
  return [{ ...own, peer, prefix: prefixAround(peer ?? own), scope, flags, sources }];
}

/** The kind that `-d` prints, else what only one kind can be: the loopback, and Docker's veths. */
function kindOf(link: Link): string | null {
  if (link.kind !== null) return link.kind.kind;
  if (link.flags.includes("LOOPBACK")) return "loopback";
  return isDockerVeth(link.name) && link.peer !== null ? "veth" : null;
}

function portFromDetails({ slave }: Link): PortSettings | null {
  if (slave?.kind !== "bridge_slave") return null;
  return {
    state: slave.values["state"] ?? null,
    hairpin: onOff(slave.values["hairpin"]),
    isolated: onOff(slave.values["isolated"]),
    vlans: null,
  };
}

const onOff = (word: string | undefined): boolean | null => (word === "on" ? true : word === "off" ? false : null);

/** Port settings by interface name, from `bridge link` and `bridge vlan`. */
function buildPortSettings(captured: Captured): Map<string, PortSettings> {
  const ports = new Map<string, PortSettings>();
  for (const { data } of captured.all("bridge-link", null)) {
    for (const { name, state, settings } of data) {
      ports.set(name, {
        state,
        hairpin: onOff(settings["hairpin"]),
        isolated: onOff(settings["isolated"]),
        vlans: null,
      });
    }
  }
  for (const { data } of captured.all("bridge-vlan", null)) {
    for (const { port, vlans } of data) {
      const before = ports.get(port) ?? { state: null, hairpin: null, isolated: null };
      ports.set(port, {
        ...before,
        vlans: vlans.map(({ from, to, pvid, untagged }) => ({ from, to, pvid, untagged })),
      });
    }
  }
  return ports;
}

function merge(a: Interface, b: Interface): Interface {
  const addresses = new Map([...a.addresses, ...b.addresses].map((address) => [keyOf(address), address]));
  for (const address of a.addresses) addresses.set(keyOf(address), address);
  return {
    ...a,
    altNames: [...new Set([...a.altNames, ...b.altNames])],
    kind: a.kind ?? b.kind,
    ...(a.flags.length === 0 ? { flags: b.flags, up: b.up, carrier: b.carrier } : {}),
    operState: a.operState ?? b.operState,
    mac: a.mac ?? b.mac,
    mtu: a.mtu ?? b.mtu,
    master: a.master ?? b.master,
    peer: a.peer ?? b.peer,
    netnsId: a.netnsId ?? b.netnsId,
    netnsName: a.netnsName ?? b.netnsName,
    details: { ...b.details, ...a.details },
    addresses: [...addresses.values()],
    port: a.port ?? b.port,
    sources: mergeSources(a.sources, b.sources),
  };
}

const keyOf = ({ address, prefixLength }: InterfaceAddress): string => `${addressKey(address)} ${prefixLength}`;

function recordDifferences(
  a: Interface,
  b: Interface,
  addressesToo: boolean,
  netns: string | null,
  contradictions: Contradiction[],
): void {
  const addresses = ({ addresses: own }: Interface) =>
    addressesToo ? own.map(formatPrefixedAddress).join(", ") || "none" : null;
  const facts: readonly [string, unknown, unknown][] = [
    ["index", a.index, b.index],
    ["MAC address", a.mac, b.mac],
    ["master", a.master, b.master],
    ["address", addresses(a), addresses(b)],
    ["state up", a.flags.length === 0 ? null : a.up, b.flags.length === 0 ? null : b.up],
  ];
  for (const [what, x, y] of facts) {
    // A master is printed only where there is one, a MAC address only with its line: silence contradicts nothing.
    if (x === y || x === null || y === null) continue;
    contradictions.push({
      subject: netns === null ? a.name : `${netns}: ${a.name}`,
      message: `${what} is ${x} at ${a.sources.map(formatSource).join(", ")}, but ${y} at ${b.sources.map(formatSource).join(", ")}`,
      sources: mergeSources(a.sources, b.sources),
    });
  }
}
