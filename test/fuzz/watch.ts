import { Worker } from "node:worker_threads";
import type { Failure, Order, Report } from "./player.ts";

export interface Limits {
  /** Processor time of one step. */
  readonly seconds: number;
  /** What may live on the heap, the fuzzer's own included. */
  readonly megabytes: number;
}

/** What became of a case. */
export interface Played {
  readonly changes: readonly string[];
  readonly failures: readonly Failure[];
  readonly slowest: { readonly step: string; readonly seconds: number };
}

/** Plays cases in a thread that is ended, and replaced, when a step takes too long or too much. */
export class Watch {
  readonly #limits: Limits;
  #worker: Worker | null = null;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  play(order: Order): Promise<Played> {
    this.#worker ??= startWorker(this.#limits.megabytes);
    const worker = this.#worker;
    return new Promise((resolve) => {
      let step = { name: "start", since: processorSeconds() };
      let slowest = { step: "start", seconds: 0 };
      const close = (): void => {
        const seconds = processorSeconds() - step.since;
        if (step.name !== "shrink" && step.name !== "start" && seconds > slowest.seconds)
          slowest = { step: step.name, seconds };
      };
      const end = (result: Omit<Played, "slowest">): void => {
        clearInterval(timer);
        worker.removeAllListeners("message").removeAllListeners("error");
        close();
        resolve({ ...result, slowest });
      };
      const giveUp = (rule: string, detail: string): void => {
        this.#worker = null;
        void worker.terminate();
        end({ changes: [], failures: [{ complaint: { step: step.name, rule, detail, place: null }, zip: null }] });
      };
      const timer = setInterval(() => {
        if (step.name === "shrink" || processorSeconds() - step.since < this.#limits.seconds) return;
        giveUp("takes too long", `more than ${this.#limits.seconds} s of processor time`);
      }, 100);
      worker.on("message", (report: Report) => {
        if (report.kind === "played") return end(report);
        close();
        step = { name: report.step, since: processorSeconds() };
      });
      worker.on("error", (error: Error & { readonly code?: string }) => {
        const memory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
        giveUp(
          memory ? "takes too much memory" : "ends the thread",
          `${error.message} (limit ${this.#limits.megabytes} MB)`,
        );
      });
      worker.postMessage(order);
    });
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
  }
}

/** Of the whole process: nothing else runs while a case is played. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** A thread does not take over how its parent reads TypeScript. */
function startWorker(megabytes: number): Worker {
  const player = JSON.stringify(new URL("./player.ts", import.meta.url).href);
  const start = `import("tsx/esm/api").then(({ register }) => { register(); return import(${player}); })`;
  return new Worker(start, { eval: true, resourceLimits: { maxOldGenerationSizeMb: megabytes } });
}
