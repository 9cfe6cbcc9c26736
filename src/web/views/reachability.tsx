import { useEffect, useState } from "preact/hooks";
import { several } from "../../lib/several.ts";
import { visible } from "../../picture/measure.ts";
import type { Client } from "../client.ts";
import { useLink } from "../links.tsx";
import { SourceLinks } from "../source-link.tsx";
import type { Matrix, MatrixCell, Opened, ShownExposure } from "../worker/messages.ts";
import { byPublishedPort, verdictOf } from "./verdicts.ts";

/** What can be reached from outside, and who can reach whom. Every verdict is a link to its trace. */
export function ReachabilityView({ client, opened }: { readonly client: Client; readonly opened: Opened }) {
  return (
    <div class="page">
      <ExposureTable client={client} hasText={opened.hasText} />
      <MatrixTable client={client} networks={opened.networks} />
      <Legend />
    </div>
  );
}

function ExposureTable({ client, hasText }: { readonly client: Client; readonly hasText: boolean }) {
  const [exposure, setExposure] = useState<ShownExposure | null>(null);
  useEffect(() => {
    client.ask({ kind: "exposure" }).then(setExposure, () => setExposure(null));
  }, [client]);
  return (
    <section>
      <h2>Exposed to the outside</h2>
      {exposure === null && <p class="empty">Tracing published ports …</p>}
      {exposure !== null && <ExposureExtent exposure={exposure} />}
      {exposure !== null && exposure.rows.length > 0 && (
        <div class="scroll">
          <table class="blocks">
            <thead>
              <tr>
                <th scope="col">On the host</th>
                <th scope="col">Container</th>
                {exposure.origins.map((origin) => (
                  <th key={origin} scope="col">{`from outside by ${visible(origin)}`}</th>
                ))}
                <th scope="col">Read from</th>
              </tr>
            </thead>
            <tbody>
              {exposure.rows.map((row, i) => (
                <tr key={i}>
                  <th scope="row">{`${visible(row.binding)}${row.protocol === "tcp" ? "" : `/${visible(row.protocol)}`}`}</th>
                  <td>{`${visible(row.container)}:${row.containerPort}`}</td>
                  {row.from.map(({ origin, to, verdict }) => (
                    <td key={origin} data-label={`from outside by ${visible(origin)}`}>
                      <Verdict from={origin} to={to} verdict={verdict} why="" words />
                    </td>
                  ))}
                  <td data-label="read from">
                    <SourceLinks sources={row.sources} hasText={hasText} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** What the table does not show: nothing, or what nothing tells of. */
function ExposureExtent({ exposure: { rows, gap } }: { readonly exposure: ShownExposure }) {
  if (gap !== null) {
    const what = rows.length === 0 ? "Which ports are published is not known" : "Other ports may be published";
    return <p class="empty">{visible(`${what}: ${gap}.`, 1000)}</p>;
  }
  return rows.length === 0 ? <p class="empty">No port is published.</p> : null;
}

function MatrixTable({ client, networks }: { readonly client: Client; readonly networks: readonly string[] }) {
  const [network, setNetwork] = useState<string | null>(null);
  const [matrix, setMatrix] = useState<Matrix | null>(null);
  useEffect(() => {
    let stale = false;
    setMatrix(null);
    client.ask({ kind: "matrix", network }).then(
      (result) => stale || setMatrix(result),
      () => {},
    );
    return () => {
      stale = true;
    };
  }, [client, network]);
  return (
    <section>
      <h2>Who reaches whom</h2>
      <label class="inline">
        Services on
        <select
          value={network ?? ""}
          onChange={({ currentTarget }) => setNetwork(currentTarget.value === "" ? null : currentTarget.value)}
        >
          <option value="">all networks</option>
          {networks.map((name) => (
            <option key={name} value={name}>
              {visible(name)}
            </option>
          ))}
        </select>
      </label>
      {matrix === null && <p class="empty">Tracing …</p>}
      {matrix?.columns.length === 0 && <p class="empty">No port of a container is known here.</p>}
      {matrix !== null && matrix.columns.length > 0 && <MatrixCells matrix={matrix} />}
    </section>
  );
}

function MatrixCells({ matrix }: { readonly matrix: Matrix }) {
  const { rows, columns, more } = matrix;
  return (
    <>
      <div class="scroll">
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">from ↓ to →</th>
              {columns.map((to) => (
                <th key={to} scope="col">
                  <span>{visible(to)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ from, cells }) => (
              <tr key={from}>
                <th scope="row">{visible(from)}</th>
                {cells.map((one, i) => (
                  <td key={i}>
                    {one.verdict === null ? (
                      "·"
                    ) : (
                      <Verdict from={from} to={one.to} verdict={one.verdict} via={one.via} why={one.why} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more.rows + more.columns > 0 && (
        <p class="meta">{`${several(more.rows, "more source")} and ${several(more.columns, "more service")}: choose a network.`}</p>
      )}
    </>
  );
}

interface VerdictProps {
  readonly from: string;
  readonly to: string;
  readonly verdict: string;
  readonly via?: MatrixCell["via"];
  readonly why: MatrixCell["why"];
  readonly words?: boolean;
}

function Verdict({ from, to, verdict, via = null, why, words = false }: VerdictProps) {
  const link = useLink();
  const { word, sign, tone } = via === "published" ? byPublishedPort : verdictOf(verdict);
  // In the open is neither good nor bad in itself.
  const shown = words ? (verdict === "delivered" ? "open" : "calm") : tone;
  const label = `${visible(from)} to ${visible(to)}: ${word}${why === "" ? "" : `, ${visible(why)}`}`;
  return (
    <a class={`sign ${shown}`} href={link({ view: "trace", from, to })} title={label} aria-label={label}>
      {words ? `${sign} ${word}` : sign}
    </a>
  );
}

function Legend() {
  const kinds = ["refused", "dropped", "rejected", "unroutable", "unknown"].map(verdictOf);
  const reached = [{ ...verdictOf("delivered"), word: "arrives directly" }, byPublishedPort];
  return (
    <p class="legend">
      {[...reached, ...kinds].map(({ word, sign, tone }) => (
        <span key={word}>
          <span class={`sign ${tone}`}>{sign}</span> {word}
        </span>
      ))}
    </p>
  );
}
