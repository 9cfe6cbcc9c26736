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

/** Starts a worker from the page's own text: nothing is loaded from anywhere. */
export function startClient(): Client {
  const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  const waiting = new Map<number, Waiting>();
  let next = 1;
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    const one = waiting.get(data.id);
    if (data.kind === "progress") return one?.onProgress?.(data.progress);
    waiting.delete(data.id);
    if (data.kind === "done") one?.resolve(data.result as never);
    else one?.reject(new Error(data.message));
  });
  worker.addEventListener("error", ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  });
  return {
    ask: (request, onProgress) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject, onProgress });
        const envelope: Envelope = { id, request };
        worker.postMessage(envelope);
      }),
    close: () => worker.terminate(),
  };
}
