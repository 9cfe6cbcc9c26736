import { several } from "../../../lib/several.ts";
import { visible } from "../../../picture/measure.ts";
import { chainName } from "../../../reporters/comparison/chains.ts";
import { LinksTo } from "../../links.tsx";
import { SourceLinks } from "../../source-link.tsx";
import type { ChainRow, Compared, ComparedChain } from "../../worker/messages.ts";
import { FieldText } from "./field-text.tsx";
import { Longer, Section } from "./section.tsx";

/** Chains with more lines than this are closed until a reader opens them. */
const mostLines = 24;

/** The rules that differ, chain by chain, as a text diff. */
export function Chains({ chains, hasText }: { readonly chains: Compared["chains"]; readonly hasText: boolean }) {
  if (chains.length === 0) return null;
  return (
    <Section part="rules" title="Rules">
      <Longer
        items={chains}
        first={40}
        name="chains"
        each={(chain, i) => <Chain key={i} chain={chain} hasText={hasText} />}
      />
    </Section>
  );
}

const kinds = { added: "new chain", removed: "chain gone", changed: null } as const;

function Chain({ chain, hasText }: { readonly chain: ComparedChain; readonly hasText: boolean }) {
  const { kind, policy, rows, edits } = chain;
  const words = [kinds[kind], edits.length === 0 ? null : several(edits.length, "rule")];
  return (
    <li>
      <details class="chain" open={rows.length <= mostLines}>
        <summary>
          <strong>{visible(chainName(chain), 200)}</strong> {words.filter((word) => word !== null).join(", ")}
        </summary>
        {policy !== null && (
          <p class="policy">
            {"Policy "}
            <FieldText kind="changed" field={policy} />
          </p>
        )}
        <ol class="diff">
          {rows.map((row, i) => (
            <DiffLine key={i} row={row} hasText={hasText} />
          ))}
        </ol>
      </details>
    </li>
  );
}

function DiffLine({ row, hasText }: { readonly row: ChainRow; readonly hasText: boolean }) {
  if (row.kind === "skipped") return <li class="skipped">{`${several(row.count, "rule")} the same`}</li>;
  if (row.kind === "same")
    return (
      <li>
        <span class="diff-sign" />
        <code>{visible(row.text, 4000)}</code>
      </li>
    );
  const added = row.kind === "added";
  const word = `${added ? "added" : "gone"}${row.also === null ? "" : `, ${row.also}`}`;
  return (
    <li class={added ? "added" : "gone"}>
      <span class="diff-sign" role="img" aria-label={word} title={word}>
        {added ? "+" : "−"}
      </span>
      <div>
        <code>{visible(row.text, 4000)}</code>
        <div class="diff-source">
          {row.also === "moved" && <small>{added ? "moved here" : "moved from here"}</small>}
          <LinksTo value={added ? "after" : "before"}>
            <SourceLinks sources={[row.source]} hasText={hasText} />
          </LinksTo>
        </div>
      </div>
    </li>
  );
}
