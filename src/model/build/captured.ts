import { byPlace } from "../../captures/by-place.ts";
import type { CaptureKind } from "../../captures/kinds.ts";
import type { Capture } from "../../captures/snapshot.ts";
import { type Known, known, unknown } from "../../lib/known.ts";
import { byCodePoint } from "../../lib/order.ts";
import type { Source } from "../../lib/source.ts";
import type { ParsedCapture } from "../../parsers/registry.ts";

/** A parsed capture of one kind. */
export type ParsedOf<K extends CaptureKind> = Extract<ParsedCapture, { readonly kind: K }>;

/** All captures of a snapshot, by kind and by the namespace they were taken in; `null` is the host's. */
export interface Captured {
  /** The readable captures of a kind: usually one, several when an output was pasted in pieces. */
  all<K extends CaptureKind>(kind: K, netns: string | null): readonly ParsedOf<K>[];
  /** `read` applied to the readable captures of a kind, or why there are none. */
  known<K extends CaptureKind, T>(
    kind: K,
    netns: string | null,
    read: (captures: readonly ParsedOf<K>[]) => T,
  ): Known<T>;
  /** Why nothing of a kind is known: the failure of its capture, or that it was not captured. */
  why(kind: CaptureKind, netns: string | null): string;
  /** The containers for which anything was captured inside their namespace, in the order of their names. */
  readonly netnsNames: readonly string[];
}

/**
 * Indexes captures and what the parsers made of them; their order here is always that of `byPlace`. `nameOf` gives the
 * container's name for what a capture calls the namespace it was taken in.
 */
export function indexCaptures(
  captures: readonly Capture[],
  parsed: readonly ParsedCapture[],
  nameOf: (netns: string) => string = (netns) => netns,
): Captured {
  const place = (kind: CaptureKind, netns: string | null) => `${kind} ${netns ?? ""}`;
  const placeOf = ({ kind, netns }: Capture) => place(kind, netns === null ? null : nameOf(netns));
  const readable = new Map<string, ParsedCapture[]>();
  for (const one of parsed.toSorted((a, b) => byPlace(a.capture, b.capture))) {
    const at = placeOf(one.capture);
    const before = readable.get(at);
    if (before === undefined) readable.set(at, [one]);
    else before.push(one);
  }
  const missing = new Map<string, string>();
  for (const capture of captures.toSorted(byPlace)) {
    if (capture.state === "failed" || capture.state === "absent") {
      const what = capture.state === "failed" ? "failed" : "is absent";
      missing.set(placeOf(capture), `${capture.kind} ${what}: ${capture.why}`);
    }
  }
  const all = <K extends CaptureKind>(kind: K, netns: string | null) =>
    (readable.get(place(kind, netns)) ?? []) as unknown as readonly ParsedOf<K>[];
  const why = (kind: CaptureKind, netns: string | null) =>
    missing.get(place(kind, netns)) ?? `${kind} was not captured${netns === null ? "" : ` inside ${netns}`}`;
  const inside = captures.flatMap(({ netns, state }) => (netns !== null && state === "ok" ? [nameOf(netns)] : []));
  return {
    all,
    why,
    known: (kind, netns, read) => {
      const found = all(kind, netns);
      return found.length > 0 ? known(read(found)) : unknown(why(kind, netns), kind);
    },
    netnsNames: [...new Set(inside)].sort(byCodePoint),
  };
}

/** The place of a record of a capture. */
export function sourceOf(
  parsed: { readonly capture: { readonly file: string } },
  record: { readonly line: number },
): Source {
  return { file: parsed.capture.file, line: record.line };
}
