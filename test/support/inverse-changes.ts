import type { ChainChange, Change, ChangedField, Incomparable, RuleEdit, ThingChanges } from "../../src/diff/change.ts";

/** What the same two hosts give the other way round. */
export function inverseOf({ changes, chains, incomparable }: ThingChanges): ThingChanges {
  return {
    changes: changes.map(inverseChange),
    chains: chains.map(inverseChain),
    incomparable: incomparable.map(({ what, before, after }): Incomparable => ({ what, before: after, after: before })),
  };
}

const turned = {
  added: "removed",
  removed: "added",
  changed: "changed",
  replaced: "replaced",
  moved: "moved",
} as const;

const inverseField = ({ name, before, after }: ChangedField): ChangedField => ({ name, before: after, after: before });

const inverseChange = ({ kind, thing, formerly, fields, before, after }: Change): Change => ({
  kind: turned[kind],
  thing: formerly ?? thing,
  formerly: formerly === null ? null : thing,
  fields: fields.map(inverseField),
  before: after,
  after: before,
});

const inverseEdit = ({ kind, before, after, options }: RuleEdit): RuleEdit => ({
  kind: turned[kind],
  before: after,
  after: before,
  options: options.map(inverseField),
});

const inverseChain = ({ kind, place, formerly, policy, edits, lines }: ChainChange): ChainChange => ({
  kind: turned[kind],
  place: formerly ?? place,
  formerly: formerly === null ? null : place,
  policy: policy === null ? null : inverseField(policy),
  edits: edits.map(inverseEdit),
  lines: { before: lines.after, after: lines.before },
});

/** The same changes in an order that says nothing. */
export function unordered({ changes, chains, incomparable }: ThingChanges): unknown {
  const sorted = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
  return {
    changes: sorted(changes.map((change) => ({ ...change, fields: sorted(change.fields) }))),
    chains: sorted(chains.map((chain) => ({ ...chain, edits: sorted(chain.edits) }))),
    incomparable: sorted(incomparable),
  };
}
