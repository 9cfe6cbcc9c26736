import { LinksTo } from "../../links.tsx";
import { SourceLinks } from "../../source-link.tsx";
import type { Compared } from "../../worker/messages.ts";

/** The lines of both snapshots that show a change. */
export function BothSources({
  before,
  after,
  hasText,
}: Pick<Compared["changes"][number], "before" | "after"> & { readonly hasText: boolean }) {
  const sides = [
    ["before", before],
    ["after", after],
  ] as const;
  return (
    <>
      {sides.map(
        ([side, sources]) =>
          sources.length > 0 && (
            <div key={side} class="side-sources">
              <small>{side}</small>
              <LinksTo value={side}>
                <SourceLinks sources={sources} hasText={hasText} />
              </LinksTo>
            </div>
          ),
      )}
    </>
  );
}
