import { openSnapshot, readSnapshot } from "../../captures/read-snapshot.ts";
import type { Snapshot } from "../../captures/snapshot.ts";
import type { CheckReport } from "../../checks/check.ts";
import { checks } from "../../checks/registry.ts";
import { runStepwise } from "../../checks/run-checks.ts";
import { buildHost } from "../../model/build/build-host.ts";
import type { Host } from "../../model/host.ts";
import { outsideWord } from "../../model/namespace-id.ts";
import { servicesOf } from "../../model/queries/services.ts";
import { describeHost } from "../../operations/analyze.ts";
import { parseCapture } from "../../parsers/parse-capture.ts";
import { originsOf } from "../../reach/origins.ts";
import type { Analysis } from "../../results/analysis.ts";
import { makeTracer, type Tracer } from "../../trace/trace.ts";
import type { PackedHost } from "../packed.ts";
import type { DroppedFile, Opened, Progress } from "./messages.ts";

/** One snapshot that was read, with everything that can be asked of it. */
export interface Session {
  readonly name: string;
  /** Null in a report without raw captures. */
  readonly snapshot: Snapshot | null;
  readonly host: Host;
  readonly analysis: Analysis;
  readonly report: CheckReport | null;
  readonly tracer: Tracer;
}

export type Tell = (progress: Progress) => void;

/** What was dropped, and of which host it is wanted. */
interface Dropped {
  readonly name: string;
  readonly files: readonly DroppedFile[];
  readonly host?: string;
}

/** Reads what was dropped: one zip or file, or the files of a folder. */
export async function readFiles({ name, files, host }: Dropped): Promise<Snapshot> {
  const [only] = files;
  return files.length === 1 && only !== undefined && !only.path.includes("/")
    ? await openSnapshot(only.bytes, only.path, {}, host)
    : readSnapshot(new Map(files.map(({ path, bytes }) => [path, bytes])), name, host);
}

/** Rebuilds and analyses the host of a snapshot, with the functions that the command uses. */
export function openRead(name: string, snapshot: Snapshot, tell: Tell): Session {
  const readable = snapshot.captures.filter((capture) => capture.state === "ok");
  const parsed = readable.map((capture, i) => {
    tell({ what: `Reading ${capture.file}`, done: i, of: readable.length + 2 });
    return parseCapture(capture);
  });
  tell({ what: "Rebuilding the host", done: readable.length, of: readable.length + 2 });
  const host = buildHost(snapshot, parsed);
  const analysis = describeHost(host, snapshot);
  tell({ what: "Drawing", done: readable.length + 1, of: readable.length + 2 });
  return { name, snapshot, host, analysis, report: null, tracer: makeTracer(host) };
}

/** A host that was rebuilt before: a report that leaves the raw captures out. */
export function openRebuilt(packed: PackedHost): Session {
  return { ...packed, snapshot: null, tracer: makeTracer(packed.host) };
}

/** What the page shows at once. */
export function openedOf({ name, snapshot, host, analysis, report, tracer }: Session): Opened {
  return {
    name,
    analysis,
    findings: report,
    from: [outsideWord, ...originsOf(tracer.dataplane).all],
    to: [...servicesOf(host).map(({ to }) => to), ...publishedOn(host)],
    networks: host.networks.filter(({ driver }) => driver !== "host" && driver !== "null").map(({ name }) => name),
    hasText: snapshot !== null,
  };
}

/** The ports of the host that are published: `host:8080`, `host:53/udp`. */
const publishedOn = ({ publishedPorts }: Host): string[] => [
  ...new Set(
    publishedPorts.map(({ hostPort, protocol }) => `host:${hostPort}${protocol === "tcp" ? "" : `/${protocol}`}`),
  ),
];

/** Runs the checks that the command runs; other questions are answered between them. */
export async function check({ host, snapshot, report }: Session): Promise<CheckReport> {
  if (report !== null) return report;
  if (snapshot === null) throw new Error("checks quote the captures, and there are none");
  const run = runStepwise(host, snapshot, checks);
  for (;;) {
    const step = run.next();
    if (step.done === true) return step.value;
    await nextTask();
  }
}

/** Lets the messages in that came meanwhile; timers would be held back by some milliseconds each. */
const nextTask = (): Promise<void> =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
