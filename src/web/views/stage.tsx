import type { ComponentChildren, RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { bringIntoSight, fitWhole, nearest, panBy, type Size, type Viewport, zoomAt } from "../pan-zoom.ts";

/** What a view can do with its stage. */
export interface StageHandle {
  readonly fit: () => void;
  readonly zoom: (factor: number) => void;
  readonly show: (nodeId: string) => void;
}

interface Props {
  readonly size: Size;
  readonly label: string;
  readonly handle: RefObject<StageHandle | null>;
  /** Whether there is all of the picture. */
  readonly isWhole: boolean;
  readonly onChoose: (target: { readonly node?: string; readonly fold?: string }) => void;
  readonly children: ComponentChildren;
}

/** Below this scale small texts are hidden and titles grow. */
const far = 0.5;

/**
 * An SVG that can be panned and zoomed by mouse, touch and keyboard. The part in sight is set on the element itself, so
 * that moving does not draw everything anew.
 */
export function Stage({ size, label, handle, isWhole, onChoose, children }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const content = useRef<SVGGElement>(null);
  const view = useRef<Viewport | null>(null);
  // Until the reader moves the picture himself, all of it stays in sight.
  const moved = useRef(false);
  const set = useCallback((next: Viewport) => {
    view.current = next;
    const element = svg.current;
    if (element === null) return;
    // The size is asked for first: what was drawn would be laid out for the answer once more.
    element.classList.toggle("far", element.clientWidth / next.width < far);
    element.setAttribute("viewBox", `${next.x} ${next.y} ${next.width} ${next.height}`);
  }, []);
  const move = useCallback(
    (next: Viewport) => {
      moved.current = true;
      set(next);
    },
    [set],
  );

  useLayoutEffect(() => {
    const element = svg.current;
    if (element === null) return;
    const showAll = () => {
      moved.current = false;
      set(fitWhole(size, stageSize(element)));
    };
    handle.current = {
      fit: showAll,
      zoom: (factor) => {
        const now = view.current;
        if (now !== null) move(zoomAt(now, factor, now.x + now.width / 2, now.y + now.height / 2, stageSize(element)));
      },
      show: (nodeId) => {
        const target = targetsOf(element).find(({ id }) => id === nodeId);
        if (target !== undefined && view.current !== null)
          set(bringIntoSight(view.current, target, stageSize(element)));
      },
    };
    // A fold changes the size; the reader then stays where he is.
    let known = stageSize(element);
    if (view.current === null) showAll();
    content.current?.removeAttribute("display");
    const observer = new ResizeObserver(() => {
      const now = stageSize(element);
      const shown = view.current;
      if (shown === null || now.width === 0 || (now.width === known.width && now.height === known.height)) return;
      if (known.width === 0 || !moved.current) showAll();
      else
        set({
          ...shown,
          width: (shown.width * now.width) / known.width,
          height: (shown.height * now.height) / known.height,
        });
      known = now;
    });
    observer.observe(element);
    // Paper has a size of its own, and shows all.
    addEventListener("beforeprint", showAll);
    return () => {
      observer.disconnect();
      removeEventListener("beforeprint", showAll);
    };
  }, [size, handle, set, move]);

  useEffect(() => listen(svg.current, view, move), [move]);

  const onKeyDown = (event: KeyboardEvent) => {
    const element = svg.current;
    const now = view.current;
    if (element === null || now === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = [now.x + now.width / 2, now.y + now.height / 2] as const;
    if (event.key === "+" || event.key === "=") move(zoomAt(now, 1.25, ...middle, stageSize(element)));
    else if (event.key === "-") move(zoomAt(now, 0.8, ...middle, stageSize(element)));
    else if (event.key === "0") handle.current?.fit();
    else if (event.key.startsWith("Arrow")) {
      if (event.shiftKey || !moveFocus(element, event.key)) move(panBy(now, ...panStep(event.key, now)));
      else if (view.current !== null) keepFocusInSight(element, view.current, move);
    } else if (event.key === "Enter" || event.key === " ") choose(event.target, onChoose);
    else return;
    event.preventDefault();
  };

  return (
    <svg
      ref={svg}
      class="stage picture"
      role="application"
      aria-label={`${label}. Arrow keys move between things, Enter shows details, plus and minus zoom, 0 shows all.`}
      aria-busy={!isWhole}
      tabindex={0}
      onKeyDown={onKeyDown}
      onClick={(event) => choose(event.target, onChoose)}
    >
      {/* Shown when the part in sight is known, so that it is laid out but once, and not in the task that makes it. */}
      <g ref={content} display="none">
        {children}
      </g>
    </svg>
  );
}

const stageSize = (element: SVGSVGElement): Size => ({ width: element.clientWidth, height: element.clientHeight });

function choose(target: EventTarget | null, onChoose: Props["onChoose"]): void {
  const element = target instanceof Element ? target.closest<SVGElement>("[data-node],[data-fold]") : null;
  const node = element?.dataset["node"];
  const fold = element?.dataset["fold"];
  if (node !== undefined) onChoose({ node });
  else if (fold !== undefined) onChoose({ fold });
}

interface TargetBox extends Viewport {
  readonly id: string;
  readonly element: SVGElement;
}

/** Everything that can be chosen, where it is in the picture. */
function targetsOf(svg: SVGSVGElement): TargetBox[] {
  const matrix = svg.getScreenCTM()?.inverse();
  if (matrix === undefined) return [];
  return [...svg.querySelectorAll<SVGElement>("[data-node],[data-fold]")].map((element) => {
    const { left, top, width, height } = (element.querySelector(".shape,.solid") ?? element).getBoundingClientRect();
    const { x, y } = new DOMPoint(left, top).matrixTransform(matrix);
    const id = element.dataset["node"] ?? element.dataset["fold"] ?? "";
    return { id, element, x, y, width: width * matrix.a, height: height * matrix.d };
  });
}

/** Moves the focus to the nearest thing; from the stage itself to the first. False where there is none. */
function moveFocus(svg: SVGSVGElement, key: string): boolean {
  const targets = targetsOf(svg);
  const current = targets.find(({ element }) => element === document.activeElement);
  const next = current === undefined ? targets[0] : nearest(current, targets, key);
  if (next == null) return false;
  next.element.focus({ preventScroll: true });
  return true;
}

function keepFocusInSight(svg: SVGSVGElement, view: Viewport, set: (view: Viewport) => void): void {
  const target = targetsOf(svg).find(({ element }) => element === document.activeElement);
  if (target !== undefined) set(bringIntoSight(view, target, stageSize(svg)));
}

function panStep(key: string, { width, height }: Viewport): [number, number] {
  const step = { ArrowLeft: [-width, 0], ArrowRight: [width, 0], ArrowUp: [0, -height], ArrowDown: [0, height] }[key];
  const [dx = 0, dy = 0] = step ?? [];
  return [dx * 0.15, dy * 0.15];
}

/** Wheel and pointers: drag with one, pinch with two. */
function listen(svg: SVGSVGElement | null, view: { readonly current: Viewport | null }, set: (view: Viewport) => void) {
  if (svg === null) return;
  const at = (x: number, y: number) => {
    const { left, top, width, height } = svg.getBoundingClientRect();
    const now = view.current ?? { x: 0, y: 0, width: 1, height: 1 };
    return [now.x + ((x - left) / width) * now.width, now.y + ((y - top) / height) * now.height] as const;
  };
  const onWheel = (event: WheelEvent) => {
    if (view.current === null) return;
    event.preventDefault();
    const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015));
    set(zoomAt(view.current, factor, ...at(event.clientX, event.clientY), stageSize(svg)));
  };
  const pointers = new Map<number, readonly [number, number]>();
  const onDown = (event: PointerEvent) => {
    if (event.button === 0) pointers.set(event.pointerId, [event.clientX, event.clientY]);
  };
  const onMove = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    const now = view.current;
    if (before === undefined || now === null) return;
    const to = [event.clientX, event.clientY] as const;
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    const scale = now.width / Math.max(1, svg.clientWidth);
    // A click that shakes a little is no drag; only a drag takes the pointer from what is under it.
    const moved = Math.hypot(to[0] - before[0], to[1] - before[1]);
    if (!svg.hasPointerCapture(event.pointerId)) {
      if (moved < 4) return;
      svg.setPointerCapture(event.pointerId);
    }
    pointers.set(event.pointerId, to);
    if (other === undefined) return set(panBy(now, (before[0] - to[0]) * scale, (before[1] - to[1]) * scale));
    const spread = (point: readonly [number, number]) =>
      Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
    const middle = at((to[0] + other[0]) / 2, (to[1] + other[1]) / 2);
    set(zoomAt(now, spread(to) / spread(before), ...middle, stageSize(svg)));
  };
  const onUp = (event: PointerEvent) => pointers.delete(event.pointerId);
  svg.addEventListener("wheel", onWheel, { passive: false });
  svg.addEventListener("pointerdown", onDown);
  svg.addEventListener("pointermove", onMove);
  svg.addEventListener("pointerup", onUp);
  svg.addEventListener("pointercancel", onUp);
  return () => {
    svg.removeEventListener("wheel", onWheel);
    svg.removeEventListener("pointerdown", onDown);
    svg.removeEventListener("pointermove", onMove);
    svg.removeEventListener("pointerup", onUp);
    svg.removeEventListener("pointercancel", onUp);
  };
}
