import { byPlace } from "../../captures/by-place.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { ParsedCapture } from "../../parsers/registry.ts";
import type { Contradiction } from "../host.ts";
import { shortId } from "./networks.ts";

type Inspected = Extract<ParsedCapture, { readonly kind: "docker-network-inspect" | "docker-inspect" | "docker-ps" }>;

const isInspected = (one: ParsedCapture): one is Inspected =>
  one.kind === "docker-network-inspect" || one.kind === "docker-inspect" || one.kind === "docker-ps";

/**
 * What the engine told twice in one text, asked in other words each time, is as it told it last: `docker network inspect` of
 * all networks and then of one, `docker ps -a` and then `docker ps`. Records of the earlier outputs that a later one has, too,
 * are left out.
 */
export function laterRecords(
  captures: readonly ParsedCapture[],
  contradictions: Contradiction[],
): readonly ParsedCapture[] {
  const replaced = new Map<ParsedCapture, ParsedCapture>();
  const groups = groupBy(
    captures.filter(isInspected),
    ({ kind, capture }) => `${kind} ${capture.netns ?? ""} ${capture.file}`,
  );
  for (const [, group] of groups) {
    if (group.length < 2) continue;
    const later = new Map<string, Inspected["data"][number]>();
    for (const one of group.toSorted((a, b) => byPlace(b.capture, a.capture))) {
      const data = one.data.filter((record) => {
        const known = later.get(shortId(record.id));
        if (known !== undefined && one.kind !== "docker-ps" && textOf(known) !== textOf(record))
          contradictions.push(toldTwice(one, record, known));
        return known === undefined || record.id === "";
      });
      for (const record of one.data) if (!later.has(shortId(record.id))) later.set(shortId(record.id), record);
      // The kinds of `one` and of its records are the same; TypeScript cannot follow that through a union of kinds.
      if (data.length < one.data.length) replaced.set(one, { ...one, data } as ParsedCapture);
    }
  }
  return replaced.size === 0 ? captures : captures.map((one) => replaced.get(one) ?? one);
}

function toldTwice(
  { kind, capture: { file } }: Inspected,
  earlier: Inspected["data"][number],
  later: Inspected["data"][number],
): Contradiction {
  const name = "name" in earlier ? earlier.name : shortId(earlier.id);
  return {
    subject: kind === "docker-network-inspect" ? `network ${name}` : name,
    message: `taken twice: the later, at ${file}:${later.line}, holds; the earlier says something else`,
    sources: [earlier, later].map(({ line }) => ({ file, line })),
  };
}

/** A record without its places. */
const textOf = (record: object): string => JSON.stringify(record, (key, value) => (key === "line" ? undefined : value));
