/** A network namespace by what it is called and the host that it is on. Within one host the name is enough. */
export interface NamespaceId {
  readonly host: string;
  readonly namespace: string;
}

declare const key: unique symbol;

/** A `NamespaceId` in one word, for tables in which the namespaces of several hosts may meet. Made here, and taken apart nowhere. */
export type NamespaceKey = string & { readonly [key]: true };

/** The key of a namespace: no two have the same, whatever stands in their names. */
export const namespaceKey = ({ host, namespace }: NamespaceId): NamespaceKey =>
  JSON.stringify([host, namespace]) as NamespaceKey;

/** What the host itself is called, in questions, answers and reports. */
export const hostWord = "host";

/** What machines that no snapshot shows are called there. */
export const outsideWord = "outside";

const prefix = "container:";

/**
 * What a container's namespace is called there, and by what the container is asked for: its name, marked where that would be
 * taken for something else, as in `docker run --network container:NAME`.
 */
export function namespaceNameOf(container: string): string {
  const isTaken = container === hostWord || container === outsideWord || container.startsWith(prefix);
  return isTaken ? `${prefix}${container}` : container;
}

/** The container that a sandbox of that name was made for. */
export const ownerIn = (namespace: string): string =>
  namespace.startsWith(prefix) ? namespace.slice(prefix.length) : namespace;
