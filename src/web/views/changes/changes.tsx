import { useEffect, useMemo, useState } from "preact/hooks";
import { several } from "../../../lib/several.ts";
import { describe } from "../../../picture/describe.ts";
import { visible } from "../../../picture/measure.ts";
import { mergeContents } from "../../../picture/merge.ts";
import { pictureOf } from "../../../reporters/analysis/svg.ts";
import { isEqual } from "../../../reporters/comparison/summary.ts";
import { indexGraph } from "../../../topology/graph.ts";
import { flowConcerns } from "../../changes/flow-rows.ts";
import { concerns, marksOf, namesOf, nodesInMerged } from "../../changes/marks.ts";
import { summaryOf } from "../../changes/words.ts";
import type { Client } from "../../client.ts";
import { useLink } from "../../links.tsx";
import { type ChangesAt, formatRoute } from "../../route.ts";
import type { SnapshotPair } from "../../use-comparison.ts";
import type { Compared, FlowAnswers, Opened, Progress } from "../../worker/messages.ts";
import { arrives } from "../answer.tsx";
import { PictureView } from "../picture.tsx";
import { Chains } from "./chains.tsx";
import { Findings } from "./findings.tsx";
import { Flows } from "./flows.tsx";
import { Incomparable } from "./incomparable.tsx";
import { Things } from "./things.tsx";

interface Props {
  readonly pair: SnapshotPair;
  readonly before: Opened;
  readonly after: Opened;
  readonly at: ChangesAt | null;
}

/** What differs between two snapshots: in the picture of both, and beside it all in words, lost and gained flows first. */
export function ChangesView({ pair, ...rest }: Props) {
  if (pair.state === "computing") return <Computing progress={pair.progress} />;
  if (pair.state === "done") return <Changes client={pair.client} compared={pair.compared} {...rest} />;
  return (
    <div class="page">
      <p class="wrong" role="alert">
        {visible(pair.why, 2000)}
      </p>
    </div>
  );
}

function Computing({ progress: { what, done, of } }: { readonly progress: Progress }) {
  return (
    <div class="page computing" role="status">
      <progress aria-label="Comparing the snapshots" {...(of > 0 ? { value: done, max: of } : {})} />
      <p>{of > 0 ? `${what}: ${done} of ${of} …` : `${what} …`}</p>
    </div>
  );
}

interface ChangesProps extends Omit<Props, "pair"> {
  readonly client: Client;
  readonly compared: Compared;
}

function Changes({ client, compared, before, after, at }: ChangesProps) {
  const link = useLink();
  const answers = useAnswers(client, at?.kind === "flow" ? at.flow : null);
  const content = useMemo(() => {
    const marks = marksOf(compared.changes, before.analysis, after.analysis);
    return mergeContents(describe(pictureOf(before.analysis)), describe(pictureOf(after.analysis)), marks);
  }, [compared, before.analysis, after.analysis]);
  const answer = at?.kind === "flow" ? (answers?.[at.side] ?? null) : null;
  const side = at?.kind === "flow" ? at.side : "after";
  const way = useMemo(
    () =>
      answer === null
        ? null
        : {
            nodes: nodesInMerged(answer, side, before.analysis, after.analysis, compared.changes),
            arrives: arrives(answer),
          },
    [answer, side, before.analysis, after.analysis, compared],
  );
  const node = at?.kind === "node" ? at.node : null;
  const shown = useMemo(() => about(node, compared, before, after), [node, compared, before, after]);
  const go = (to: ChangesAt | null) => location.assign(link({ view: "changes", at: to }));
  return (
    <div class="split">
      <PictureView
        content={content}
        chosen={node}
        way={way}
        onChoose={(chosen) => go(chosen === "host" ? null : { kind: "node", node: chosen })}
      />
      <section class="side wide changes" aria-label="What changed">
        <Summary compared={compared} before={before} after={after} />
        {node !== null && (
          <p class="only">
            {"Only what concerns "}
            <strong>{visible(node.replace(/^\w+[:#]/, ""))}</strong>
            {". "}
            <a href={formatRoute({ view: "changes", at: null })}>Show all</a>
          </p>
        )}
        <Flows compared={compared} answers={answers} at={at} isShown={shown.flow} hasText={before.hasText} />
        <Things changes={shown.changes} hasText={before.hasText} />
        {node === null && (
          <>
            <Chains chains={compared.chains} hasText={before.hasText} />
            <Findings findings={compared.findings} hasText={before.hasText} />
            <Incomparable all={compared.incomparable} />
          </>
        )}
        {node !== null && (
          <p class="meta">
            {"In the picture "}
            <a href={formatRoute({ view: "picture", node }, "before")}>before</a>
            {" and "}
            <a href={formatRoute({ view: "picture", node }, "after")}>after</a>
          </p>
        )}
      </section>
    </div>
  );
}

/** The traces of the chosen flow; null until they are there. */
function useAnswers(client: Client, flow: number | null): FlowAnswers | null {
  const [answers, setAnswers] = useState<FlowAnswers | null>(null);
  useEffect(() => {
    setAnswers(null);
    if (flow === null) return;
    let stale = false;
    client.ask({ kind: "flow", at: flow }).then(
      (result) => stale || setAnswers(result),
      () => {},
    );
    return () => {
      stale = true;
    };
  }, [client, flow]);
  return answers;
}

/** What of a comparison is shown while one thing of the picture is chosen. */
function about(node: string | null, compared: Compared, before: Opened, after: Opened) {
  if (node === null) return { flow: () => true, changes: compared.changes };
  const graphs = [indexGraph(before.analysis.topology), indexGraph(after.analysis.topology)];
  const names = namesOf(node, graphs);
  return {
    flow: (flow: Compared["flows"][number]) => flowConcerns(flow, names),
    changes: compared.changes.filter((change) => concerns(change, node, graphs)),
  };
}

function Summary({ compared, before, after }: { readonly compared: Compared } & Pick<Props, "before" | "after">) {
  const parts = summaryOf(compared);
  const scrollTo = (part: string) => {
    const heading = document.getElementById(`changes-${part}`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  };
  return (
    <header class="changes-head">
      <h2>What changed</h2>
      <p class="meta">{[taken("before", before), taken("after", after)].filter((text) => text !== "").join(" · ")}</p>
      {isEqual(compared) && (
        <p>{`Nothing that was compared differs; ${several(compared.summary.flows.compared, "flow")} asked, with the same outcome on both sides.`}</p>
      )}
      {parts.length > 0 && (
        <ul class="summary">
          {parts.map(({ part, text }) => (
            <li key={part}>
              <button type="button" onClick={() => scrollTo(part)}>
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </header>
  );
}

const taken = (when: string, { analysis }: Opened): string =>
  analysis.snapshot.takenAt === null ? "" : `${when} taken ${visible(analysis.snapshot.takenAt)}`;
