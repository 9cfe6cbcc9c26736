/** A place of one of the two snapshots, for a person: `before iptables-save.txt:31`. Those of the later one need no word. */
export const placeIn = (side: "before" | "after", place: string): string =>
  side === "before" ? `before ${place}` : place;
