import { type CaptureKind, captureKinds } from "../captures/kinds.ts";
import type { Source } from "../lib/source.ts";
import type { Container } from "../model/host.ts";
import { indexOf } from "../model/queries/host-index.ts";
import type { Incomparable } from "./change.ts";
import type { Pair } from "./match/match.ts";
import { capturedAs, lackOf, type NamespaceSide, type Sides, truncatedCapture } from "./match/sides.ts";
import { unlistedSysctls } from "./things/sysctls.ts";

/** Every capture that only one of the snapshots holds, or holds whole: what it tells cannot be compared. */
export function findGaps(sides: Sides): Incomparable[] {
  const { before, after, matching } = sides;
  // Of those that share a namespace each would tell the same.
  const inside = matching.containers.pairs.flatMap((pair) => insideGaps(sides, pair));
  return [
    ...gapsAt({ side: before, netns: null }, { side: after, netns: null }),
    ...new Map(inside.map((gap) => [JSON.stringify(gap), gap])).values(),
    ...matching.containers.removed.flatMap(({ name, sources }) => untold(name, before, after, sources)),
    ...matching.containers.added.flatMap(({ name, sources }) => untold(name, after, before, sources).map(turnedAround)),
    ...unlistedSysctls(sides),
  ];
}

/** Where captures were taken: on the host, or inside a container. */
interface Spot {
  readonly side: NamespaceSide;
  readonly netns: string | null;
}

type Inner = Spot & { readonly netns: string };

/** Of a container into which only one snapshot looked, that is said once. */
function insideGaps(sides: Sides, { before: one, after: other }: Pair<Container>): Incomparable[] {
  // One that does not run has no inside.
  if (one.running === false || other.running === false) return [];
  const spots = [insideOf(sides.before, one), insideOf(sides.after, other)] as const;
  const [before, after] = spots.map(isCaptured);
  if (before === after) return before === true ? gapsAt(...spots) : [];
  const why = "nothing was captured inside it";
  return [
    {
      what: `the inside of ${bothNames(...spots.map(({ netns }) => netns))}`,
      before: before ? null : why,
      after: after ? null : why,
    },
  ];
}

/** Where the inside of a container was captured: in another one whose namespace it shares, if that was looked into. */
function insideOf(side: NamespaceSide, { name, namespace }: Container): Inner {
  const own = indexOf(side.host).namespaces.get(namespace ?? "");
  return { side, netns: own === undefined || own.isHost ? name : capturedAs(side.host, own) };
}

const isCaptured = ({ side, netns }: Spot): boolean => captureKinds.some(({ id }) => lackOf(side, id, netns) !== null);

const bothNames = (...names: readonly string[]): string => [...new Set(names)].sort().join(" or ");

/** A container that only its inside tells of may be there on the other side too. */
function untold(name: string, here: NamespaceSide, there: NamespaceSide, sources: readonly Source[]): Incomparable[] {
  const lists = (["docker-inspect", "docker-ps", "docker-network-inspect"] as const).filter((kind) =>
    here.toldBy(sources).has(kind),
  );
  if (lists.some((kind) => lackOf(there, kind, null) !== null)) return [];
  return [{ what: `container ${name}`, before: null, after: "nothing there would tell of it" }];
}

const turnedAround = ({ what, before, after }: Incomparable): Incomparable => ({ what, before: after, after: before });

function gapsAt(one: Spot, other: Spot): Incomparable[] {
  return captureKinds.flatMap(({ id, command }): Incomparable[] => {
    const [before, after] = [lackOf(one.side, id, one.netns), lackOf(other.side, id, other.netns)];
    const isAsked = ![one, other].some((spot) => id === "docker-inspect" && hasNoContainers(spot));
    if (before === after || !isAsked) return [];
    const where = one.netns === null || other.netns === null ? "" : ` inside ${bothNames(one.netns, other.netns)}`;
    return [{ what: `${command}${where}`, before: whyOf(one, id, before), after: whyOf(other, id, after) }];
  });
}

/** Where there are no containers, there is nothing to inspect. */
const hasNoContainers = ({ side }: Spot): boolean =>
  side.host.containers.length === 0 && lackOf(side, "docker-ps", null) === "";

/** Why a capture is not there, or not whole; null where it is. */
function whyOf({ side, netns }: Spot, kind: CaptureKind, lack: string | null): string | null {
  if (lack === "") return null;
  if (lack === truncatedCapture) return "it was cut off";
  if (lack === null) return whyMissing(side, kind, netns);
  for (const { file, notes } of side.reports(kind, netns)) {
    const [note] = notes;
    if (note !== undefined) return `${file}:${note.line} was not understood: ${note.why}`;
  }
  return null;
}

const whyMissing = (side: NamespaceSide, kind: CaptureKind, netns: string | null): string =>
  side.reports(kind, netns).find(({ why }) => why !== null)?.why ?? "it was not captured";
