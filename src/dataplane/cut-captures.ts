import type { CaptureKind } from "../captures/kinds.ts";
import { byCodePoint } from "../lib/order.ts";
import type { Host, Namespace } from "../model/host.ts";
import { capturesOf } from "../model/queries/captures-of.ts";

/**
 * The file that lists something of a namespace and is not whole: it was cut off, or narrowed to a part. Null where a whole one
 * was captured, or none.
 */
export function cutCapture(
  host: Host,
  { isHost, containers }: Namespace,
  kinds: readonly CaptureKind[],
): string | null {
  const places = isHost ? [null] : containers.toSorted(byCodePoint);
  const captures = places.flatMap((place) => capturesOf(host, place).filter(({ state }) => state === "ok"));
  const read = kinds.flatMap((wanted) => captures.filter(({ kind }) => kind === wanted));
  return read.every(({ truncated }) => truncated) ? (read[0]?.file ?? null) : null;
}
