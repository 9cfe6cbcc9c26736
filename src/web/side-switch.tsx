import { visible } from "../picture/measure.ts";
import { formatRoute, type PageRoute, type ShownSide } from "./route.ts";
import type { SnapshotPair } from "./use-comparison.ts";
import type { Opened } from "./worker/messages.ts";

interface Props {
  readonly before: Opened;
  readonly after: Opened;
  readonly pair: SnapshotPair;
  readonly place: { readonly side: ShownSide | null; readonly route: PageRoute };
  /** Null where the order is given. */
  readonly onSwap: (() => void) | null;
}

/** Of two snapshots: before, after, or what changed. A view stays the same on the other side. */
export function SideSwitch({ before, after, pair, place, onSwap }: Props) {
  const { side, route } = place;
  const changes = route.view === "changes";
  const same: PageRoute = changes ? { view: "picture", node: null } : route;
  const sides = [
    ["before", "Before", before],
    ["after", "After", after],
  ] as const;
  return (
    <nav class="sides" aria-label="Snapshots">
      <ul>
        {sides.map(([one, label, opened]) => (
          <li key={one}>
            <a href={formatRoute(same, one)} aria-current={!changes && side === one ? "page" : undefined}>
              <strong>{label}</strong> <small>{visible(opened.name, 60)}</small>
            </a>
          </li>
        ))}
        <li>
          <a href={formatRoute({ view: "changes", at: null })} aria-current={changes ? "page" : undefined}>
            <strong>What changed</strong>
            {pair.state === "computing" && <small> comparing …</small>}
          </a>
        </li>
      </ul>
      {onSwap !== null && (
        <button type="button" onClick={onSwap}>
          Swap
        </button>
      )}
    </nav>
  );
}
