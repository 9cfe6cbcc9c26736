import type { ComponentChild } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { SvgElement } from "../picture/element.ts";
import { toNode } from "./svg-nodes.tsx";

/** So many elements are made, styled and laid out in one task, which takes a browser some 50 ms. */
const atOnce = 1500;

/**
 * Real elements for a drawing: a large one comes in several tasks, so that the page never stands still. What is drawn anew
 * later, when a group is opened, comes at once: taken apart it would flicker.
 */
export function useGradually(drawing: readonly SvgElement[] | null): {
  readonly nodes: readonly ComponentChild[];
  readonly isWhole: boolean;
} {
  const [shown, setShown] = useState(1);
  const batches = useMemo(() => inBatches(drawing ?? []).map((batch) => batch.map(toNode)), [drawing]);
  const isWhole = drawing !== null && shown >= batches.length;
  useEffect(() => {
    if (isWhole) setShown(Number.POSITIVE_INFINITY);
    if (drawing === null || isWhole) return;
    const timer = setTimeout(() => setShown(shown + 1), 16);
    return () => clearTimeout(timer);
  }, [drawing, isWhole, shown]);
  return { nodes: useMemo(() => batches.slice(0, shown).flat(), [batches, shown]), isWhole };
}

function inBatches(parts: readonly SvgElement[]): readonly (readonly SvgElement[])[] {
  const batches: SvgElement[][] = [];
  let room = 0;
  for (const part of parts) {
    const size = sizeOf(part);
    if (room < size) {
      batches.push([]);
      room = atOnce;
    }
    batches.at(-1)?.push(part);
    room -= size;
  }
  return batches;
}

const sizeOf = (part: SvgElement | string): number =>
  typeof part === "string" ? 0 : part.children.reduce((sum, child) => sum + sizeOf(child), 1);
