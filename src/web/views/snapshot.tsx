import type { Source } from "../../lib/source.ts";
import { visible } from "../../picture/measure.ts";
import { useLink } from "../links.tsx";
import { Notices } from "../notices.tsx";
import { SourceLinks } from "../source-link.tsx";
import type { Opened } from "../worker/messages.ts";

/** Who resolves names, and how good the snapshot is: what contradicts what, what is not known, what was not understood. */
export function SnapshotView({ opened }: { readonly opened: Opened }) {
  const { analysis, hasText } = opened;
  const { counts, quality, resolvers } = analysis;
  return (
    <div class="page">
      <h2>Snapshot</h2>
      <dl class="counts">
        {Object.entries(countsOf(counts)).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Table
        title="Name resolution"
        head={["Where", "Set-up", "Servers", "Upstream", "Read from"]}
        rows={resolvers.map(({ namespace, isHost, containers, setup, nameservers, upstreams, sources }) => [
          isHost ? "the host" : containers.length === 0 ? namespace : containers.join(", "),
          setup,
          nameservers.join(", "),
          upstreams.join(", "),
          sources,
        ])}
        hasText={hasText}
      />
      <Table
        title="Contradictions"
        head={["About", "What", "Read from"]}
        rows={quality.contradictions.map(({ subject, message, sources }) => [subject, message, sources])}
        hasText={hasText}
      />
      <Table
        title="Not known"
        head={["What", "Why"]}
        rows={quality.gaps.map(({ subject, message }) => [subject, message])}
        hasText={hasText}
      />
      <Table
        title="Lines not understood"
        head={["Line", "Why", "Where"]}
        rows={quality.notes.map(({ file, line, text, why }) => [text, why, [{ file, line }]])}
        hasText={hasText}
      />
      <Table
        title="Captures"
        head={["File", "What", "State"]}
        rows={quality.captures.map(({ file, kind, netns, state, why, truncated }) => [
          (state === "ok" || state === "replaced") && hasText ? { file } : file,
          netns === null ? kind : `${kind} in ${netns}`,
          [state, why, truncated ? "not whole" : null].filter((word) => word !== null).join(", "),
        ])}
        hasText={hasText}
      />
      <Table
        title="Files not read"
        head={["File", "Why"]}
        rows={quality.unread.map(({ file, why }) => [file, why])}
        hasText={hasText}
      />
      <Notices />
    </div>
  );
}

function countsOf({
  containers,
  running,
  stopped,
  networks,
  bridges,
  veths,
  publishedPorts,
}: Opened["analysis"]["counts"]) {
  return {
    containers: stopped === 0 ? `${containers}` : `${containers} (${running} running, ${stopped} stopped)`,
    networks: `${networks}`,
    bridges: `${bridges}`,
    veths: veths.paired === veths.total ? `${veths.total}` : `${veths.total} (${veths.paired} paired)`,
    "published ports": `${publishedPorts}`,
  };
}

type Cell = string | readonly Source[] | { readonly file: string };

interface TableProps {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly hasText: boolean;
}

function Table({ title, head, rows, hasText }: TableProps) {
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <div class="scroll">
        <table class="blocks">
          <thead>
            <tr>
              {head.map((one) => (
                <th key={one} scope="col">
                  {one}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                {row.map((one, at) => (
                  <td key={at} data-label={head[at]}>
                    <Value value={one} hasText={hasText} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Value({ value, hasText }: { readonly value: Cell; readonly hasText: boolean }) {
  const link = useLink();
  if (typeof value === "string") return value === "" ? "" : visible(value);
  if ("file" in value) {
    if (!hasText) return visible(value.file);
    return <a href={link({ view: "captures", file: value.file, line: null })}>{visible(value.file)}</a>;
  }
  return <SourceLinks sources={value} hasText={hasText} />;
}
