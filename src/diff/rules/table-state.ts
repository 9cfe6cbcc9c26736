import type { TableState } from "../../model/queries/nft-tables.ts";
import type { ChainPlace, ChangedField } from "../change.ts";

const words: Readonly<Record<TableState, readonly string[]>> = {
  active: [],
  dormant: ["(dormant)"],
  unclear: ["(dormant or owned)"],
};

/** What stands behind a base chain's policy where its table is, or may be, switched off. */
export const stateWords = (state: TableState): readonly string[] => words[state];

/** Whether it is another one now. */
export function isSwitched(policy: ChangedField | null): boolean {
  const [was, is] = [policy?.before, policy?.after].map((text) => text?.split(" (")[1]);
  return policy?.before != null && policy.after !== null && was !== is;
}

/** The family of an nftables table as nft calls it. */
export const nftFamily = (family: ChainPlace["family"]): string =>
  family === 4 ? "ip" : family === 6 ? "ip6" : family;
