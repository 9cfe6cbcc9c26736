import { visible } from "../../../picture/measure.ts";
import { withConsequences } from "../../../reporters/comparison/summary.ts";
import { LinksTo } from "../../links.tsx";
import { formatRoute } from "../../route.ts";
import { SourceLinks } from "../../source-link.tsx";
import type { Compared } from "../../worker/messages.ts";
import { severitySigns } from "../finding-card.tsx";
import { Longer, Section } from "./section.tsx";

type Found = Compared["findings"]["new"];

/** Findings that are new, and those that are gone. */
export function Findings({
  findings,
  hasText,
}: {
  readonly findings: Compared["findings"];
  readonly hasText: boolean;
}) {
  if (findings.new.length + findings.gone.length === 0) return null;
  return (
    <Section part="findings" title="Findings">
      <List title="+ New" found={findings.new} side="after" hasText={hasText} />
      <List title="− Gone" found={findings.gone} side="before" hasText={hasText} />
    </Section>
  );
}

interface ListProps {
  readonly title: string;
  readonly found: Found;
  readonly side: "before" | "after";
  readonly hasText: boolean;
}

function List({ title, found, side, hasText }: ListProps) {
  if (found.length === 0) return null;
  const listed = withConsequences(found).flatMap(({ finding, consequences }) => [
    { finding, follows: false },
    ...consequences.map((one) => ({ finding: one, follows: true })),
  ]);
  return (
    <div class="thing-group">
      <h4>{title}</h4>
      <LinksTo value={side}>
        <Longer
          items={listed}
          first={20}
          name="finding-links"
          each={({ finding: { check, severity, message, sources }, follows }, i) => (
            <li key={i} class={`severity-${severity}${follows ? " follows" : ""}`}>
              <a href={formatRoute({ view: "findings", check }, side)}>
                <span class="sign" role="img" aria-label={severity}>
                  {severitySigns[severity]}
                </span>{" "}
                {follows ? "hence " : ""}
                {visible(message, 4000)}
              </a>
              <SourceLinks sources={sources} hasText={hasText} />
            </li>
          )}
        />
      </LinksTo>
    </div>
  );
}
