import type { CaptureKind } from "../../captures/kinds.ts";
import type { Source } from "../../lib/source.ts";
import type { Host } from "../host.ts";

/** Where a capture of the host begins, as the evidence of what is not in it; nothing when it was not read. */
export function beginningOf({ captures }: Host, kind: CaptureKind): readonly Source[] {
  const found = captures.find((one) => one.kind === kind && one.netns === null && one.state === "ok");
  return found === undefined ? [] : [{ file: found.file, line: found.firstLine }];
}
