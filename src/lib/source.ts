/** Where a fact was read: a file of the snapshot and a line in it, from 1. */
export interface Source {
  readonly file: string;
  readonly line: number;
}

/** `iptables-save.txt:31` */
export function formatSource({ file, line }: Source): string {
  return `${file}:${line}`;
}

/** A fact that is told in more places than these is proven well enough: listing each of thousands would cost more than reading them. */
const mostSources = 200;

/** Joins lists of sources, each place once, in the order first met; of very many the first. */
export function mergeSources(...lists: readonly (readonly Source[])[]): Source[] {
  const [only, ...others] = lists.filter((list) => list.length > 0);
  if (others.length === 0 && (only?.length ?? 0) < 2) return [...(only ?? [])];
  // A list that grew to its full length by one place at a time: nothing is looked up any more.
  if (only?.length === mostSources) return [...only];
  const seen = new Map<string, Source>();
  for (const list of lists) {
    for (const source of list) {
      if (seen.size >= mostSources) return [...seen.values()];
      if (!seen.has(formatSource(source))) seen.set(formatSource(source), source);
    }
  }
  return [...seen.values()];
}
