import type { CheckReport } from "../../checks/check.ts";
import { several } from "../../lib/several.ts";
import { visible } from "../../picture/measure.ts";
import { byReason, checksRan, neededBy, nothingFound } from "../../reporters/findings/headline.ts";
import { Copyable } from "./copyable.tsx";

/** How many checks ran, and which could not tell everything. Where nothing was found, the latter are what there is to read. */
export function Unjudged({ report }: { readonly report: CheckReport }) {
  const { findings, skipped, counts, judged } = report;
  const isEmpty = findings.length === 0;
  return (
    <section class="judging" aria-label="Checks">
      {isEmpty || !judged ? (
        <p class={skipped.length === 0 ? "empty" : "verdict open"}>{`${nothingFound(counts, judged)}.`}</p>
      ) : (
        <p class="meta">{`${checksRan(counts)}.`}</p>
      )}
      {!judged && <Needed report={report} />}
      {skipped.length > 0 && (
        <details open={isEmpty}>
          <summary>{`${several(skipped.length, "check")} could not tell, or not everything`}</summary>
          <ul class="plain-list">
            {byReason(skipped).map(({ why, how, checks }) => (
              <li key={why}>
                {`${visible(why, 4000)}; to find out: `}
                <code>{how}</code>
                <small>{checks.join(", ")}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Needed({ report }: { readonly report: CheckReport }) {
  const { commands, runs } = neededBy(report);
  if (commands.length === 0) return null;
  return (
    <>
      <p>{`${several(runs, "check")} could run with what these print:`}</p>
      <Copyable text={commands.join("\n")} />
    </>
  );
}
