import { type End, type Flight, land } from "./flight.ts";
import type { Handed, Walk } from "./hand-over.ts";
import { sendOut, takeIn } from "./ip-layer.ts";
import { crossLink, enterFromOutside, leaveByPort } from "./link-layer.ts";
import type { Segment, Stack } from "./stack.ts";

/** More open ways than a question is worth: what is left then is unknown. */
const mostWays = 64;

/** Sends a packet from a namespace and follows it to all its possible ends. */
export function send(walk: Walk, stack: Stack, flight: Flight): readonly End[] {
  return follow(walk, sendOut(walk, stack, flight));
}

/** Lets a machine outside put a packet on a segment, and follows it to all its possible ends. */
export function receiveFromOutside(walk: Walk, segment: Segment, flight: Flight): readonly End[] {
  return follow(walk, enterFromOutside(walk, segment, flight));
}

/** Sends a packet straight out of a bridge port, past the rules of the namespace that makes it, and follows it. */
export function sendByPort(walk: Walk, stack: Stack, port: string, flight: Flight): readonly End[] {
  return follow(walk, leaveByPort(walk, stack, port, flight));
}

/** Hands packets from layer to layer until all have ended: the IP layer of a namespace, a link, the next namespace. */
function follow(walk: Walk, first: readonly Handed[]): readonly End[] {
  const ends: End[] = [];
  // The way to be followed next stands last.
  const open = first.toReversed();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === "end") ends.push(next.end);
    else if (ends.length + open.length > mostWays) ends.push(tooMany(next.flight));
    else
      for (const way of (next.kind === "departure" ? crossLink(walk, next) : takeIn(walk, next)).toReversed())
        open.push(way);
  }
  return ends;
}

function tooMany(flight: Flight): End {
  const why = `more than ${mostWays} ways are possible`;
  return land(flight, "host", { kind: "unknown", why }, why);
}
