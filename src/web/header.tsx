import { useEffect, useRef } from "preact/hooks";
import { several } from "../lib/several.ts";
import { visible } from "../picture/measure.ts";
import type { Tab } from "./app.tsx";
import { flatten } from "./findings.ts";
import { useLink } from "./links.tsx";
import type { PageRoute, View } from "./route.ts";
import { SaveComparison, SaveMenu } from "./save-menu.tsx";
import { SearchBox } from "./search-box.tsx";
import type { SnapshotPair } from "./use-comparison.ts";
import type { Opened } from "./worker/messages.ts";

interface Props {
  readonly tab: Tab;
  readonly pair: SnapshotPair | null;
  readonly route: PageRoute;
  readonly onFiles: (files: readonly File[]) => void;
}

/** The host's name, the views, the search, and what can be done with the snapshot. */
export function Header({ tab, pair, route, onFiles }: Props) {
  const link = useLink();
  const input = useRef<HTMLInputElement>(null);
  const views = useRef<HTMLElement>(null);
  // On a phone there is no room for all of them: the one that is shown is in sight.
  useEffect(() => {
    views.current?.querySelector("a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [route.view]);
  const { opened, client } = tab;
  const compared = route.view === "changes" && pair?.state === "done" ? pair : null;
  return (
    <header class="top">
      <h1 title={visible(opened.name)}>{visible(opened.analysis.snapshot.hostname ?? opened.name)}</h1>
      <nav ref={views} aria-label="Views">
        <ul>
          {viewsOf(opened).map(({ view, label, count, unjudged = 0, target }) => (
            <li key={view}>
              <a href={link(target)} aria-current={route.view === view ? "page" : undefined}>
                {label}
                {count !== undefined && count !== "0" && <span class="count">{count}</span>}
                {unjudged > 0 && (
                  <span class="count unjudged" title={unjudgedWords(unjudged)}>
                    <span aria-hidden="true">{`${unjudged} ?`}</span>
                    <span class="unseen">{unjudgedWords(unjudged)}</span>
                  </span>
                )}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <SearchBox key={opened.name} analysis={opened.analysis} />
      {compared === null ? (
        <SaveMenu client={client} name={opened.name} />
      ) : (
        <SaveComparison client={compared.client} name={opened.name} />
      )}
      <button type="button" onClick={() => input.current?.click()}>
        Open …
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Another snapshot"
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          currentTarget.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </header>
  );
}

interface ViewLink {
  readonly view: View;
  readonly label: string;
  readonly target: PageRoute;
  readonly count?: string;
  /** How many checks could not tell, or not everything: without them nothing more is known to be wrong, and nothing to be right. */
  readonly unjudged?: number;
}

const unjudgedWords = (checks: number): string => `${several(checks, "check")} could not tell everything`;

/** Only views that have something to show. */
function viewsOf({ findings, hasText }: Opened): ViewLink[] {
  return [
    { view: "picture", label: "Picture", target: { view: "picture", node: null } },
    {
      view: "findings",
      label: "Findings",
      target: { view: "findings", check: null },
      count: countOf(findings),
      unjudged: findings?.skipped.length ?? 0,
    },
    { view: "trace", label: "Trace", target: { view: "trace", from: "", to: "" } },
    { view: "reachability", label: "Reachability", target: { view: "reachability" } },
    { view: "snapshot", label: "Snapshot", target: { view: "snapshot" } },
    ...(hasText
      ? [{ view: "captures", label: "Captures", target: { view: "captures", file: null, line: null } } as const]
      : []),
  ];
}

/** How many findings there are; a sign that they are looked for until then. */
const countOf = (findings: Opened["findings"]): string =>
  findings === null ? "…" : `${flatten(findings.findings).length}`;
