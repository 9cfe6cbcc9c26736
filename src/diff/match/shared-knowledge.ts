import type { CaptureKind } from "../../captures/kinds.ts";
import type { Capture, Snapshot } from "../../captures/snapshot.ts";
import type { Matching } from "./match.ts";

/** Two snapshots with the captures that both hold, and what was left out for it. */
export interface SharedKnowledge {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly leftOut: readonly { readonly what: string; readonly why: string }[];
}

/** Taken only where there is something to take: that one side has none is what it says, and no gap. */
const evidence = new Set<CaptureKind>(["iptables-legacy-save", "iptables-nft-save"]);

/**
 * What only one snapshot holds is left out of both, so that neither knows more than the other: a difference between their
 * answers is then one of the hosts, and never one of the collecting. The insides of a container that only one has, or that
 * runs on one side only, stay.
 */
export function sharedKnowledge(before: Snapshot, after: Snapshot, { containers }: Matching): SharedKnowledge {
  const names = new Map(containers.pairs.map((pair) => [pair.after.name, pair.before.name]));
  const halfRunning = containers.pairs.filter(
    (pair) => (pair.before.namespace === null) !== (pair.after.namespace === null),
  );
  const lonely = new Set(
    [...containers.removed, ...containers.added, ...halfRunning.flatMap((pair) => [pair.before, pair.after])].map(
      ({ name }) => name,
    ),
  );
  // Captures of both sides by the names of before.
  const keyBefore = ({ kind, netns }: Capture) => `${kind} ${netns ?? ""}`;
  const keyAfter = ({ kind, netns }: Capture) => `${kind} ${netns === null ? "" : (names.get(netns) ?? netns)}`;
  const read = ({ captures }: Snapshot, key: (capture: Capture) => string) =>
    new Set(captures.filter(({ state }) => state === "ok").map(key));
  const [left, right] = [read(before, keyBefore), read(after, keyAfter)];
  const leftOut: { what: string; why: string }[] = [];
  const narrow = (
    snapshot: Snapshot,
    key: (capture: Capture) => string,
    other: ReadonlySet<string>,
    here: string,
  ): Snapshot => {
    const captures = snapshot.captures.map((capture): Capture => {
      const { kind, netns, file } = capture;
      if (capture.state !== "ok" || other.has(key(capture)) || evidence.has(kind)) return capture;
      if (netns !== null && lonely.has(netns)) return capture;
      const where = netns === null ? "" : ` of ${netns}`;
      leftOut.push({ what: `${kind}${where}`, why: `captured only ${here}: flows are compared without it` });
      return { kind, netns, file, state: "absent", why: "the other snapshot does not hold it" };
    });
    return { ...snapshot, captures };
  };
  const narrowed = {
    before: narrow(before, keyBefore, right, "before"),
    after: narrow(after, keyAfter, left, "after"),
  };
  return { ...(leftOut.length === 0 ? { before, after } : narrowed), leftOut };
}
