import { readSnapshot } from "../../src/captures/read-snapshot.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import type { Host, Interface, Namespace } from "../../src/model/host.ts";
import { namespacesOf } from "../../src/model/queries/host-index.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";

/** The files of a hand-made snapshot by their names: `ip_a.txt`, `netns/web/ip_a.txt`. What is no text becomes JSON. */
export type Files = Readonly<Record<string, unknown>>;

/** A snapshot read from its files, as a person would have put them into a folder. */
export function snapshotFrom(files: Files): Snapshot {
  const encoder = new TextEncoder();
  const texts = Object.entries(files).map(([name, content]) => {
    return [name, encoder.encode(typeof content === "string" ? content : JSON.stringify(content, null, 1))] as const;
  });
  return readSnapshot(new Map(texts));
}

/** The host that is rebuilt from the files. */
export function hostOf(files: Files): Host {
  return rebuildHost(snapshotFrom(files));
}

/** The namespace of a host with an id: `host`, or a container's. */
export function namespaceOf(host: Host, id = "host"): Namespace {
  const found = namespacesOf(host).find((namespace) => namespace.name === id);
  if (found === undefined) throw new Error(`there is no namespace ${id}`);
  return found;
}

/** An interface of a namespace by its name. */
export function interfaceOf(host: Host, name: string, id = "host"): Interface {
  const { interfaces } = namespaceOf(host, id);
  const found = interfaces.known ? interfaces.value.find((each) => each.name === name) : undefined;
  if (found === undefined) throw new Error(`there is no interface ${name} in ${id}`);
  return found;
}

/** What was captured of a part of the host. */
export function knownValue<T>(
  part: { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string },
): T {
  if (!part.known) throw new Error(part.why);
  return part.value;
}

/** The messages of a host's contradictions, each after its subject. */
export const contradictionsOf = (host: Host): string[] =>
  host.contradictions.map(({ subject, message }) => `${subject}: ${message}`);
