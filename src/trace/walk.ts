import type { Segment, Stack } from "../dataplane/types.ts";
import { sendOut, takeIn } from "./ip-layer.ts";
import { crossLink, enterFromOutside, leaveByPort } from "./link-layer.ts";
import { endPath, type PacketState, type PathEnd } from "./packet-state.ts";
import type { TraceContext, Transfer } from "./transfer.ts";

/** More open ways than a question is worth: what is left then is unknown. */
const mostWays = 64;

/** Sends a packet from a namespace and follows it to all its possible ends. */
export function send(context: TraceContext, stack: Stack, packet: PacketState): readonly PathEnd[] {
  return follow(context, sendOut(context, stack, packet));
}

/** Lets a machine outside put a packet on a segment, and follows it to all its possible ends. */
export function receiveFromOutside(context: TraceContext, segment: Segment, packet: PacketState): readonly PathEnd[] {
  return follow(context, enterFromOutside(context, segment, packet));
}

/** Sends a packet straight out of a bridge port, past the rules of the namespace that makes it, and follows it. */
export function sendByPort(context: TraceContext, stack: Stack, port: string, packet: PacketState): readonly PathEnd[] {
  return follow(context, leaveByPort(context, stack, port, packet));
}

/** Hands packets from layer to layer until all have ended: the IP layer of a namespace, a link, the next namespace. */
function follow(context: TraceContext, first: readonly Transfer[]): readonly PathEnd[] {
  const ends: PathEnd[] = [];
  // The way to be followed next stands last.
  const open = first.toReversed();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === "end") ends.push(next.end);
    else if (ends.length + open.length > mostWays) ends.push(tooMany(context, next.packet));
    else
      for (const way of (next.kind === "departure" ? crossLink(context, next) : takeIn(context, next)).toReversed())
        open.push(way);
  }
  return ends;
}

function tooMany({ dataplane }: TraceContext, packet: PacketState): PathEnd {
  return endPath(packet, dataplane.own.name, { kind: "unknown", why: { code: "ways-too-many", most: mostWays } });
}
