import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Client, startClient } from "./client.ts";
import { filesOf, toSnapshots } from "./dropped.ts";
import { Header } from "./header.tsx";
import { formatRoute, parseRoute, type Route } from "./route.ts";
import { CapturesView } from "./views/captures.tsx";
import { FindingsView } from "./views/findings.tsx";
import { OverviewView } from "./views/overview.tsx";
import { ReachabilityView } from "./views/reachability.tsx";
import { SnapshotView } from "./views/snapshot.tsx";
import { Start } from "./views/start.tsx";
import { TraceView } from "./views/trace.tsx";
import type { Findings, Opened, Progress, Request } from "./worker/messages.ts";

/** One snapshot that was opened, and the worker that holds it. */
export interface Tab {
  readonly client: Client;
  readonly opened: Opened;
}

/** The whole page: a place to drop snapshots, and views of the one that is chosen. */
export function App({ packed }: { readonly packed: readonly Uint8Array[] }) {
  const [tabs, setTabs] = useState<readonly Tab[]>([]);
  const [current, setCurrent] = useState(0);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [dragging, setDragging] = useState(false);
  const route = useRoute();
  const shown = useRef(tabs);
  shown.current = tabs;

  const open = useCallback(async (load: () => Promise<readonly OpenRequest[]>) => {
    setTrouble(null);
    setProgress({ what: "Reading", done: 0, of: 1 });
    const started: Client[] = [];
    try {
      const fresh: Tab[] = [];
      const requests: OpenRequest[] = [];
      for (const request of await load()) {
        const client = startClient();
        started.push(client);
        fresh.push({ client, opened: await client.ask(request, setProgress) });
        requests.push(request);
      }
      for (const { client } of shown.current) client.close();
      setTabs(fresh);
      setCurrent(0);
      for (const [at, { client, opened }] of fresh.entries()) {
        const request = requests[at];
        if (request === undefined || opened.findings !== null) continue;
        checkApart(request).then(
          (findings) =>
            setTabs((now) =>
              now.map((tab) => (tab.client === client ? { client, opened: { ...opened, findings } } : tab)),
            ),
          () => {},
        );
      }
    } catch (error) {
      for (const client of started) client.close();
      setTrouble(error instanceof Error ? error.message : String(error));
    } finally {
      setProgress(null);
    }
  }, []);

  const openFiles = useCallback(
    (load: () => Promise<readonly File[]>) =>
      open(async () => (await toSnapshots(await load())).map((snapshot) => ({ kind: "open", ...snapshot }))),
    [open],
  );

  useEffect(() => {
    if (packed.length > 0) open(async () => packed.map((one) => ({ kind: "open-packed", packed: one })));
  }, [packed, open]);
  // At once, not after the first paint: a drop may come as soon as the page is there.
  useLayoutEffect(() => acceptDrops(openFiles, setDragging), [openFiles]);

  const tab = tabs[current];
  useEffect(() => {
    document.title =
      tab === undefined ? "vethscope" : `${tab.opened.analysis.snapshot.hostname ?? tab.opened.name} · vethscope`;
  }, [tab]);

  return (
    <div class={dragging ? "app dragging" : "app"}>
      {tab === undefined ? (
        <Start trouble={trouble} progress={progress} onFiles={(files) => openFiles(async () => files)} />
      ) : (
        <>
          <Header
            tabs={tabs}
            current={current}
            route={route}
            onTab={setCurrent}
            onFiles={(files) => openFiles(async () => files)}
          />
          {(trouble !== null || progress !== null) && (
            <p class="banner" role="status">
              {trouble ?? `${progress?.what} …`}
            </p>
          )}
          <main class="main" key={current}>
            <CurrentView route={route} tab={tab} />
          </main>
        </>
      )}
    </div>
  );
}

/** Runs the checks of a snapshot in a worker of their own, so that the other one can answer meanwhile. */
async function checkApart(request: OpenRequest): Promise<Findings> {
  const client = startClient();
  try {
    await client.ask(request);
    return await client.ask({ kind: "findings" });
  } finally {
    client.close();
  }
}

type OpenRequest = Extract<Request, { readonly kind: "open" | "open-packed" }>;

function CurrentView({ route, tab }: { readonly route: Route; readonly tab: Tab }) {
  const { client, opened } = tab;
  switch (route.view) {
    case "findings":
      return <FindingsView opened={opened} check={route.check} />;
    case "trace":
      return <TraceView client={client} opened={opened} from={route.from} to={route.to} />;
    case "reachability":
      return <ReachabilityView client={client} opened={opened} />;
    case "snapshot":
      return <SnapshotView opened={opened} />;
    case "captures":
      if (opened.hasText) return <CapturesView client={client} opened={opened} file={route.file} line={route.line} />;
      break;
    case "picture":
      return <OverviewView opened={opened} node={route.node} />;
  }
  return <OverviewView opened={opened} node={null} />;
}

/** The route of the address, kept up as it changes. */
function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const onChange = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, []);
  return route;
}

/** Goes to another view, or another state of this one. */
export const go = (route: Route): void => location.assign(formatRoute(route));

function acceptDrops(
  openFiles: (load: () => Promise<readonly File[]>) => void,
  setDragging: (dragging: boolean) => void,
) {
  const onOver = (event: DragEvent) => {
    event.preventDefault();
    setDragging(true);
  };
  const onLeave = (event: DragEvent) => {
    if (event.relatedTarget === null) setDragging(false);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setDragging(false);
    const { dataTransfer } = event;
    if (dataTransfer === null) return;
    // What was dropped can only be read during the event itself: the promise is made at once.
    const files = filesOf(dataTransfer);
    openFiles(() => files);
  };
  addEventListener("dragover", onOver);
  addEventListener("dragleave", onLeave);
  addEventListener("drop", onDrop);
  return () => {
    removeEventListener("dragover", onOver);
    removeEventListener("dragleave", onLeave);
    removeEventListener("drop", onDrop);
  };
}
