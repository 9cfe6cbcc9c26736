import { formatPort, hostPart } from "../../lib/endpoint.ts";
import { visible } from "../../picture/measure.ts";
import { flowTitles } from "../../reporters/comparison/flow-sentences.ts";
import { summaryParts } from "../../reporters/comparison/summary.ts";
import type { Compared, ComparedFlow, ComparedOutcome } from "../worker/messages.ts";

type Party = ComparedFlow["from"][number];
type Destination = ComparedFlow["to"][number];
type Both = { readonly before: string | null; readonly after: string | null };

/** The later name of what has two, with the earlier one behind it where that is another. */
export function nameOf({ before, after }: Both): string {
  if (after === null || before === null || before === after) return visible(after ?? before ?? "");
  return `${visible(after)} (was ${visible(before)})`;
}

export const partyText = (party: Party): string => `${party.kind === "outside" ? "outside " : ""}${nameOf(party)}`;

/** `web:80`, `host:8080`, `192.0.2.7:53/udp`: without the address, which several destinations of one name differ in. */
export function destinationText({ kind, name, address, protocol, port }: Destination): string {
  const place = kind === "outside" ? hostPart(nameOf(address)) : nameOf(name);
  return `${place}:${formatPort({ protocol, port })}`;
}

/** Which of several destinations of one name it is. */
export function addressText({ kind, name, network, interface: iface, address }: Destination): string {
  const where = kind === "outside" ? name : (network ?? iface);
  return [nameOf(address), where === null ? "" : nameOf(where)].filter((word) => word !== "").join(" on ");
}

export const publishedText = ({ publishes }: Destination): string =>
  publishes === null || (publishes.before === null && publishes.after === null) ? "" : nameOf(publishes);

/** The sign that stands for each kind of change of a flow, in the order in which they are shown; `flowTitles` has their names. */
export const flowKinds: Readonly<
  Record<ComparedFlow["kind"], { readonly title: string; readonly sign: string; readonly tone: string }>
> = {
  lost: { title: flowTitles.lost, sign: "−", tone: "gone" },
  gained: { title: flowTitles.gained, sign: "+", tone: "added" },
  "answered-by-another": { title: flowTitles["answered-by-another"], sign: "~", tone: "changed" },
  "seen-differently": { title: flowTitles["seen-differently"], sign: "~", tone: "changed" },
  "fails-differently": { title: flowTitles["fails-differently"], sign: "~", tone: "changed" },
};

export const outcomeWord = ({ state, verdict }: ComparedOutcome, word: (verdict: string) => string): string =>
  state === "absent" || verdict === null ? "not there" : word(verdict);

/** What each kind of change of a thing is called. */
export const changeKinds: Readonly<
  Record<Compared["changes"][number]["kind"], { readonly word: string; readonly sign: string; readonly tone: string }>
> = {
  added: { word: "added", sign: "+", tone: "added" },
  removed: { word: "gone", sign: "−", tone: "gone" },
  replaced: { word: "replaced", sign: "~", tone: "changed" },
  changed: { word: "changed", sign: "~", tone: "changed" },
};

/** Headings of things, in the order in which they are shown. */
export const thingTitles: Readonly<Record<string, string>> = {
  host: "Host",
  engine: "Docker",
  container: "Containers",
  endpoint: "Containers on networks",
  "published-port": "Published ports",
  network: "Networks",
  bridge: "Bridges",
  interface: "Interfaces",
  route: "Routes",
  "policy-rule": "Policy rules",
  neighbour: "Neighbours",
  listener: "Listeners",
  sysctl: "Kernel settings",
  resolver: "Name resolution",
  ipset: "IP sets",
};

/** The comparison in a few words, each with the part of the view that says more. */
export function summaryOf(compared: Compared): readonly { readonly part: string; readonly text: string }[] {
  const { length } = compared.incomparable;
  const parts = summaryParts(compared).map(({ part, text }) => ({ part, text: visible(text, 1000) }));
  return length === 0 ? parts : [...parts, { part: "incomparable", text: `${length} not comparable` }];
}
