import { useMemo, useState } from "preact/hooks";
import type { Finding, Severity } from "../../checks/check.ts";
import { visible } from "../../picture/measure.ts";
import { indexOf, nodeOf } from "../../reporters/picture/finding-nodes.ts";
import { flatten } from "../findings.ts";
import { useLink } from "../links.tsx";
import { SourceLinks } from "../source-link.tsx";
import { useContent } from "../use-content.ts";
import type { Opened } from "../worker/messages.ts";
import { PictureView } from "./picture.tsx";

/** Sentences of the program are shown whole. */
const prose = 4000;

const severities = ["error", "warning", "info"] as const satisfies readonly Severity[];
export const severitySigns: Readonly<Record<Severity, string>> = { error: "⬣", warning: "▲", info: "●" };

/** All findings: filtered, lit up in the picture when chosen, with a fix to copy. */
export function FindingsView({ opened, check }: { readonly opened: Opened; readonly check: string | null }) {
  const link = useLink();
  const content = useContent(opened);
  const report = opened.findings;
  const all = useMemo(() => flatten(report?.found ?? []), [report]);
  const index = useMemo(() => indexOf(opened.analysis), [opened]);
  const [hidden, setHidden] = useState<ReadonlySet<Severity>>(new Set());
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<Finding | null>(null);
  const shown = all.filter(
    (one) => !hidden.has(one.severity) && (check === null || one.check === check) && matches(one, words),
  );
  const toggle = (severity: Severity) => {
    const next = new Set(hidden);
    if (!next.delete(severity)) next.add(severity);
    setHidden(next);
  };
  const lit = chosen === null ? null : nodeOf(chosen, index);
  return (
    <div class="split">
      <PictureView
        content={content}
        chosen={lit}
        way={null}
        onChoose={(node) => location.assign(link({ view: "picture", node }))}
      />
      <section class="side" aria-label="Findings">
        <div class="filters">
          {severities.map((severity) => (
            <label key={severity} class={`severity-${severity}`}>
              <input type="checkbox" checked={!hidden.has(severity)} onChange={() => toggle(severity)} />
              {`${severitySigns[severity]} ${severity} (${all.filter((one) => one.severity === severity).length})`}
            </label>
          ))}
          <input
            type="search"
            aria-label="Filter findings"
            placeholder="Filter"
            value={words}
            onInput={({ currentTarget }) => setWords(currentTarget.value)}
          />
        </div>
        {check !== null && (
          <p class="only">
            Only <code>{visible(check)}</code>. <a href={link({ view: "findings", check: null })}>Show all</a>
          </p>
        )}
        {report === null && (
          <p class="empty" role="status">
            Running the checks …
          </p>
        )}
        {report !== null && shown.length === 0 && (
          <p class="empty">{all.length === 0 ? "Nothing was found." : "No finding fits the filter."}</p>
        )}
        <ul class="findings">
          {shown.map((one, i) => (
            <FindingCard
              key={i}
              finding={one}
              chosen={one === chosen}
              hasText={opened.hasText}
              onChoose={() => setChosen(one)}
            />
          ))}
        </ul>
        <SkippedChecks opened={opened} />
      </section>
    </div>
  );
}

function matches({ message, title, check, subject }: Finding, words: string): boolean {
  const text = `${message} ${title} ${check} ${subject.name}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

interface CardProps {
  readonly finding: Finding;
  readonly chosen: boolean;
  readonly hasText: boolean;
  readonly onChoose: () => void;
}

function FindingCard({ finding, chosen, hasText, onChoose }: CardProps) {
  const link = useLink();
  const { severity, sureness, title, message, why, evidence, fix, check } = finding;
  return (
    <li class={`finding severity-${severity}${chosen ? " chosen" : ""}`}>
      <button type="button" class="finding-head" aria-expanded={chosen} onClick={onChoose}>
        <span class="sign" aria-hidden="true">
          {severitySigns[severity]}
        </span>
        <span>
          <strong>{visible(title)}</strong>
          <span class="message">{visible(message, prose)}</span>
        </span>
      </button>
      {chosen && (
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
    </li>
  );
}

/** Commands with a button that copies them; what is shown is what is copied. */
function Copyable({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <div class="copyable">
      <pre>{text}</pre>
      {/* Not every browser has a clipboard for a page that lies on a disk; the text can be selected there. */}
      {navigator.clipboard !== undefined && (
        <button type="button" onClick={copy}>
          {copied ? "Copied" : "Copy"}
        </button>
      )}
    </div>
  );
}

function SkippedChecks({ opened }: { readonly opened: Opened }) {
  const { findings } = opened;
  if (findings === null) return null;
  return (
    <>
      <p class="meta">{`${findings.passed} checks found nothing, ${findings.skipped.length} could not tell, or not everything.`}</p>
      {findings.skipped.length > 0 && (
        <details>
          <summary>Checks that could not tell, or not everything</summary>
          <ul class="plain-list">
            {findings.skipped.map(({ check, title, why, how }) => (
              <li key={check}>
                {`${title}: ${visible(why, prose)}. `}
                <code>{how}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
