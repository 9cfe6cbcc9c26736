import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Content } from "../../picture/content.ts";
import { drawPicture } from "../../picture/draw.ts";
import { layOutContent } from "../../picture/layout.ts";
import type { Picture } from "../../picture/picture.ts";
import { wayThrough } from "../../picture/route-line.ts";
import { useGradually } from "../use-gradually.ts";
import { Stage, type StageHandle } from "./stage.tsx";

interface Props {
  readonly content: Content;
  /** The chosen node: it is brought into sight and marked. */
  readonly chosen: string | null;
  /** The nodes that a packet passes, and whether it arrives; null draws no way. */
  readonly way: { readonly nodes: readonly string[]; readonly arrives: boolean | null } | null;
  readonly onChoose: (node: string) => void;
}

/** The host's picture, with a chosen node and the way of a packet marked in it. */
export function PictureView({ content, chosen, way, onChoose }: Props) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const stage = useRef<StageHandle>(null);
  const root = useRef<HTMLDivElement>(null);
  const [aspect, setAspect] = useState<number | null>(null);
  const picture = useMemo(
    () => (aspect === null ? null : layOutContent(content, { aspect, opened: unfolded })),
    [content, unfolded, aspect],
  );
  const { nodes, isWhole } = useGradually(useMemo(() => (picture === null ? null : drawPicture(picture)), [picture]));
  useEffect(() => {
    const { clientWidth = 1, clientHeight = 1 } = root.current ?? {};
    setAspect(Math.min(2.2, Math.max(0.5, (clientWidth - 180) / Math.max(1, clientHeight))));
  }, []);
  const drawnWay = useMemo(
    () => (picture === null || way === null ? null : wayThrough(picture, way.nodes)),
    [picture, way],
  );
  useEffect(() => {
    mark(root.current, chosen === null ? null : new Set([chosen]), "chosen");
    if (chosen === null || picture === null || !isWhole) return;
    const folded = foldHolding(picture, chosen);
    if (folded !== null) setUnfolded((before) => new Set([...before, folded]));
    else stage.current?.show(chosen);
  }, [chosen, picture, isWhole]);
  useEffect(() => mark(root.current, way === null ? null : new Set(way.nodes), "passed"), [way, picture, isWhole]);

  const onTarget = ({ node, fold }: { readonly node?: string; readonly fold?: string }) => {
    if (node !== undefined) onChoose(node);
    if (fold === undefined) return;
    const next = new Set(unfolded);
    if (!next.delete(fold)) next.add(fold);
    setUnfolded(next);
  };

  return (
    <div ref={root} class={`picture-view${way === null ? "" : " with-way"}`}>
      {picture !== null && (
        <Stage
          size={picture}
          label={`Network of ${picture.host.title}`}
          handle={stage}
          isWhole={isWhole}
          onChoose={onTarget}
        >
          {nodes}
          {drawnWay !== null && <Way way={drawnWay} arrives={way?.arrives ?? null} />}
        </Stage>
      )}
      <ZoomButtons stage={stage} />
    </div>
  );
}

function ZoomButtons({ stage }: { readonly stage: RefObject<StageHandle | null> }) {
  return (
    <div class="zoom">
      <button type="button" onClick={() => stage.current?.zoom(1.4)} aria-label="Zoom in">
        +
      </button>
      <button type="button" onClick={() => stage.current?.zoom(1 / 1.4)} aria-label="Zoom out">
        −
      </button>
      <button type="button" onClick={() => stage.current?.fit()} aria-label="Show all">
        ⤢
      </button>
    </div>
  );
}

function Way({
  way,
  arrives,
}: {
  readonly way: NonNullable<ReturnType<typeof wayThrough>>;
  readonly arrives: boolean | null;
}) {
  const d = way.lines.flatMap((points) => points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x} ${y}`)).join("");
  const [x, y] = way.end;
  const state = arrives === null ? "unknown" : arrives ? "arrives" : "fails";
  return (
    <g class={`way ${state}`}>
      <path class="under" d={d} />
      <path class="over" d={d} />
      <circle cx={way.start[0]} cy={way.start[1]} r={5} />
      {arrives === false ? (
        <path class="end" d={`M${x - 7} ${y - 7}l14 14m0 -14l-14 14`} />
      ) : (
        <circle class="end" cx={x} cy={y} r={6} />
      )}
    </g>
  );
}

/** Puts a class on the nodes, and takes it from all others. */
function mark(root: HTMLElement | null, nodes: ReadonlySet<string> | null, name: string): void {
  for (const element of root?.querySelectorAll<SVGElement>("[data-node]") ?? []) {
    element.classList.toggle(name, nodes?.has(element.dataset["node"] ?? "") === true);
  }
}

/** The folded group that hides a node; null when it is in sight or nowhere. */
function foldHolding({ groups }: Picture, node: string): string | null {
  const isFor = (content: { readonly node: string | null; readonly port: { readonly node: string } | null }) =>
    content.node === node || content.port?.node === node;
  const inSight = groups.some(
    ({ cells, content }) => content.node === node || cells.some(({ content }) => isFor(content)),
  );
  if (inSight) return null;
  return groups.find(({ folded, content }) => folded !== null && content.cells.some(isFor))?.content.id ?? null;
}
