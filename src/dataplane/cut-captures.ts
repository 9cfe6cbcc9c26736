import type { CaptureKind } from "../captures/kinds.ts";
import type { Host, Namespace } from "../model/host.ts";

/**
 * The file that lists something of a namespace and is not whole: it was cut off, or narrowed to a part. Null where a whole one
 * was captured, or none.
 */
export function cutCapture(host: Host, { id, containers }: Namespace, kinds: readonly CaptureKind[]): string | null {
  const read = host.captures.filter(
    ({ kind, netns, state }) =>
      state === "ok" &&
      kinds.includes(kind) &&
      (id === "host" ? netns === null : netns !== null && containers.includes(netns)),
  );
  return read.every(({ truncated }) => truncated) ? (read[0]?.file ?? null) : null;
}
