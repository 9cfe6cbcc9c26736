import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { visible } from "../picture/measure.ts";
import { type Client, HostNeeded, startClient } from "./client.ts";
import { filesOf, toSnapshots } from "./dropped.ts";
import { Header } from "./header.tsx";
import { LinksTo } from "./links.tsx";
import { type PageRoute, parseRoute, parseSide, type ShownSide } from "./route.ts";
import { SideSwitch } from "./side-switch.tsx";
import { type HostChoice, Trouble } from "./trouble.tsx";
import { useComparison } from "./use-comparison.ts";
import { CapturesView } from "./views/captures.tsx";
import { ChangesView } from "./views/changes/changes.tsx";
import { FindingsView } from "./views/findings.tsx";
import { OverviewView } from "./views/overview.tsx";
import { ReachabilityView } from "./views/reachability.tsx";
import { SnapshotView } from "./views/snapshot.tsx";
import { Start } from "./views/start.tsx";
import { TraceView } from "./views/trace.tsx";
import type { Opened, OpenRequest, Progress } from "./worker/messages.ts";

/** One snapshot that was opened, the worker that holds it, and how to open it again. */
export interface Tab {
  readonly client: Client;
  readonly opened: Opened;
  readonly request: OpenRequest;
}

/** The whole page: a place to drop snapshots, views of one, and what differs between two. */
export function App({ packed }: { readonly packed: readonly Uint8Array[] }) {
  const [tabs, setTabs] = useState<readonly Tab[]>([]);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [choice, setChoice] = useState<HostChoice | null>(null);
  const [dragging, setDragging] = useState(false);
  const place = usePlace(tabs.length === 2);
  const shown = useRef(tabs);
  shown.current = tabs;

  const open = useCallback(async (load: () => Promise<readonly OpenRequest[]>) => {
    setTrouble(null);
    setChoice(null);
    setProgress({ what: "Reading", done: 0, of: 1 });
    const started: Client[] = [];
    try {
      const requests = await load();
      if (requests.length > 2)
        throw new Error(`${requests.length} snapshots were dropped; drop one, or two to compare them`);
      const fresh: readonly Tab[] = await Promise.all(
        requests.map(async (request, at) => {
          const client = startClient();
          started.push(client);
          try {
            return { client, request, opened: await client.ask(request, setProgress) };
          } catch (error) {
            const choose = (host: string) =>
              open(async () => requests.map((one, i) => (i === at && one.kind === "open" ? { ...one, host } : one)));
            if (error instanceof HostNeeded) setChoice({ hosts: error.hosts, choose });
            throw error;
          }
        }),
      );
      for (const { client } of shown.current) client.close();
      setTabs(requests.some(({ kind }) => kind === "open") ? inOrderOfTime(fresh) : fresh);
      for (const { client, opened } of fresh) {
        if (opened.findings !== null) continue;
        client.ask({ kind: "findings" }).then(
          (findings) =>
            setTabs((now) =>
              now.map((tab) => (tab.client === client ? { ...tab, opened: { ...opened, findings } } : tab)),
            ),
          (error: Error) => setTrouble(error.message),
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

  const [first, second] = tabs;
  const pair = useComparison(first?.request ?? null, second?.request ?? null);
  const { side, route } = place;
  const tab = side === "after" ? second : first;
  const title = tab === undefined ? null : (tab.opened.analysis.snapshot.hostname ?? tab.opened.name);
  useEffect(() => {
    document.title = title === null ? "vethscope" : `${visible(title)} · vethscope`;
  }, [title]);
  // What a comparison tells of its progress concerns no other view.
  const view = useMemo(
    () => (tab === undefined || route.view === "changes" ? null : <CurrentView route={route} tab={tab} />),
    [route, tab],
  );

  return (
    <div class={dragging ? "app dragging" : "app"}>
      {tab === undefined ? (
        <Start
          trouble={trouble}
          choice={choice}
          progress={progress}
          onFiles={(files) => openFiles(async () => files)}
        />
      ) : (
        <LinksTo value={side}>
          <Header tab={tab} pair={pair} route={route} onFiles={(files) => openFiles(async () => files)} />
          {pair !== null && first !== undefined && second !== undefined && (
            <SideSwitch
              before={first.opened}
              after={second.opened}
              pair={pair}
              place={place}
              onSwap={second.request.kind === "open" ? () => setTabs([second, first]) : null}
            />
          )}
          {(trouble !== null || progress !== null) && (
            <p class="banner" role="status">
              {trouble === null ? `${progress?.what} …` : <Trouble trouble={trouble} choice={choice} />}
            </p>
          )}
          <main class="main" key={tab.client}>
            {route.view === "changes" && pair !== null && first !== undefined && second !== undefined ? (
              <ChangesView pair={pair} before={first.opened} after={second.opened} at={route.at} />
            ) : (
              (view ?? <OverviewView opened={tab.opened} node={null} />)
            )}
          </main>
        </LinksTo>
      )}
    </div>
  );
}

/** Files are dropped in no order that means anything: the earlier snapshot is the one before, where both say when they were taken. */
function inOrderOfTime(tabs: readonly Tab[]): readonly Tab[] {
  const [first, second] = tabs;
  const [one, other] = [first?.opened.analysis.snapshot.takenAt, second?.opened.analysis.snapshot.takenAt];
  if (first === undefined || second === undefined || one == null || other == null) return tabs;
  return Date.parse(one) > Date.parse(other) ? [second, first] : tabs;
}

function CurrentView({ route, tab }: { readonly route: PageRoute; readonly tab: Tab }) {
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

interface Place {
  /** The snapshot that is shown, of two; null where there is but one. */
  readonly side: ShownSide | null;
  readonly route: PageRoute;
}

/** What the address asks for, kept up as it changes. Of two snapshots what differs is shown first, and then the later one. */
function usePlace(two: boolean): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = () => setHash(location.hash);
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, []);
  return useMemo(() => {
    if (!two) return { side: null, route: parseRoute(hash) };
    const nothing = hash === "" || hash === "#";
    return { side: parseSide(hash) ?? "after", route: nothing ? { view: "changes", at: null } : parseRoute(hash) };
  }, [hash, two]);
}

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
