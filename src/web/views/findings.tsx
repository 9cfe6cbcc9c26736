import { useMemo, useState } from "preact/hooks";
import type { Finding, Severity } from "../../checks/check.ts";
import { visible } from "../../picture/measure.ts";
import { indexOf, nodeOf } from "../../reporters/picture/finding-nodes.ts";
import { flatten } from "../findings.ts";
import { useLink } from "../links.tsx";
import { useContent } from "../use-content.ts";
import type { Opened } from "../worker/messages.ts";
import { FindingCard, severitySigns } from "./finding-card.tsx";
import { PictureView } from "./picture.tsx";
import { Unjudged } from "./unjudged.tsx";

const severities = ["error", "warning", "info"] as const satisfies readonly Severity[];

/** All findings: filtered, lit up in the picture when chosen, with a fix to copy. */
export function FindingsView({ opened, check }: { readonly opened: Opened; readonly check: string | null }) {
  const link = useLink();
  const content = useContent(opened);
  const report = opened.findings;
  const all = useMemo(() => flatten(report?.findings ?? []), [report]);
  const index = useMemo(() => indexOf(opened.analysis), [opened]);
  const [hidden, setHidden] = useState<ReadonlySet<Severity>>(new Set());
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<Finding | null>(null);
  const shown = useMemo(
    () =>
      fitting(
        report?.findings ?? [],
        (one) => !hidden.has(one.severity) && (check === null || one.check === check) && matches(one, words),
      ),
    [report, hidden, check, words],
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
        {all.length > 0 && (
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
        )}
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
        {all.length > 0 && shown.length === 0 && <p class="empty">No finding fits the filter.</p>}
        <ul class="findings">
          {shown.map((one, i) => (
            <FindingCard key={i} finding={one} chosen={chosen} hasText={opened.hasText} onChoose={setChosen} />
          ))}
        </ul>
        {report !== null && <Unjudged report={report} />}
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

/**
 * Those that fit, each with what follows from it and fits; what follows from one that does not stands for itself.
 */
function fitting(findings: readonly Finding[], fits: (finding: Finding) => boolean): readonly Finding[] {
  return findings.flatMap((finding) => {
    const consequences = fitting(finding.consequences, fits);
    if (!fits(finding)) return consequences;
    return consequences.length === flatten(finding.consequences).length ? [finding] : [{ ...finding, consequences }];
  });
}
