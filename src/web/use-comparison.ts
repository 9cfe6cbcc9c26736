import { useEffect, useState } from "preact/hooks";
import { type Client, startClient } from "./client.ts";
import type { Compared, OpenRequest, Progress } from "./worker/messages.ts";

/** The comparison of two snapshots, while it is computed and after. */
export type SnapshotPair =
  | { readonly state: "computing"; readonly progress: Progress }
  | { readonly state: "done"; readonly client: Client; readonly compared: Compared }
  | { readonly state: "failed"; readonly why: string };

const starting: SnapshotPair = { state: "computing", progress: { what: "Reading both snapshots", done: 0, of: 0 } };

/** Compares two snapshots in a worker of its own, which then holds the comparison; null while there are not two. */
export function useComparison(before: OpenRequest | null, after: OpenRequest | null): SnapshotPair | null {
  const [known, setKnown] = useState<{ readonly of: readonly unknown[]; readonly pair: SnapshotPair } | null>(null);
  useEffect(() => {
    if (before === null || after === null) return;
    const client = startClient();
    let stale = false;
    const set = (pair: SnapshotPair) => stale || setKnown({ of: [before, after], pair });
    client
      .ask({ kind: "compare", before, after }, (progress) => set({ state: "computing", progress }))
      .then(
        (compared) => set({ state: "done", client, compared }),
        (error: Error) => set({ state: "failed", why: error.message }),
      );
    return () => {
      stale = true;
      client.close();
    };
  }, [before, after]);
  if (before === null || after === null) return null;
  // What is known may still be of the two that were shown before.
  return known?.of[0] === before && known.of[1] === after ? known.pair : starting;
}
