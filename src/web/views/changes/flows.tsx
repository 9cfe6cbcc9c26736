import { useEffect, useRef } from "preact/hooks";
import { several } from "../../../lib/several.ts";
import { visible } from "../../../picture/measure.ts";
import { flowGroups, type ShownFlowGroup, type ShownFlowRow } from "../../changes/flow-rows.ts";
import { addressText, flowKinds, outcomeWord } from "../../changes/words.ts";
import { LinksTo } from "../../links.tsx";
import { type ChangesAt, formatRoute, type ShownSide } from "../../route.ts";
import type { Compared, ComparedFlow, FlowAnswers } from "../../worker/messages.ts";
import { AnswerText } from "../answer.tsx";
import { verdictOf } from "../verdicts.ts";
import { BothSources } from "./both-sources.tsx";
import { Longer, Section, Sign } from "./section.tsx";

interface Props {
  readonly compared: Compared;
  /** The traces of the chosen flow. */
  readonly answers: FlowAnswers | null;
  readonly at: ChangesAt | null;
  readonly isShown: (flow: ComparedFlow) => boolean;
  readonly hasText: boolean;
}

/** Who reaches what no longer, or only now: by what brought it about, each with its trace on both sides. */
export function Flows({ isShown, ...props }: Props) {
  const groups = flowGroups(props.compared, isShown);
  if (groups.length === 0) return null;
  return (
    <Section part="flows" title="Who reaches whom">
      {groups.map((group, i) => (
        <Group
          key={`${group.kind} ${group.cause}`}
          group={group}
          first={group.kind !== groups[i - 1]?.kind}
          {...props}
        />
      ))}
    </Section>
  );
}

interface GroupProps extends Omit<Props, "isShown"> {
  readonly group: ShownFlowGroup;
  /** Whether it is the first of its kind. */
  readonly first: boolean;
}

function Group({ group, first, ...props }: GroupProps) {
  const { kind, cause, count, rows } = group;
  const { title, sign, tone } = flowKinds[kind];
  const isExpected = cause !== null && props.compared.causes[cause]?.proof === "absent";
  return (
    <>
      {first && (
        <h4 class={`flow-kind ${tone}`}>
          <span aria-hidden="true">{sign}</span> {title}
        </h4>
      )}
      <div class="flow-group">
        <Cause cause={cause === null ? null : (props.compared.causes[cause] ?? null)} count={count} {...props} />
        <Longer
          items={rows}
          first={isExpected ? 3 : 12}
          name="flows"
          each={(row) => <Row key={row.flows[0]} row={row} {...props} />}
        />
      </div>
    </>
  );
}

const proofs: Readonly<Record<Compared["causes"][number]["proof"], string>> = {
  "taken-back": "with this alone undone, it would be as before",
  absent: "one end is there on one side only",
  replaced: "one end is another of the same name, and no single change was found",
};

function Cause({
  cause,
  count,
  hasText,
}: {
  readonly cause: Compared["causes"][number] | null;
  readonly count: number;
  readonly hasText: boolean;
}) {
  const flows = several(count, "flow");
  if (cause === null) return <p class="cause">{`${flows}, by no single change`}</p>;
  return (
    <div class="cause">
      <p>
        <strong>{visible(cause.text, 2000)}</strong>
      </p>
      <p class="meta">{`${flows}: ${proofs[cause.proof]}`}</p>
      <BothSources before={cause.before} after={cause.after} hasText={hasText} />
    </div>
  );
}

function Row({ row, at, ...props }: Omit<Props, "isShown"> & { readonly row: ShownFlowRow }) {
  const { kind, from, to, published, first, flows } = row;
  const { title, sign, tone } = flowKinds[kind];
  const chosen = at?.kind === "flow" && flows.includes(at.flow) ? at : null;
  const word = (verdict: string) => verdictOf(verdict).word;
  const box = useRef<HTMLLIElement>(null);
  const isChosen = chosen !== null;
  // Whoever follows a link to a flow finds it in sight.
  useEffect(() => {
    if (isChosen) box.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen]);
  const opened: ChangesAt = {
    kind: "flow",
    flow: flows[0] ?? 0,
    side: first.after.state === "absent" ? "before" : "after",
  };
  return (
    <li ref={box} class={chosen === null ? "flow" : "flow chosen"}>
      <a
        class="flow-head"
        href={formatRoute({ view: "changes", at: chosen === null ? opened : null })}
        aria-current={chosen === null ? undefined : "true"}
      >
        <Sign sign={sign} word={title} tone={tone} />
        <span>
          <strong>{`${from} → ${to}`}</strong>
          {published !== "" && <small>{` published for ${published}`}</small>}
          <small class="outcomes">
            {`${outcomeWord(first.before, word)} → ${outcomeWord(first.after, word)}`}
            {flows.length > 1 && `, at ${flows.length} addresses`}
          </small>
        </span>
      </a>
      {chosen !== null && <Traces row={row} chosen={chosen} {...props} />}
    </li>
  );
}

interface TracesProps extends Omit<Props, "isShown" | "at"> {
  readonly row: ShownFlowRow;
  readonly chosen: Extract<ChangesAt, { readonly kind: "flow" }>;
}

/** The trace of one flow, before or after; the picture draws its way. */
function Traces({ row, chosen, compared, answers, hasText }: TracesProps) {
  const to = (side: ShownSide, flow = chosen.flow) =>
    formatRoute({ view: "changes", at: { kind: "flow", flow, side } });
  const answer = answers?.[chosen.side] ?? null;
  return (
    <div class="flow-body">
      {row.flows.length > 1 && (
        <ul class="addresses" aria-label="Addresses">
          {row.flows.map((flow) => (
            <li key={flow}>
              <a href={to(chosen.side, flow)} aria-current={flow === chosen.flow ? "true" : undefined}>
                {(compared.flows[flow]?.to ?? []).slice(0, 2).map(addressText).join(", ")}
              </a>
            </li>
          ))}
        </ul>
      )}
      <ul class="two" aria-label="Trace">
        {(["before", "after"] as const).map((side) => {
          const { verdict, state } = row.first[side];
          const { sign, word } =
            verdict === null || state === "absent" ? { sign: "·", word: "not there" } : verdictOf(verdict);
          return (
            <li key={side}>
              <a href={to(side)} aria-current={side === chosen.side ? "true" : undefined}>
                {`${side} `}
                <span aria-hidden="true">{sign}</span>
                {` ${word}`}
              </a>
            </li>
          );
        })}
      </ul>
      <div aria-live="polite">
        {answers !== null && answer === null && (
          <p class="empty">{`There is nobody to ask, or nobody to be asked, ${chosen.side}.`}</p>
        )}
        {answer !== null && (
          <LinksTo value={chosen.side}>
            <AnswerText answer={answer} hasText={hasText} />
            {answer.from !== null && answer.to !== null && (
              <p class="meta">
                <a href={formatRoute({ view: "trace", from: answer.from, to: answer.to }, chosen.side)}>
                  {`Open this trace ${chosen.side}`}
                </a>
              </p>
            )}
          </LinksTo>
        )}
      </div>
    </div>
  );
}
