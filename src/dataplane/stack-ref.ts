import type { Container, Host, Namespace } from "../model/host.ts";
import { namespaceKey, outsideWord } from "../model/namespace-id.ts";
import type { Dataplane, Stack, StackRef } from "./types.ts";

/** The stack that a namespace of a host has, or will have. */
export const refTo = (host: Host, { name, isHost }: Pick<Namespace, "name" | "isHost">): StackRef => ({
  key: namespaceKey({ host: host.name, namespace: name }),
  name,
  isHost,
});

/** Who machines outside are on a link: no stack. */
export const nobodyHere: StackRef = {
  key: namespaceKey({ host: outsideWord, namespace: outsideWord }),
  name: outsideWord,
  isHost: false,
};

/** The stack of a namespace by its name on the host; null for a name that no namespace has. */
export const stackNamed = ({ host, stacks }: Dataplane, namespace: string): Stack | null =>
  stacks.get(namespaceKey({ host: host.name, namespace })) ?? null;

/** The stack that a container is in; null where it has none. */
export const stackOf = (dataplane: Dataplane, { namespace }: Pick<Container, "namespace">): Stack | null =>
  namespace === null ? null : stackNamed(dataplane, namespace);
