import { useMemo } from "preact/hooks";
import type { Finding } from "../../checks/check.ts";
import { visible } from "../../picture/measure.ts";
import { factsOf } from "../facts.ts";
import { findingsAbout } from "../findings.ts";
import { useLink } from "../links.tsx";
import { SourceLinks } from "../source-link.tsx";
import type { Opened } from "../worker/messages.ts";

/** What is known of the chosen node, part by part, each with the lines it was read from. */
export function Details({
  node,
  opened,
  onClose,
}: {
  readonly node: string;
  readonly opened: Opened;
  readonly onClose: () => void;
}) {
  const link = useLink();
  const facts = useMemo(() => factsOf(node, opened.analysis), [node, opened]);
  const findings = useMemo(() => findingsAbout(node, opened), [node, opened]);
  if (facts === null) return null;
  const isContainer = facts.kind === "Container";
  return (
    <aside class="details" aria-label={`Details of ${visible(facts.title)}`}>
      <header>
        <div>
          <p class="kind">{facts.kind}</p>
          <h2>{visible(facts.title)}</h2>
        </div>
        <button type="button" class="plain" onClick={onClose} aria-label="Close details">
          ×
        </button>
      </header>
      {isContainer && (
        <p class="actions">
          <a href={link({ view: "trace", from: facts.title, to: "" })}>Trace from here</a>
          <a href={link({ view: "trace", from: "", to: `${facts.title}:` })}>Trace to here</a>
        </p>
      )}
      {findings.length > 0 && <FindingList findings={findings} />}
      {facts.parts.map(({ title, rows, sources }, i) => (
        <section key={`${i} ${title}`}>
          <h3>{visible(title)}</h3>
          <dl>
            {rows.map(([label, value], at) => (
              <div key={at}>
                <dt>{visible(label)}</dt>
                <dd>{visible(value)}</dd>
              </div>
            ))}
          </dl>
          <SourceLinks sources={sources} hasText={opened.hasText} />
        </section>
      ))}
    </aside>
  );
}

function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  const link = useLink();
  return (
    <ul class="finding-links">
      {findings.map((one, i) => (
        <li key={i} class={`severity-${one.severity}`}>
          <a href={link({ view: "findings", check: one.check })}>{one.message}</a>
        </li>
      ))}
    </ul>
  );
}
