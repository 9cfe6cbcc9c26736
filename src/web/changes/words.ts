import { visible } from "../../picture/measure.ts";
import type { Compared, ComparedFlow, ComparedOutcome } from "../worker/messages.ts";

type Party = ComparedFlow["from"][number];
type Destination = ComparedFlow["to"][number];
type Place = Compared["chains"][number]["place"];
type Both = { readonly before: string | null; readonly after: string | null };

/** The later name of what has two, with the earlier one behind it where that is another. */
export function nameOf({ before, after }: Both): string {
  if (after === null || before === null || before === after) return visible(after ?? before ?? "");
  return `${visible(after)} (was ${visible(before)})`;
}

export const partyText = (party: Party): string => `${party.kind === "outside" ? "outside " : ""}${nameOf(party)}`;

/** `web:80`, `host:8080`, `192.0.2.7:53/udp`: without the address, which several destinations of one name differ in. */
export function destinationText({ kind, name, address, protocol, port }: Destination): string {
  const place = kind === "outside" ? bracketed(nameOf(address)) : nameOf(name);
  return `${place}:${port}${protocol === "tcp" ? "" : `/${protocol}`}`;
}

/** Which of several destinations of one name it is. */
export function addressText({ kind, name, network, interface: face, address }: Destination): string {
  const where = kind === "outside" ? name : (network ?? face);
  return [nameOf(address), where === null ? "" : nameOf(where)].filter((word) => word !== "").join(" on ");
}

export const publishedText = ({ publishes }: Destination): string =>
  publishes === null || (publishes.before === null && publishes.after === null) ? "" : nameOf(publishes);

const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address);

/** What each kind of change of a flow is called; the sign stands for it where there is little room. */
export const flowKinds: Readonly<
  Record<ComparedFlow["kind"], { readonly title: string; readonly sign: string; readonly tone: string }>
> = {
  lost: { title: "Lost", sign: "−", tone: "gone" },
  gained: { title: "Gained", sign: "+", tone: "added" },
  "answered-by-another": { title: "Answered by another", sign: "~", tone: "changed" },
  "seen-differently": { title: "Seen with another client address", sign: "~", tone: "changed" },
  "fails-differently": { title: "Fails in another way", sign: "~", tone: "changed" },
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

/** A chain as people name it: `filter DOCKER-USER`, with the family and the namespace where they are not the usual ones. */
export function chainText({ namespace, family, backend, table, chain }: Place): string {
  const rules = backend === "nftables" ? `nftables ${family}` : backend === "legacy" ? "legacy " : "";
  const protocol = family === 6 && backend !== "nftables" ? "IPv6 " : "";
  const where = namespace === "host" ? "" : ` in ${visible(namespace)}`;
  return `${rules}${backend === "nftables" ? " " : ""}${protocol}${visible(table)} ${visible(chain)}${where}`;
}

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** The comparison in a few words, each with the part of the view that says more. */
export function summaryOf({
  summary,
  incomparable,
}: Compared): readonly { readonly part: string; readonly text: string }[] {
  const { flows, things, rules, findings } = summary;
  const others = flows.answeredByAnother + flows.seenDifferently + flows.failsDifferently;
  const word = (count: number, text: string) => (count === 0 ? [] : [text]);
  const list = [
    {
      part: "flows",
      words: [
        ...word(flows.lost, `${plural(flows.lost, "flow")} lost`),
        ...word(flows.gained, `${plural(flows.gained, "flow")} gained`),
        ...word(others, `${plural(others, "flow")} come out otherwise`),
      ],
    },
    {
      part: "things",
      words: [
        ...word(things.added, `${plural(things.added, "thing")} added`),
        ...word(things.removed, `${things.removed} gone`),
        ...word(things.changed + things.replaced, `${things.changed + things.replaced} changed`),
      ],
    },
    { part: "rules", words: word(rules, plural(rules, "rule")) },
    {
      part: "findings",
      words: [
        ...word(findings.new, `${plural(findings.new, "finding")} new`),
        ...word(findings.gone, `${plural(findings.gone, "finding")} gone`),
      ],
    },
    { part: "incomparable", words: word(incomparable.length, `${incomparable.length} not comparable`) },
  ];
  return list.flatMap(({ part, words }) => (words.length === 0 ? [] : [{ part, text: words.join(", ") }]));
}
