import type { ChainChange, Change, ChangedField, ThingChanges } from "../../src/diff/change.ts";
import { matchHosts } from "../../src/diff/match/match.ts";
import { compareThings } from "../../src/diff/things.ts";
import type { Host } from "../../src/model/host.ts";
import { type Files, hostOf } from "./host-of.ts";

/** What differs between two hosts. */
export const compareHosts = (before: Host, after: Host): ThingChanges =>
  compareThings(before, after, matchHosts(before, after));

/** What differs between two hand-made snapshots, a line for each change, edit of a chain and gap. */
export const changesOf = (before: Files, after: Files): string[] => sayAll(compareHosts(hostOf(before), hostOf(after)));

export const sayAll = ({ changes, chains, incomparable }: ThingChanges): string[] => [
  ...changes.map(sayChange),
  ...chains.flatMap(sayChain),
  ...incomparable.map(({ what, before, after }) => `? ${what}: ${before ?? "known"} | ${after ?? "known"}`),
];

const sayField = ({ name, before, after }: ChangedField): string => `${name}: ${before ?? "none"} → ${after ?? "none"}`;

function sayChange({ kind, thing, formerly, fields }: Change): string {
  const nameOf = ({ within, name }: typeof thing) => (within === null ? name : `${within}: ${name}`);
  const was = formerly === null ? "" : ` (was ${nameOf(formerly)})`;
  return [`${kind} ${thing.kind} ${nameOf(thing)}${was}`, ...fields.map(sayField)].join("; ");
}

function sayChain({ kind, place, policy, edits }: ChainChange): string[] {
  const where = `${place.namespace} ${place.table} ${place.chain}`;
  return [
    ...(kind === "changed" ? [] : [`${kind} chain ${where}`]),
    ...(policy === null ? [] : [`${where} ${sayField(policy)}`]),
    ...edits.map((edit) => {
      const places = [edit.before, edit.after].flatMap((one) => (one === null ? [] : [`${one.position}`])).join(" → ");
      return [
        `${where}: ${edit.kind} ${places} ${(edit.after ?? edit.before)?.text}`,
        ...edit.options.map(sayField),
      ].join("; ");
    }),
  ];
}
