import { visible } from "../../../picture/measure.ts";
import type { Compared } from "../../worker/messages.ts";
import { Longer, Section } from "./section.tsx";

/** What one of the snapshots does not hold, or nobody can tell: never shown as a change. */
export function Incomparable({ all }: { readonly all: Compared["incomparable"] }) {
  if (all.length === 0) return null;
  return (
    <Section part="incomparable" title="Could not be compared">
      <Longer
        items={all}
        first={12}
        name="plain-list"
        each={({ what, why }, i) => (
          <li key={i}>
            <strong>{visible(what)}</strong>
            <small>{` ${visible(why, 2000)}`}</small>
          </li>
        )}
      />
    </Section>
  );
}
