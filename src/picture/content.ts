import type { BadgeSeverity } from "./picture.ts";

/** What a picture shows, before anything has a place. */
export interface Content {
  readonly hostname: string;
  readonly subtitle: string;
  readonly uplinks: readonly DeviceContent[];
  readonly devices: readonly DeviceContent[];
  readonly groups: readonly GroupContent[];
}

/** What a change did to a thing: it is new, no longer there, or another in some way. */
export type ChangeMark = "added" | "gone" | "changed";

/** An interface of the host. */
export interface DeviceContent {
  readonly node: string;
  readonly name: string;
  /** What stands beside the name: `on eth0`, `down`. */
  readonly tags: readonly string[];
  readonly addresses: readonly string[];
  /** What is known of the outside behind an uplink: subnets and gateways. */
  readonly outside: readonly string[];
  readonly up: boolean;
  readonly badge: Badge | null;
  /** Only in a picture of two snapshots, as with groups and cells. */
  readonly mark?: ChangeMark;
}

/** A bridge, a network without one, or containers that have something in common. */
export interface GroupContent {
  readonly id: string;
  /** The node it stands for; null where it is only a heading. */
  readonly node: string | null;
  readonly kind: "bridge" | "network" | "plain";
  readonly hue: number | null;
  readonly title: string;
  readonly lines: readonly string[];
  readonly tags: readonly string[];
  /** Something about it deserves a look: it is down, or left behind. */
  readonly odd: boolean;
  readonly wiring: Wiring;
  readonly cells: readonly CellContent[];
  readonly badge: Badge | null;
  readonly mark?: ChangeMark;
}

/** How a group hangs on the host: routed by it, on top of one of its interfaces, or not at all. */
export type Wiring =
  | { readonly kind: "routed"; readonly addressed: boolean }
  | { readonly kind: "parent"; readonly node: string }
  | { readonly kind: "none" };

/** One port with what is behind it, or a container on a network. */
export interface CellContent {
  /** Unique in the picture. */
  readonly id: string;
  readonly port: { readonly node: string; readonly name: string; readonly up: boolean } | null;
  readonly stem: "certain" | "strong" | "open";
  readonly node: string | null;
  readonly name: string;
  readonly tone: "container" | "guest" | "odd" | "idle" | "device";
  readonly lines: readonly CellLine[];
  /** Published ports as `8080 → 80/tcp`. */
  readonly published: readonly string[];
  readonly badge: Badge | null;
  readonly mark?: ChangeMark;
}

export interface CellLine {
  readonly text: string;
  readonly font: "mono" | "small";
  /** The colour of the network that an address is on, where that is not the group's own. */
  readonly hue: number | null;
}

/** What the findings say about a node. */
export interface Badge {
  readonly severity: BadgeSeverity;
  readonly count: number;
}
