import type { Source } from "../../lib/source.ts";
import type { HostIdentity } from "../../model/host.ts";
import { hostWord } from "../../model/namespace-id.ts";
import type { Change } from "../change.ts";
import { comparePair } from "../compare-list.ts";
import type { NamespaceOnSide, Sides } from "../match/sides.ts";

interface Identity extends HostIdentity {
  readonly sources: readonly Source[];
}

/** The machine itself: its name and its system, where both snapshots say. */
export function compareHost({ places: [host] }: Sides): Change[] {
  return comparePair(host, identityOf(host.before), identityOf(host.after), comparer);
}

const identityOf = ({ side }: NamespaceOnSide): Identity => ({ ...side.host.identity, sources: [] });

const comparer = {
  kind: "host",
  nameOf: ({ hostname }: Identity) => hostname ?? hostWord,
  properties: [
    { name: "name", of: ({ hostname }: Identity) => hostname, from: [] },
    { name: "kernel", of: ({ kernel }: Identity) => kernel, from: [] },
    { name: "system", of: ({ os }: Identity) => os, from: [] },
  ],
} as const;
