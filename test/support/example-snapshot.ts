import type { CaptureKind } from "../../src/captures/kinds.ts";
import type { CaptureOk, Snapshot } from "../../src/captures/snapshot.ts";
import type { Example } from "../../src/checks/examples/example.ts";
import { once } from "./fixtures.ts";

const known = new WeakMap<Example, Snapshot>();

/** The snapshot that holds the captures of a check's example, and nothing else: the same one each time. */
export const exampleSnapshot = (example: Example): Snapshot => once(known, example, () => snapshotOf(example));

function snapshotOf({ captures, netns = {} }: Example): Snapshot {
  const outside = Object.entries(captures).map(([kind, text]) => capture(kind as CaptureKind, null, text));
  const inside = Object.entries(netns).flatMap(([name, own]) =>
    Object.entries(own).map(([kind, text]) => capture(kind as CaptureKind, name, text)),
  );
  return { manifest: null, captures: [...outside, ...inside], unread: [] };
}

function capture(kind: CaptureKind, netns: string | null, text: string): CaptureOk {
  const file = netns === null ? `${kind}.txt` : `netns/${netns}/${kind}.txt`;
  return { state: "ok", kind, netns, file, text, firstLine: 1, truncated: false };
}
