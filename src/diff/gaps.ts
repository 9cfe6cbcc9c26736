import { type CaptureKind, captureKinds } from "../captures/kinds.ts";
import type { Incomparable } from "./change.ts";
import { type Inside, lackOf, nameOf, type Place, type Side, type Sides, truncatedCapture } from "./sides.ts";
import { unlistedSysctls } from "./things/sysctls.ts";

/** Every capture that only one of the snapshots holds, or holds whole: what it tells cannot be compared. */
export function findGaps(sides: Sides): Incomparable[] {
  const [host, ...insides] = sides.places;
  return [...gapsOf(host), ...insides.flatMap(insideGaps), ...unlistedSysctls(sides)];
}

/** Of a container into which only one snapshot looked, that is said once. */
function insideGaps(place: Place): Incomparable[] {
  const [before, after] = [place.before, place.after].map((inside) => kindsInside(inside).length > 0);
  if (!before && !after) return [];
  if (before && after) return gapsOf(place);
  const why = "nothing was captured inside it";
  return [{ what: `the inside of ${nameOf(place)}`, before: before ? null : why, after: after ? null : why }];
}

const kindsInside = ({ side, netns }: Inside): readonly CaptureKind[] =>
  captureKinds.flatMap(({ id }) => (lackOf(side, id, netns) === null ? [] : [id]));

function gapsOf(place: Place): Incomparable[] {
  return captureKinds.flatMap(({ id, command }): Incomparable[] => {
    const [before, after] = [place.before, place.after].map(({ side, netns }) => lackOf(side, id, netns));
    if (before === undefined || after === undefined || (before === after && before !== truncatedCapture)) return [];
    const where = place.after.netns === null ? "" : ` inside ${nameOf(place)}`;
    return [
      { what: `${command}${where}`, before: whyOf(place.before, id, before), after: whyOf(place.after, id, after) },
    ];
  });
}

/** Why a capture is not there, or not whole; null where it is. */
function whyOf({ side, netns }: Inside, kind: CaptureKind, lack: string | null): string | null {
  if (lack === "") return null;
  if (lack === truncatedCapture) return "it was cut off";
  if (lack === null) return whyMissing(side, kind, netns);
  for (const { file, notes } of side.reports(kind, netns)) {
    const [note] = notes;
    if (note !== undefined) return `${file}:${note.line} was not understood: ${note.why}`;
  }
  return null;
}

const whyMissing = (side: Side, kind: CaptureKind, netns: string | null): string =>
  side.reports(kind, netns).find(({ why }) => why !== null)?.why ?? "it was not captured";
