import { formatScopedAddress } from "../../lib/scoped-address.ts";
import type { Resolver } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { comparePair, inOrder, listed, type Property } from "../compare-list.ts";
import { areAlike, type NamespaceOnSide, type Sides } from "../match/sides.ts";

/** How each namespace resolves names, as its resolv.conf says. */
export function compareResolvers({ places }: Sides): Change[] {
  return places.flatMap((place) => {
    const [before, after] = [place.before.namespace.resolver, place.after.namespace.resolver];
    if (!before.known || !after.known || !areAlike(place, "resolv-conf")) return [];
    const isStub = [before.value, after.value].some(({ kind }) => kind === "stub");
    const told = isStub && !areAlike(place, "resolved-conf") ? [] : [forwardsTo];
    return comparePair(place, before.value, after.value, { ...comparer, properties: [...properties, ...told] });
  });
}

const properties: readonly Property<Resolver>[] = [
  { name: "set-up", of: ({ kind }) => kind },
  { name: "name servers", of: ({ nameservers }) => inOrder(nameservers.map(formatScopedAddress)) },
  { name: "search domains", of: ({ search }) => inOrder(search) },
  { name: "options", of: ({ options }) => listed(options) },
];

/** Of the embedded DNS engines write it into resolv.conf since 25; of resolved's stub a file of its own tells it. */
const forwardsTo: Property<Resolver> = {
  name: "forwards to",
  of: ({ upstreams }) => inOrder(upstreams.map(formatScopedAddress)),
};

const comparer = {
  kind: "resolver",
  nameOf: () => "name resolution",
  withinOf: (_: Resolver, { name }: NamespaceOnSide) => name,
} as const;
