import { formatPrefix } from "../lib/address.ts";
import type { Host, Namespace } from "../model/host.ts";
import type { StackRoute } from "./stack.ts";

/**
 * The routes of a listing that was cut off or narrowed, and those that must stand beside them; null where a whole listing was
 * captured, which has them all.
 */
export function completeRoutes(
  host: Host,
  { id, containers }: Namespace,
  family: 4 | 6,
  listed: readonly StackRoute[],
  derived: readonly StackRoute[],
  assumes: string[],
): readonly StackRoute[] | null {
  const read = host.captures.filter(
    ({ kind, netns, state }) =>
      state === "ok" &&
      (kind === "ip-route" || (family === 6 && kind === "ip6-route")) &&
      (id === "host" ? netns === null : netns !== null && containers.includes(netns)),
  );
  const [first] = read;
  if (first === undefined || read.some(({ truncated }) => !truncated)) return null;
  assumes.push(`${first.file} is not whole: the IPv${family} routes that it may lack are derived from the addresses`);
  const places = new Set(listed.map(placeOf));
  return [...listed, ...derived.filter((one) => !places.has(placeOf(one)))];
}

const placeOf = ({ to, table }: StackRoute): string => `${table} ${formatPrefix(to)}`;
