import type { Prefix } from "../../lib/address.ts";
import { onceFor } from "../../lib/once-for.ts";
import type { IpSet, IpSetMember } from "../../parsers/ipset-save.ts";
import { readEntry } from "../compile/ipset/entry.ts";
import { familyOf, fieldsOf } from "./set-index.ts";

/** A network, or a single address, that an entry of a set names. */
export interface SetNetwork {
  readonly prefix: Prefix;
  readonly member: IpSetMember;
  /** Which part of the entry it is. */
  readonly part: number;
}

/** All networks that the entries of a set name; none of a set of sets, whose members have their own. */
export const networksIn = onceFor((set: IpSet): readonly SetNetwork[] => {
  const fields = fieldsOf(set.type) ?? [];
  const family = familyOf(set, fields);
  if (family === null) return [];
  return set.members.flatMap((member) =>
    (readEntry(member, fields, family) ?? []).flatMap((parts) =>
      parts.flatMap((one, part): SetNetwork[] =>
        one.kind === "network"
          ? [{ prefix: { address: { family, value: one.value }, length: one.length }, member, part }]
          : [],
      ),
    ),
  );
});
