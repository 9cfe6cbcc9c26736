import { groupBy } from "../../lib/group-by.ts";
import { onceFor } from "../../lib/once-for.ts";
import type { CaptureReport, Host } from "../host.ts";

const byPlace = onceFor((host: Host) => groupBy(host.captures, ({ netns }) => netns));

/** The captures of a container's namespace, or of the host itself (null), in the order in which the host has them. */
export const capturesOf = (host: Host, netns: string | null): readonly CaptureReport[] =>
  byPlace(host).get(netns) ?? [];
