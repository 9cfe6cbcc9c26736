/** Words and signs for what becomes of a packet: never told by colour alone. */
export const verdicts: Readonly<
  Record<string, { readonly word: string; readonly sign: string; readonly tone: string }>
> = {
  delivered: { word: "arrives", sign: "✓", tone: "good" },
  dropped: { word: "dropped", sign: "✕", tone: "bad" },
  rejected: { word: "rejected", sign: "⊘", tone: "bad" },
  unroutable: { word: "no way there", sign: "∅", tone: "bad" },
  refused: { word: "refused: nobody listens", sign: "○", tone: "calm" },
  unknown: { word: "not known", sign: "?", tone: "open" },
};

/** A service that is reached by a published port alone. */
export const byPublishedPort = { word: "arrives by a published port", sign: "⇢", tone: "good" } as const;

export const verdictOf = (verdict: string) => verdicts[verdict] ?? { word: verdict, sign: "?", tone: "open" };
