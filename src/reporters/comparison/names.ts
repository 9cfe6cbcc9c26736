import { formatEndpoint, formatPort } from "../../lib/endpoint.ts";
import { enumerate as enumerateFirst } from "../../lib/enumerate.ts";
import { sortedBy } from "../../lib/order.ts";
import type { DestinationReport, FlowReport, PartyReport } from "../../results/comparison.ts";

/** The side on which a flow is what the report tells about: a lost one was possible before, any other one is told as it is now. */
export type SideName = "before" | "after";

export const toldSide = (kind: FlowReport["kind"]): SideName => (kind === "lost" ? "before" : "after");

/** What is not there on that side is named as on the other. */
export const nameOn = (
  { before, after }: { readonly before: string | null; readonly after: string | null },
  side: SideName,
) => (side === "before" ? (before ?? after) : (after ?? before)) ?? "?";

/** Where what is asked for is, in people's terms: `web:80`, `host:22/udp`, `outside (eth0)`. */
export function serviceOf({ kind, name, publishes, port, protocol }: DestinationReport, side: SideName): string {
  if (kind === "outside") return `outside (${outsideName(nameOn(name, side))})`;
  if (publishes !== null && (publishes.before ?? publishes.after) !== null)
    return `${nameOn(publishes, side)}${protocol === "tcp" ? "" : `/${protocol}`}`;
  return `${nameOn(name, side)}:${formatPort({ protocol, port })}`;
}

/** A party's key says `outside eth0`. */
const outsideName = (name: string): string => name.replace(/^outside /, "");

/** How it is asked for: `192.168.50.10:8080`, and what it was before where that was another address. */
export function askedAt({ kind, address, port, protocol }: DestinationReport, side: SideName): string {
  // Who stands for all the others outside has an address that says nothing.
  if (kind === "outside") return `${port}/${protocol}`;
  const moved = address.before !== null && address.after !== null && address.before !== address.after;
  const now = moved ? address.after : nameOn(address, side);
  return `${formatEndpoint(now, formatPort({ protocol, port }))}${moved ? ` (was ${address.before})` : ""}`;
}

/** `a, b and c`; of many more than `most` words `a, b and 3 more`: one more would take as much room as saying so. */
export const enumerate = (words: readonly string[], most: number): string =>
  enumerateFirst(words, words.length === most + 1 ? words.length : most);

/** Who connects: `outside (eth0 and 192.168.50.0/24@eth0), host, api and 2 more`. */
export function senders(parties: readonly PartyReport[], side: SideName, most: number): string {
  const names = (kind: PartyReport["kind"]) =>
    sortedBy(
      parties.filter((one) => one.kind === kind).map((one) => nameOn(one, side)),
      (name) => name,
    );
  const outside = names("outside");
  return enumerate(
    [
      ...(outside.length === 0 ? [] : [`outside (${enumerate(outside, most)})`]),
      ...names("host"),
      ...names("container"),
    ],
    most,
  );
}

/** `1 flow`, `3 flows` */
