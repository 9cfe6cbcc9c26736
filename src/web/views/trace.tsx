import { useEffect, useMemo, useState } from "preact/hooks";
import { visible } from "../../picture/measure.ts";
import type { Answer } from "../../reach/answer.ts";
import type { Step } from "../../reach/flight.ts";
import type { Client } from "../client.ts";
import { formatRoute } from "../route.ts";
import { SourceLinks } from "../source-link.tsx";
import { nodesOnWay } from "../way.ts";
import type { Answered, Opened } from "../worker/messages.ts";
import { PictureView } from "./picture.tsx";
import { verdictOf } from "./verdicts.ts";

interface Props {
  readonly client: Client;
  readonly opened: Opened;
  readonly from: string;
  readonly to: string;
}

/** Asks for a packet's way, shows it in the picture, and lists it rule by rule. */
export function TraceView({ client, opened, from, to }: Props) {
  const [answered, setAnswered] = useState<Answered | null>(null);
  useEffect(() => {
    setAnswered(null);
    if (from === "" || to === "" || to.endsWith(":")) return;
    let stale = false;
    client.ask({ kind: "ask", from, to }).then(
      (result) => stale || setAnswered(result),
      (error: Error) => stale || setAnswered({ wrong: error.message }),
    );
    return () => {
      stale = true;
    };
  }, [client, from, to]);
  const answer = answered !== null && "answer" in answered ? answered.answer : null;
  const way = useMemo(
    () =>
      answer === null
        ? null
        : {
            nodes: nodesOnWay(answer, opened.analysis.topology),
            arrives: answer.verdict === "unknown" ? null : answer.verdict === "delivered",
          },
    [answer, opened],
  );
  return (
    <div class="split">
      <PictureView
        opened={opened}
        chosen={null}
        way={way}
        onChoose={(node) => location.assign(formatRoute({ view: "picture", node }))}
      />
      <section class="side" aria-label="Trace">
        <Question opened={opened} from={from} to={to} />
        <div aria-live="polite">
          {answered !== null && "wrong" in answered && <p class="wrong">{visible(answered.wrong, 2000)}</p>}
          {answer !== null && <AnswerText answer={answer} hasText={opened.hasText} />}
        </div>
      </section>
    </div>
  );
}

function Question({ opened, from, to }: Omit<Props, "client">) {
  const [typedFrom, setFrom] = useState(from);
  const [typedTo, setTo] = useState(to);
  useEffect(() => {
    setFrom(from);
    setTo(to);
  }, [from, to]);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    location.assign(formatRoute({ view: "trace", from: typedFrom.trim(), to: typedTo.trim() }));
  };
  return (
    <form class="question" onSubmit={onSubmit}>
      <label>
        From
        <input
          required
          value={typedFrom}
          onInput={({ currentTarget }) => setFrom(currentTarget.value)}
          list="trace-from"
          placeholder="container, host, eth0, address"
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <label>
        To
        <input
          required
          value={typedTo}
          onInput={({ currentTarget }) => setTo(currentTarget.value)}
          list="trace-to"
          placeholder="db:3306, host:8080, 1.1.1.1:53/udp"
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <button type="submit">Trace</button>
      <datalist id="trace-from">
        {opened.from.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id="trace-to">
        {opened.to.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </form>
  );
}

function AnswerText({ answer, hasText }: { readonly answer: Answer; readonly hasText: boolean }) {
  const { word, sign, tone } = verdictOf(answer.verdict);
  const { deliveredTo } = answer;
  const receiver =
    deliveredTo === null
      ? ""
      : ` at ${deliveredTo.name} (${deliveredTo.address}${deliveredTo.port === null ? "" : `, port ${deliveredTo.port}`})`;
  return (
    <>
      <p class={`verdict ${tone}`}>
        <span aria-hidden="true">{sign}</span>{" "}
        {`${visible(answer.from)} → ${visible(answer.to)}: ${word}${visible(receiver) === "(blank)" ? "" : receiver}`}
        {answer.sourceSeen !== null && <small>{`The receiver sees it come from ${answer.sourceSeen}.`}</small>}
        {answer.failure !== null && (
          <small>{answer.failure === "silence" ? "The sender waits in vain." : "The sender is told at once."}</small>
        )}
      </p>
      <Lines title="Because" lines={answer.because} />
      <Lines title="Assumed" lines={answer.assumes} />
      <Steps title="The way there" steps={answer.steps} hasText={hasText} />
      {answer.reply !== null && (
        <Steps
          title={`The way back: ${verdictOf(answer.reply.verdict).word}`}
          steps={answer.reply.steps}
          hasText={hasText}
        />
      )}
    </>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="plain-list">
        {lines.map((line, i) => (
          <li key={i}>{visible(line, 2000)}</li>
        ))}
      </ul>
    </>
  );
}

function Steps({
  title,
  steps,
  hasText,
}: {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly hasText: boolean;
}) {
  return (
    <>
      <h3>{title}</h3>
      <ol class="steps">
        {steps.map((step, i) => (
          <li key={i} class={`step ${step.kind}`}>
            {step.namespace !== steps[i - 1]?.namespace && <p class="namespace">{visible(step.namespace)}</p>}
            <p class={step.kind === "hook" ? "mono" : ""}>{visible(step.text, 2000)}</p>
            {step.hook !== undefined && step.hook.rules.length > 1 && (
              <details>
                <summary>{`${step.hook.rules.length} rules met`}</summary>
                <ol class="rules">
                  {step.hook.rules.map(({ rule, effect, because }, at) => (
                    <li key={at} class={effect}>
                      <code>{visible(rule.text, 2000)}</code>
                      {because.length > 0 && <small>{because.map((text) => visible(text)).join("; ")}</small>}
                      <SourceLinks sources={[rule.source]} hasText={hasText} />
                    </li>
                  ))}
                </ol>
              </details>
            )}
            <SourceLinks sources={step.sources.slice(0, 3)} hasText={hasText} />
          </li>
        ))}
      </ol>
    </>
  );
}
