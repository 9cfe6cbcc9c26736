import { trustedUrl } from "./trusted-url.ts";
import type { Envelope, Progress, Reply, Request, Results } from "./worker/messages.ts";

/** The text of the worker's script; the build puts it here. */
declare const WORKER_SOURCE: string;

/** One snapshot in a worker of its own. */
export interface Client {
  readonly ask: <K extends Request["kind"]>(
    request: Extract<Request, { readonly kind: K }>,
    onProgress?: (progress: Progress) => void,
  ) => Promise<Results[K]>;
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** A worker that waits for its snapshot: to start one takes longer than to read most snapshots. */
let spare: Worker | null = null;

/** Starts a worker ahead of time. */
export function warmUp(): void {
  spare ??= startWorker();
}

/** Starts a worker from the page's own text: nothing is loaded from anywhere. */
function startWorker(): Worker {
  const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: "text/javascript" }));
  const worker = new Worker(trustedUrl(url));
  URL.revokeObjectURL(url);
  return worker;
}

/** A worker of one's own, until it is closed. */
export function startClient(): Client {
  const worker = spare ?? startWorker();
  spare = null;
  const waiting = new Map<number, Waiting>();
  let isBroken = false;
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    const one = waiting.get(data.id);
    if (data.kind === "progress") return one?.onProgress?.(data.progress);
    waiting.delete(data.id);
    if (data.kind === "done") one?.resolve(data.result as never);
    else one?.reject(new Error(data.message));
  };
  worker.onerror = ({ message }) => {
    isBroken = true;
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  };
  return {
    ask: (request, onProgress) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve, reject, onProgress });
        const envelope: Envelope = { id, request };
        worker.postMessage(envelope);
      }),
    close: () => {
      // One that has nothing more to do is as good as a new one.
      if (spare === null && waiting.size === 0 && !isBroken) spare = worker;
      else worker.terminate();
    },
  };
}

let nextId = 1;
