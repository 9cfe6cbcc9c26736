import type { CaptureKind } from "../../src/captures/kinds.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";

/** A snapshot of the given outputs, by kind. */
export function snapshotOf(texts: Partial<Record<CaptureKind, string>>): Snapshot {
  const captures = Object.entries(texts).map(([kind, text]) => {
    const file = `${kind}.txt`;
    return { kind: kind as CaptureKind, netns: null, file, state: "ok", text, firstLine: 1, truncated: false } as const;
  });
  return { manifest: null, captures, unread: [] };
}
