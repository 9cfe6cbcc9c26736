import { useMemo } from "preact/hooks";
import type { Content } from "../picture/content.ts";
import { describe } from "../picture/describe.ts";
import { pictureOf } from "../reporters/analysis/svg.ts";
import { badgesOf, indexOf } from "../reporters/picture/finding-nodes.ts";
import { flatten } from "./findings.ts";
import type { Opened } from "./worker/messages.ts";

/** What the picture of a snapshot shows, with badges as soon as the checks have run. */
export function useContent({ analysis, findings }: Opened): Content {
  return useMemo(() => {
    const badges = badgesOf(flatten(findings?.findings ?? []), indexOf(analysis));
    return describe({ ...pictureOf(analysis), badges });
  }, [analysis, findings]);
}
