import { byCodePoint } from "../lib/order.ts";
import { captureKinds } from "./kinds.ts";
import type { Capture } from "./snapshot.ts";

const rank = new Map(captureKinds.map(({ id }, at) => [id, at]));

/** The order of captures in a snapshot: by kind, then the host before the containers, then by file and place in it. */
export function byPlace(a: Capture, b: Capture): number {
  return (
    (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0) ||
    Number(a.netns !== null) - Number(b.netns !== null) ||
    byCodePoint(a.netns ?? "", b.netns ?? "") ||
    byCodePoint(a.file, b.file) ||
    firstLine(a) - firstLine(b)
  );
}

const firstLine = (capture: Capture): number => ("firstLine" in capture ? capture.firstLine : 0);
