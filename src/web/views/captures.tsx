import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { splitLines } from "../../lib/lines.ts";
import { visible } from "../../picture/measure.ts";
import type { Client } from "../client.ts";
import { useLink } from "../links.tsx";
import type { FileText, Opened } from "../worker/messages.ts";

interface Props {
  readonly client: Client;
  readonly opened: Opened;
  readonly file: string | null;
  readonly line: number | null;
}

/** So many lines are in the page at once, around the one that is asked for. */
const atOnce = 1500;

const hasText = ({ state }: { readonly state: string }): boolean => state === "ok" || state === "replaced";

/** The raw captures, with the line numbers that everything else refers to. */
export function CapturesView({ client, opened, file, line }: Props) {
  const link = useLink();
  const captures = opened.analysis.quality.captures;
  const files = useMemo(() => {
    // Of a file with several outputs one that has text stands for all.
    const all = [...captures, ...captures.filter(hasText)];
    return [...new Map(all.map((one) => [one.file, one])).values()];
  }, [captures]);
  const shown = file ?? files.find(hasText)?.file ?? null;
  return (
    <div class="captures">
      <nav class="files" aria-label="Captures">
        <ul>
          {files.map(({ file: name, state, why }) => (
            <li key={name} class={`state-${state}`}>
              {hasText({ state }) ? (
                <a
                  href={link({ view: "captures", file: name, line: null })}
                  aria-current={name === shown ? "true" : undefined}
                >
                  {visible(name)}
                </a>
              ) : (
                <span>
                  {visible(name)}
                  <small>{`${state}${why === null ? "" : `: ${visible(why)}`}`}</small>
                </span>
              )}
            </li>
          ))}
        </ul>
      </nav>
      {shown !== null && <FileLines key={shown} client={client} file={shown} line={line} />}
    </div>
  );
}

function FileLines({
  client,
  file,
  line,
}: {
  readonly client: Client;
  readonly file: string;
  readonly line: number | null;
}) {
  const link = useLink();
  const [text, setText] = useState<FileText | null>(null);
  const [first, setFirst] = useState(0);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    client.ask({ kind: "text", file }).then(setText, () => setText({ pieces: [] }));
  }, [client, file]);
  const lines = useMemo(
    () => (text?.pieces ?? []).flatMap(({ text, firstLine }) => splitLines(text, firstLine)),
    [text],
  );
  useEffect(() => {
    const at = line === null ? 0 : lines.findIndex(({ number }) => number === line);
    setFirst(Math.max(0, at - Math.floor(atOnce / 2)));
  }, [lines, line]);
  useEffect(() => {
    box.current?.querySelector(".line.target")?.scrollIntoView({ block: "center" });
  }, [lines, line, first]);
  const end = Math.min(lines.length, first + atOnce);
  return (
    <section class="file" ref={box} aria-label={visible(file)} tabindex={0}>
      <h2>{visible(file)}</h2>
      {text !== null && lines.length === 0 && <p class="empty">The output is empty.</p>}
      {first > 0 && (
        <button
          type="button"
          onClick={() => setFirst(Math.max(0, first - atOnce))}
        >{`Lines before ${lines[first]?.number}`}</button>
      )}
      <div class="lines">
        {lines.slice(first, end).map(({ number, text }) => (
          <div key={number} class={number === line ? "line target" : "line"}>
            <a href={link({ view: "captures", file, line: number })} aria-label={`Line ${number}`}>
              {number}
            </a>
            <code>{visibleLine(text)}</code>
          </div>
        ))}
      </div>
      {end < lines.length && (
        <button
          type="button"
          onClick={() => setFirst(first + atOnce)}
        >{`Lines after ${lines[end - 1]?.number}`}</button>
      )}
    </section>
  );
}

/** A line as it stands, but nothing in it is invisible or changes the direction of writing. Tabs stay. */
function visibleLine(text: string): string {
  const cut = text.length > 20_000 ? `${text.slice(0, 20_000)} … (${text.length} characters)` : text;
  return cut.replace(/[^\P{C}\t]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
