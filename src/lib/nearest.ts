/** The name that somebody who typed `text` most likely meant: the one with the fewest edits, if they are few; null otherwise. */
export function nearest(text: string, names: Iterable<string>): string | null {
  const most = Math.max(1, Math.floor(text.length / 3));
  let best: string | null = null;
  let least = most + 1;
  for (const name of names) {
    if (Math.abs(name.length - text.length) >= least || name.length > longest) continue;
    const edits = countEdits(text.toLowerCase(), name.toLowerCase());
    if (edits < least) [best, least] = [name, edits];
  }
  return best;
}

/** Nobody misspells longer names. */
const longest = 100;

/** How many characters have to be put in, left out, replaced, or swapped with their neighbour (optimal string alignment). */
function countEdits(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
