import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

/** A part of what changed, to which the summary leads. */
export function Section({
  part,
  title,
  children,
}: {
  readonly part: string;
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="change-section">
      <h3 id={`changes-${part}`} tabindex={-1}>
        {title}
      </h3>
      {children}
    </section>
  );
}

/** A list that shows its first items, and the others when they are asked for. */
export function Longer<T>({
  items,
  first,
  name,
  each,
}: {
  readonly items: readonly T[];
  readonly first: number;
  readonly name: string;
  readonly each: (item: T, at: number) => ComponentChildren;
}) {
  const [shown, setShown] = useState(first);
  const more = items.length - shown;
  return (
    <>
      <ul class={name}>{items.slice(0, shown).map(each)}</ul>
      {more > 0 && (
        <button type="button" class="more" onClick={() => setShown(shown + 200)}>
          {`Show ${Math.min(200, more)} more${more > 200 ? ` of ${more}` : ""}`}
        </button>
      )}
    </>
  );
}

/** A sign with the word that it stands for: what happened is never told by colour alone. */
export function Sign({ sign, word, tone }: { readonly sign: string; readonly word: string; readonly tone: string }) {
  return (
    <span class={`change-sign ${tone}`} role="img" aria-label={word} title={word}>
      {sign}
    </span>
  );
}
