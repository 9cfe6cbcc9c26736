import { trustedUrl } from "./trusted-url.ts";
import type { Envelope, Progress, Request, Results, WorkerReply } from "./worker/messages.ts";

/** The text of the worker's script; the build puts it here. */
declare const WORKER_SOURCE: string;

/** The files hold the outputs of several hosts, of which a person has to choose one. */
export class HostNeeded extends Error {
  readonly hosts: readonly string[];

  constructor(message: string, hosts: readonly string[]) {
    super(message);
    this.hosts = hosts;
  }
}

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
  worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => {
    const one = waiting.get(data.id);
    if (data.kind === "progress") return one?.onProgress?.(data.progress);
    waiting.delete(data.id);
    if (data.kind === "done") one?.resolve(data.result as never);
    else one?.reject(data.hosts === undefined ? new Error(data.message) : new HostNeeded(data.message, data.hosts));
  };
  worker.onerror = (event) => {
    isBroken = true;
    event.preventDefault();
    for (const { reject } of waiting.values()) reject(ended(event.message));
    waiting.clear();
  };
  return {
    ask: (request, onProgress) =>
      new Promise((resolve, reject) => {
        if (isBroken) return reject(ended(""));
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

/** Why a worker answers no more: nearly always because there was no memory left for it. */
const ended = (message: string): Error =>
  new Error(
    `the browser ended the work on this snapshot${message ? ` (${message})` : ""}: it may need more memory than a page gets; the command vethscope needs less`,
  );

let nextId = 1;
