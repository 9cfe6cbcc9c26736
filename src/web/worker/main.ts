import { SeveralHostsError, SnapshotError } from "../../captures/snapshot.ts";
import { jsonText } from "../../lib/json-text.ts";
import { reporters } from "../../reporters/analysis/registry.ts";
import type { Comparison } from "../../results/comparison.ts";
import { unpackReport } from "../packed.ts";
import { compareOpened, flowOf, toCompared } from "./compare.ts";
import type { Envelope, FileText, Progress, Request, WorkerReply } from "./messages.ts";
import { ask, exposure, matrix } from "./reachability.ts";
import { check, openedOf, openRead, openRebuilt, readFiles, type Session } from "./session.ts";

/* The worker holds one snapshot, or the comparison of two, and computes whatever the page wants to know of it, so that the page never stands still. */

let session: Session | null = null;
let comparison: Comparison | null = null;

const post = (reply: WorkerReply): void => postMessage(reply);

addEventListener("message", async ({ data }: MessageEvent<Envelope>) => {
  const { id, request } = data;
  try {
    post({ kind: "done", id, result: await answer(id, request) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hosts = error instanceof SeveralHostsError ? { hosts: error.hosts } : {};
    const said = error instanceof SnapshotError ? message : `internal error: ${message}`;
    post({ kind: "failed", id, message: said, ...hosts });
  }
});

async function answer(id: number, request: Request): Promise<unknown> {
  const tell = throttled((progress: Progress) => post({ kind: "progress", id, progress }));
  if (request.kind === "open" || request.kind === "open-packed" || request.kind === "compare") {
    // A worker may have held another snapshot before: that one goes first, so that there is room.
    session = null;
    comparison = null;
  }
  if (request.kind === "open") {
    tell({ what: "Unpacking", done: 0, of: 1 });
    session = openRead(request.name, await readFiles(request), tell);
    return openedOf(session);
  }
  if (request.kind === "open-packed") {
    const packed = await unpackReport(request.packed);
    session = "snapshot" in packed ? openRead(packed.name, packed.snapshot, tell) : openRebuilt(packed);
    return openedOf(session);
  }
  if (request.kind === "compare") {
    comparison = await compareOpened(request.before, request.after, tell);
    return toCompared(comparison);
  }
  if (request.kind === "flow" || request.kind === "comparison-json") {
    if (comparison === null) throw new Error("no snapshots were compared");
    return request.kind === "flow" ? flowOf(comparison, request.at) : jsonText(comparison);
  }
  if (session === null) throw new Error("no snapshot was opened");
  switch (request.kind) {
    case "findings":
      return check(session);
    case "ask":
      return ask(session, request.from, request.to);
    case "exposure":
      return exposure(session);
    case "matrix":
      return matrix(session, request.network);
    case "text":
      return textOf(session, request.file);
    case "report":
      return reporters[request.format](session.analysis, { width: 100, color: false });
  }
}

function textOf({ snapshot }: Session, file: string): FileText {
  const pieces = (snapshot?.captures ?? []).flatMap((capture) =>
    "text" in capture && capture.file === file
      ? [{ kind: capture.kind, firstLine: capture.firstLine, text: capture.text }]
      : [],
  );
  return { pieces };
}

/** Tells the page no more often than it can draw. */
function throttled<T>(tell: (value: T) => void): (value: T) => void {
  let last = 0;
  return (value) => {
    const now = performance.now();
    if (now - last < 40) return;
    last = now;
    tell(value);
  };
}
