import type { Finding, Severity } from "../../checks/check.ts";
import { visible } from "../../picture/measure.ts";
import { flatten } from "../findings.ts";
import { useLink } from "../links.tsx";
import { SourceLinks } from "../source-link.tsx";
import { Copyable } from "./copyable.tsx";

/** Sentences of the program are shown whole. */
const prose = 4000;

export const severitySigns: Readonly<Record<Severity, string>> = { error: "⬣", warning: "▲", info: "●" };

interface CardProps {
  readonly finding: Finding;
  readonly chosen: Finding | null;
  readonly hasText: boolean;
  readonly onChoose: (finding: Finding) => void;
}

/** A finding with its evidence and fix when it is chosen, and below it what follows from it. */
export function FindingCard({ finding, chosen, hasText, onChoose }: CardProps) {
  const link = useLink();
  const { severity, sureness, title, message, why, evidence, fix, check, consequences } = finding;
  const isChosen = chosen === finding;
  const follow = flatten(consequences).length;
  return (
    <li class={`finding severity-${severity}${isChosen ? " chosen" : ""}`}>
      <button type="button" class="finding-head" aria-expanded={isChosen} onClick={() => onChoose(finding)}>
        <span class="sign" aria-hidden="true">
          {severitySigns[severity]}
        </span>
        <span>
          <strong>{visible(title)}</strong>
          <span class="message">{visible(message, prose)}</span>
        </span>
      </button>
      {isChosen && (
        <div class="finding-body">
          <p>{visible(why, prose)}</p>
          <p class="meta">
            {`${severity}, ${sureness} · `}
            <a href={link({ view: "findings", check })}>{check}</a>
          </p>
          {evidence.length > 0 && (
            <>
              <h4>Evidence</h4>
              <ul class="plain-list">
                {evidence.map((one, i) => (
                  <li key={i}>
                    {one.quote !== "" && <code>{visible(one.quote, prose)}</code>}
                    <SourceLinks sources={[one]} hasText={hasText} />
                  </li>
                ))}
              </ul>
            </>
          )}
          {fix !== null && (
            <>
              <h4>Fix</h4>
              <p>{visible(fix.text, prose)}</p>
              {fix.cutsTraffic && <p class="wrong">This may cut running connections.</p>}
              {fix.commands.length > 0 && <Copyable text={fix.commands.join("\n")} />}
            </>
          )}
        </div>
      )}
      {follow > 0 && (
        <details class="follow">
          <summary>{`${follow} more ${follow === 1 ? "follows" : "follow"} from it`}</summary>
          <ul class="findings">
            {consequences.map((one, i) => (
              <FindingCard key={i} finding={one} chosen={chosen} hasText={hasText} onChoose={onChoose} />
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
