import type { Source } from "../lib/source.ts";
import { visible } from "../picture/measure.ts";
import { useLink } from "./links.tsx";

/** Where a fact was read: a link to the line, or only its name in a report without raw captures. */
export function SourceLinks({ sources, hasText }: { readonly sources: readonly Source[]; readonly hasText: boolean }) {
  const link = useLink();
  if (sources.length === 0) return null;
  return (
    <ul class="sources" aria-label="Sources">
      {sources.slice(0, 12).map(({ file, line }) => (
        <li key={`${file}:${line}`}>
          {hasText ? (
            <a href={link({ view: "captures", file, line })}>{`${visible(file)}:${line}`}</a>
          ) : (
            `${visible(file)}:${line}`
          )}
        </li>
      ))}
      {sources.length > 12 && <li>{`and ${sources.length - 12} more`}</li>}
    </ul>
  );
}
