import type { CaptureKind } from "../../captures/kinds.ts";
import { onceFor } from "../../lib/once-for.ts";
import type { Host, Interface } from "../host.ts";
import { capturesOf } from "./captures-of.ts";

/**
 * Whether the snapshot lists every interface of the host, so that one which is not there does not exist. A list that was cut,
 * pasted in pieces or not understood proves nothing; a whole one has the loopback interface, which no namespace can lose.
 */
export function listsAllInterfaces(host: Host): boolean {
  if (!isWhole(host, ["ip-addr", "ip-link"])) return false;
  return [...hostInterfaces(host).values()].some(({ flags }) => flags.includes("LOOPBACK"));
}

/**
 * Whether `docker network inspect` holds every network: the engine makes `host` and `none` itself and lets nobody remove them,
 * and who inspects one network by its name leaves them out. (moby, daemon/network.go, `runconfig.IsPreDefinedNetwork`)
 */
export function listsAllNetworks(host: Host): boolean {
  const inspected = host.networks.filter((network) => network.inspected);
  return (
    isWhole(host, ["docker-network-inspect"]) &&
    ["host", "none"].every((own) => inspected.some(({ name }) => name === own)) &&
    !host.networks.some(({ inspected: seen, scope }) => !seen && scope !== "unknown")
  );
}

/** Whether no readable capture of these kinds was cut off or has lines that were not understood. */
export function isWhole(host: Host, kinds: readonly CaptureKind[]): boolean {
  return capturesOf(host, null)
    .filter(({ kind, state }) => state === "ok" && kinds.includes(kind))
    .every(({ truncated, notes }) => !truncated && notes.length === 0);
}

/** The host's own interfaces by name; none when they were not captured. */
export const hostInterfaces = onceFor((host: Host): ReadonlyMap<string, Interface> => {
  const interfaces = host.own.interfaces;
  return new Map(interfaces.known ? interfaces.value.map((each) => [each.name, each]) : []);
});
