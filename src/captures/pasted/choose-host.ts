import { escapeTerminal } from "../../lib/escape-terminal.ts";
import { byNaturalName } from "../../lib/order.ts";
import { SeveralHostsError, SnapshotError, type UnreadFile } from "../snapshot.ts";
import type { Taken } from "../taken.ts";
import { isSameHost } from "./same-host.ts";

/** What is read of one host, and what is not since it is another's. */
export interface Chosen {
  readonly taken: readonly Taken[];
  /** Whether what the manifest lists is of that host. */
  readonly isListed: boolean;
  readonly unread: readonly UnreadFile[];
}

/**
 * The outputs of one host. Those of two hosts are two snapshots: throws a `SeveralHostsError` unless `wanted` says which.
 * What no prompt ascribes to a host belongs to the only one there is, and of several to nobody. `own` is the host of the
 * snapshot's manifest.
 */
export function chooseHost(taken: readonly Taken[], wanted: string | null, own: string | null, name: string): Chosen {
  const hosts = distinct([...(own === null ? [] : [own.toLowerCase()]), ...taken.flatMap(({ host }) => host ?? [])]);
  const place = escapeTerminal(name, 100);
  const listed = hosts.map((host) => escapeTerminal(host, 64));
  const shown = listed.length > 8 ? `${listed.slice(0, 8).join(", ")}, …` : listed.join(", ");
  if (wanted === null) {
    if (hosts.length < 2) return { taken, isListed: true, unread: [] };
    throw new SeveralHostsError(
      `${place} holds the outputs of ${hosts.length} hosts, ${shown}, which are not one snapshot`,
      hosts,
    );
  }
  const host = hosts.find((each) => isSameHost(each, wanted.toLowerCase()));
  if (host === undefined) {
    const known = hosts.length === 0 ? "no prompt in it names a host" : `it holds those of ${shown}`;
    throw new SnapshotError(`${place} holds no outputs of ${escapeTerminal(wanted, 64)}; ${known}`);
  }
  if (hosts.length === 1) return { taken, isListed: true, unread: [] };
  const isOurs = (each: Taken) => each.host !== null && isSameHost(each.host, host);
  const others = taken.filter((each) => !isOurs(each));
  return {
    taken: taken.filter(isOurs),
    isListed: own === null || isSameHost(own.toLowerCase(), host),
    unread: notRead(others),
  };
}

/** Each name once, of `web1` and `web1.example.com` the longer. */
function distinct(names: readonly string[]): readonly string[] {
  const hosts: string[] = [];
  for (const name of [...new Set(names)].sort((a, b) => b.length - a.length || byNaturalName(a, b)))
    if (!hosts.some((known) => isSameHost(known, name))) hosts.push(name);
  return hosts.sort(byNaturalName);
}

/** One remark for each file and host. */
function notRead(others: readonly Taken[]): readonly UnreadFile[] {
  const counts = new Map<string, UnreadFile>();
  for (const { capture, host } of others) {
    const why = host === null ? "what no prompt ascribes to a host" : `the outputs of ${host}, another host`;
    counts.set(`${capture.file}\n${why}`, { file: capture.file, why });
  }
  return [...counts.values()];
}
