import { useId, useMemo, useState } from "preact/hooks";
import type { Analysis } from "../results/analysis.ts";
import { useLink } from "./links.tsx";
import { find, type SearchEntry, searchEntries } from "./search.ts";

/** Finds things by name, address or port; the arrow keys choose, Enter shows them in the picture. */
export function SearchBox({ analysis }: { readonly analysis: Analysis }) {
  const entries = useMemo(() => searchEntries(analysis), [analysis]);
  const link = useLink();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const list = useId();
  const found = useMemo(() => find(entries, query, 8), [entries, query]);
  const choose = (entry: SearchEntry | undefined) => {
    if (entry === undefined) return;
    setOpen(false);
    location.assign(link({ view: "picture", node: entry.node }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter") choose(found[at]);
    else if (event.key === "Escape") setOpen(false);
    else return;
    event.preventDefault();
  };
  const shown = open && query.trim() !== "";
  return (
    <div class="search">
      <input
        type="text"
        role="combobox"
        aria-label="Search by name, address or port"
        aria-expanded={shown && found.length > 0}
        aria-controls={list}
        aria-activedescendant={shown && found.length > 0 ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        placeholder="Name, address, port"
        value={query}
        onInput={({ currentTarget }) => {
          setQuery(currentTarget.value);
          setAt(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setTimeout(() => setOpen(false), 150)}
        onKeyDown={onKeyDown}
      />
      <div id={list} class="found" role="listbox" aria-label="Found" hidden={!shown}>
        {found.map((entry, i) => (
          <div
            key={`${entry.node} ${entry.name}`}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onPointerDown={() => choose(entry)}
          >
            <strong>{entry.name}</strong> <small>{entry.what}</small>
          </div>
        ))}
        {found.length === 0 && (
          <div tabIndex={-1} role="option" aria-selected={false} aria-disabled="true">
            nothing found
          </div>
        )}
      </div>
    </div>
  );
}
