import type { Topology } from "../results/topology.ts";
import type { Badge, CellContent, DeviceContent, GroupContent } from "./content.ts";

export type BadgeSeverity = "error" | "warning" | "info";

/** A published port, as far as a picture shows it. */
export interface DrawnPort {
  readonly container: string;
  readonly protocol: string;
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

export interface PictureInput {
  readonly topology: Topology;
  readonly publishedPorts: readonly DrawnPort[];
  /** The line under the host's name. */
  readonly subtitle: string;
  /** Findings by the id of the node that they are about. */
  readonly badges?: ReadonlyMap<string, Badge>;
}

export interface PictureOptions {
  /** Width to height that the picture should have, about. */
  readonly aspect: number;
  /** Groups that are shown whole however large they are. */
  readonly opened: ReadonlySet<string>;
  /** Groups with more cells than this are folded; null lets the size of the whole decide. */
  readonly foldAbove: number | null;
}

export const defaultOptions: PictureOptions = { aspect: 1.6, opened: new Set(), foldAbove: null };

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A host's picture with everything in its place, in pixels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly host: Rect & { readonly title: string; readonly subtitle: string };
  readonly outside: readonly (Rect & { readonly lines: readonly string[] })[];
  readonly devices: readonly PlacedDevice[];
  readonly groups: readonly PlacedGroup[];
  readonly wires: readonly Wire[];
}

export type PlacedDevice = Rect & { readonly content: DeviceContent; readonly uplink: boolean };

/** Places of a group's parts are relative to the group. */
export type PlacedGroup = Rect & {
  readonly content: GroupContent;
  readonly cells: readonly PlacedCell[];
  /** The bar of a bridge runs along each row of its ports. */
  readonly rails: readonly { readonly y: number; readonly from: number; readonly to: number }[];
  /** How many cells are folded away, and where the cell that says so is. */
  readonly folded: (Rect & { readonly count: number }) | null;
  /** Whether a reader opened it, and can fold it again. */
  readonly opened: boolean;
};

/** A cell's rectangle is that of its box; the port is above it. */
export type PlacedCell = Rect & { readonly content: CellContent; readonly railY: number };

export interface Wire {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly style: "solid" | "dashed" | "dotted";
  /** The nodes at its ends. */
  readonly between: readonly [string, string];
}
