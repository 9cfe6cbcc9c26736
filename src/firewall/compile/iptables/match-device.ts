import { parseMac } from "../../../lib/mac.ts";
import { fieldIn, fieldIs } from "../../fields.ts";
import type { Match } from "../../matches.ts";
import type { InterfacePattern } from "../../sets.ts";
import type { MatchExtension } from "./extension.ts";
import { impliedBy, independentOptions, matchOf, type ReadOption, unreadable } from "./make-match.ts";

/** `eth0`, or `eth+` for all names that begin so. */
export function readInterface(text: string): InterfacePattern {
  return text.endsWith("+") ? { name: text.slice(0, -1), isPrefix: true } : { name: text, isPrefix: false };
}

/**
 * `-m physdev` (`physdev_mt` in net/netfilter/xt_physdev.c). One oddity: a packet that came by a bridge port but leaves
 * by none does not match `! --physdev-out` either, while one that has to do with no bridge does.
 */
export const physdev: MatchExtension = {
  options: new Set(["--physdev-in", "--physdev-out", "--physdev-is-in", "--physdev-is-out", "--physdev-is-bridged"]),
  compile: (options) =>
    options.flatMap((option): Match[] => {
      switch (option.name) {
        case "--physdev-is-in":
          return [matchOf(option, { kind: "bridged", what: "came-by-port" })];
        case "--physdev-is-out":
          return [matchOf(option, { kind: "bridged", what: "leaves-by-port" })];
        case "--physdev-is-bridged":
          return [matchOf(option, { kind: "bridged", what: "is-bridged" })];
      }
      const name = option.values[0] ?? "";
      if (name === "") return [unreadable(option)];
      const side = option.name === "--physdev-in" ? "in" : "out";
      const match = matchOf(option, { kind: "bridge-port", side, ...readInterface(name) });
      if (side === "in" || !option.negated) return [match];
      const leavesByPort = impliedBy(option, { kind: "bridged", what: "leaves-by-port" });
      const cameByNone = impliedBy(option, { kind: "bridged", what: "came-by-port" }, true);
      return [match, impliedBy(option, { kind: "any-of", matches: [leavesByPort, cameByNone] })];
    }),
};

/** PACKET_* of linux/if_packet.h by the names of extensions/libxt_pkttype.c. */
const packetTypes = new Map([
  ["unicast", 0],
  ["host", 0],
  ["broadcast", 1],
  ["bcast", 1],
  ["multicast", 2],
  ["mcast", 2],
]);

/** `-m pkttype` (net/netfilter/xt_pkttype.c). */
export const pkttype = independentOptions({
  "--pkt-type": (value) => {
    const type = packetTypes.get(value.toLowerCase());
    return type === undefined ? null : fieldIs("packet-type", type);
  },
});

/** `-m mac` (net/netfilter/xt_mac.c): never for packets of a device that is no Ethernet, as the loopback is none. */
export const mac: MatchExtension = {
  options: new Set(["--mac-source"]),
  compile: (options) =>
    options.flatMap((option) => {
      const address = parseMac((option.values[0] ?? "").replaceAll("-", ":"));
      if (address === null) return [unreadable(option)];
      return [
        impliedBy(option, { kind: "interface", side: "in", name: "lo", isPrefix: false }, true),
        matchOf(option, fieldIs("source-mac", address)),
      ];
    }),
};

const id =
  (of: "uid" | "gid"): ReadOption =>
  (value, _option) => {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(value === "root" ? "0" : value);
    if (match === null) return { kind: "unknowable", why: `which number ${value} has was not captured` };
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    return from > to ? null : fieldIn(`socket-${of}`, { from, to });
  };

const ownerOptions = independentOptions({
  "--uid-owner": id("uid"),
  "--gid-owner": id("gid"),
  "--socket-exists": () => ({ kind: "socket-exists" }),
});

/** `-m owner` (net/netfilter/xt_owner.c): a packet that no socket sent matches only what is negated. */
export const owner: MatchExtension = {
  options: new Set(["--uid-owner", "--gid-owner", "--socket-exists", "--suppl-groups"]),
  compile: (options, context) => {
    const supplementary = options.some(({ name }) => name === "--suppl-groups");
    return options.flatMap((option) => {
      if (option.name === "--suppl-groups") return [];
      if (option.name === "--gid-owner" && supplementary) {
        return [
          matchOf(option, {
            kind: "all-of",
            matches: [
              impliedBy(option, { kind: "socket-exists" }),
              impliedBy(option, { kind: "unknowable", why: "the supplementary groups of processes were not captured" }),
            ],
          }),
        ];
      }
      return ownerOptions.compile([option], context);
    });
  },
};
