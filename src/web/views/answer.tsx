import { visible } from "../../picture/measure.ts";
import { decidingPlace, wayLinesOf } from "../../reporters/trace/ways.ts";
import type { AnswerReport, StepReport } from "../../results/answer.ts";
import { SourceLinks } from "../source-link.tsx";
import { verdictOf } from "./verdicts.ts";

/** Whether a packet arrives; null where that is not known. */
export const arrives = ({ verdict }: AnswerReport): boolean | null =>
  verdict === "unknown" || verdict === "ambiguous" ? null : verdict === "delivered";

/** A trace in words: the verdict, what decided it, and the way rule by rule. */
export function AnswerText({ answer, hasText }: { readonly answer: AnswerReport; readonly hasText: boolean }) {
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
        {`${visible(answer.from ?? "")} → ${visible(answer.to ?? "")}: ${word}${visible(receiver) === "(blank)" ? "" : receiver}`}
        {answer.sourceSeen !== null && <small>{`The receiver sees it come from ${answer.sourceSeen}.`}</small>}
        {answer.failure !== null && (
          <small>{answer.failure === "silence" ? "The sender waits in vain." : "The sender is told at once."}</small>
        )}
      </p>
      <Ways answer={answer} />
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

/** Each way that a name stands for; which of them is followed below. */
function Ways({ answer }: { readonly answer: AnswerReport }) {
  const lines = wayLinesOf(answer);
  if (lines.length === 0) return null;
  const deciding = decidingPlace(answer);
  return (
    <>
      <h3>Ways to ask</h3>
      <ul class="plain-list ways">
        {lines.map(({ kind, place, end }) => (
          <li key={place}>
            <span class={`sign ${tones[kind]}`} aria-hidden="true">
              {signs[kind]}
            </span>{" "}
            <code>{visible(place)}</code> {visible(end, 2000)}
          </li>
        ))}
      </ul>
      {deciding !== null && <p class="meta">{`What follows is of the way that decides, ${visible(deciding)}.`}</p>}
    </>
  );
}

const signs = { good: "✓", half: "!", bad: "✕", open: "?" } as const;
const tones = { good: "good", half: "open", bad: "bad", open: "open" } as const;

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
  readonly steps: readonly StepReport[];
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
            {step.hook !== null && step.hook.rules.length > 1 && (
              <details>
                <summary>{`${step.hook.rules.length} rules met`}</summary>
                <ol class="rules">
                  {step.hook.rules.map(({ text, file, line, effect, because }, at) => (
                    <li key={at} class={effect}>
                      <code>{visible(text, 2000)}</code>
                      {because.length > 0 && <small>{because.map((why) => visible(why)).join("; ")}</small>}
                      <SourceLinks sources={[{ file, line }]} hasText={hasText} />
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
