import { kindByName } from "../../src/captures/recognise.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import { type Size, syntheticHost } from "./synthetic-host.ts";

/** A made-up host as a snapshot, without packing and reading a zip. */
export function syntheticSnapshot(size: Size): Snapshot {
  const captures = [...syntheticHost(size)].map(([file, text]) => {
    const kind = kindByName(file);
    if (kind === null) throw new Error(`no kind of capture is called ${file}`);
    const netns = /^netns\/([^/]+)\//.exec(file)?.[1] ?? null;
    return { kind, netns, file, state: "ok", text, firstLine: 1, truncated: false } as const;
  });
  return { manifest: null, captures, unread: [] };
}
