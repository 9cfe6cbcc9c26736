import { formatPrefix } from "../lib/address.ts";
import type { Host, Namespace, Route } from "../model/host.ts";
import type { Reason } from "../reasons/reason.ts";
import { cutCapture } from "./cut-captures.ts";

/**
 * The routes of a listing that was cut off or narrowed, and those that must stand beside them; null where a whole listing was
 * captured, which has them all.
 */
export function completeRoutes(
  host: Host,
  namespace: Namespace,
  family: 4 | 6,
  listed: readonly Route[],
  derived: readonly Route[],
  assumes: Reason[],
): readonly Route[] | null {
  const cut = cutCapture(host, namespace, family === 4 ? ["ip-route"] : ["ip-route", "ip6-route"]);
  if (cut === null) return null;
  assumes.push({ code: "routes-cut", capture: cut, family });
  const places = new Set(listed.map(placeOf));
  return [...listed, ...derived.filter((one) => !places.has(placeOf(one)))];
}

const placeOf = ({ to, table }: Route): string => `${table} ${formatPrefix(to)}`;
