/** Where a fact was read: a file of the snapshot and a line in it, from 1. */
export interface Source {
  readonly file: string;
  readonly line: number;
}

/** `iptables-save.txt:31` */
export function formatSource({ file, line }: Source): string {
  return `${file}:${line}`;
}

/** Joins lists of sources, each place once, in the order first met. */
export function mergeSources(...lists: readonly (readonly Source[])[]): Source[] {
  const [only, ...others] = lists.filter((list) => list.length > 0);
  if (others.length === 0 && (only?.length ?? 0) < 2) return [...(only ?? [])];
  const seen = new Map<string, Source>();
  for (const source of lists.flat()) if (!seen.has(formatSource(source))) seen.set(formatSource(source), source);
  return [...seen.values()];
}
