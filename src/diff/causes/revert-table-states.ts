import { groupBy } from "../../lib/group-by.ts";
import type { Host, Namespace, NftRules } from "../../model/host.ts";
import { tableState } from "../../model/queries/nft-tables.ts";
import type { ChainChange } from "../change.ts";
import { isSwitched, nftFamily } from "../rules/table-state.ts";
import { namespaceNamed, type Reversal, withNamespace } from "./reversal.ts";

type Table = NftRules["ruleset"]["tables"][number];

/** Tables of nftables that were switched off or on, each as it was. */
export function revertTableStates(before: Host, chains: readonly ChainChange[]): readonly Reversal[] {
  const own = chains.filter(({ place, policy }) => place.backend === "nftables" && isSwitched(policy));
  const byTable = groupBy(own, ({ place: { namespace, family, table } }) => JSON.stringify([namespace, family, table]));
  return [...byTable.values()].flatMap(([first]): Reversal[] => {
    if (first === undefined) return [];
    const { place, formerly } = first;
    const was = namespaceNamed(before, (formerly ?? place).namespace)?.nftables;
    const isTable = ({ family, name }: Pick<Table, "family" | "name">): boolean =>
      name === place.table && family === nftFamily(place.family);
    const table = was?.known === true ? was.value.ruleset.tables.find(isTable) : undefined;
    if (was?.known !== true || table === undefined) return [];
    const state = tableState(was.value.ruleset, { family: table.family, table: table.name });
    return [
      {
        text: `table ${table.family} ${table.name} was switched ${state === "active" ? "off" : "on"}`,
        before: [{ file: was.value.file, line: table.line }],
        after: [],
        apply: (after) => {
          const target = namespaceNamed(after, place.namespace);
          return target === null
            ? after
            : withNamespace(after, target.name, (one) =>
                withFlags(one, (each) => (isTable(each) ? table.flags : each.flags)),
              );
        },
      },
    ];
  });
}

function withFlags(namespace: Namespace, flagsOf: (table: Table) => readonly string[]): Namespace {
  const { nftables } = namespace;
  if (!nftables.known) return namespace;
  const { ruleset, file } = nftables.value;
  const tables = ruleset.tables.map((table) => ({ ...table, flags: flagsOf(table) }));
  return { ...namespace, nftables: { known: true, value: { file, ruleset: { ...ruleset, tables } } } };
}
