import { hostWord } from "../../../model/namespace-id.ts";
import { visible } from "../../../picture/measure.ts";
import { changeKinds, thingTitles } from "../../changes/words.ts";
import type { Compared } from "../../worker/messages.ts";
import { BothSources } from "./both-sources.tsx";
import { FieldText } from "./field-text.tsx";
import { Longer, Section, Sign } from "./section.tsx";

type Change = Compared["changes"][number];

/** What was added, is gone or is another now, by what kind of thing it is. */
export function Things({ changes, hasText }: { readonly changes: readonly Change[]; readonly hasText: boolean }) {
  if (changes.length === 0) return null;
  const kinds = [...new Set([...Object.keys(thingTitles), ...changes.map(({ thing }) => thing.kind)])];
  return (
    <Section part="things" title="Things">
      {kinds.map((kind) => {
        const own = changes.filter(({ thing }) => thing.kind === kind);
        if (own.length === 0) return null;
        return (
          <div key={kind} class="thing-group">
            <h4>{thingTitles[kind] ?? visible(kind)}</h4>
            <Longer
              items={own}
              first={15}
              name="things"
              each={(change, i) => <Row key={i} change={change} hasText={hasText} />}
            />
          </div>
        );
      })}
    </Section>
  );
}

function Row({ change, hasText }: { readonly change: Change; readonly hasText: boolean }) {
  const { kind, thing, formerly, fields, before, after } = change;
  const { word, sign, tone } = changeKinds[kind];
  const within = thing.within === null || thing.within === hostWord ? "" : ` in ${visible(thing.within)}`;
  return (
    <li class={`thing ${tone}`}>
      <Sign sign={sign} word={word} tone={tone} />
      <div>
        <p>
          <strong>{visible(thing.name)}</strong>
          {`${within} `}
          <small>{formerly === null ? word : `${word}, was ${visible(formerly.name)}`}</small>
        </p>
        {fields.length > 0 && (
          <dl>
            {fields.map((field, i) => (
              <div key={i}>
                <dt>{visible(field.name)}</dt>
                <dd>
                  <FieldText kind={kind} field={field} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        {before.length + after.length > 0 && (
          <details>
            <summary>Sources</summary>
            <BothSources before={before} after={after} hasText={hasText} />
          </details>
        )}
      </div>
    </li>
  );
}
