import type { Link } from "../ip-addr.ts";

/** How both `ip link` and `bridge link` begin an interface: `7: eth0@if8: <BROADCAST,UP,M-DOWN> mtu 1500 …`. */
export interface LinkHeader {
  readonly index: number;
  readonly name: string;
  /** What stands after `@`. */
  readonly peer: string | null;
  readonly flags: readonly string[];
  /** What follows the flags. */
  readonly rest: string;
  /** iproute2 4's `bridge link` has the operational state between the name and its peer. */
  readonly state: string | null;
}

/** Reads the beginning of an interface, or null when the line is none. */
export function readLinkHeader(line: string): LinkHeader | null {
  const match =
    /^\s*(\d{1,10}):\s+(\S+):\s+<([^<>\s]*)>(.*)$/.exec(line) ??
    /^\s*(\d{1,10}):\s+(\S+)\s+state\s+(\S+)\s+(@\S+)?:\s+<([^<>\s]*)>(.*)$/.exec(line);
  if (match === null) return null;
  const [index, name, state, peer, flags, rest] =
    match.length === 5
      ? [match[1], match[2] ?? "", null, "", match[3], match[4]]
      : [match[1], match[2] ?? "", match[3] ?? null, match[4] ?? "", match[5], match[6]];
  const whole = name + peer;
  const at = whole.lastIndexOf("@");
  return {
    index: Number(index),
    name: at > 0 ? whole.slice(0, at) : whole,
    peer: at > 0 ? whole.slice(at + 1) : null,
    flags: (flags ?? "").split(",").filter((flag) => flag !== ""),
    rest: rest ?? "",
    state,
  };
}

/** The canonical text up to the flags. */
export function printLinkHeader({ index, name, peer, flags, state }: Omit<LinkHeader, "rest">): string {
  const at = peer === null ? "" : `@${peer}`;
  const named = state === null ? `${name}${at}` : `${name} state ${state} ${at}`;
  return `${index}: ${named}: <${flags.join(",")}>`;
}

/** `if8` is what iproute2 prints for an interface that it cannot name, because it is in another namespace. */
export function readPeer(text: string | null): Link["peer"] {
  if (text === null) return null;
  if (text === "NONE") return { kind: "none" };
  const index = /^if(\d{1,10})$/.exec(text);
  return index === null ? { kind: "name", name: text } : { kind: "index", index: Number(index[1]) };
}

/** What stands after `@`. */
export function printPeer(peer: Link["peer"]): string | null {
  switch (peer?.kind) {
    case undefined:
      return null;
    case "none":
      return "NONE";
    case "index":
      return `if${peer.index}`;
    case "name":
      return peer.name;
  }
}
