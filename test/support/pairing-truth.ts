import type { Snapshot } from "../../src/captures/snapshot.ts";
import type { Pairing } from "../../src/model/host.ts";
import { rebuildAgain } from "./captured.ts";

/** What is left of a snapshot in steps: each takes away more of what tells which container is behind a veth. */
export const reductions: Readonly<Record<string, (capture: Snapshot["captures"][number]) => boolean>> = {
  "without netns/": ({ netns }) => netns === null,
  "without bridge-fdb too": ({ netns, kind }) => netns === null && kind !== "bridge-fdb",
  "without ip-neigh too": ({ netns, kind }) => netns === null && !["bridge-fdb", "ip-neigh"].includes(kind),
  "with nothing but the core": ({ netns, kind }) =>
    netns === null && ["ip-addr", "brctl-show", "docker-network-inspect", "iptables-save"].includes(kind),
  "with interfaces and networks only": ({ netns, kind }) =>
    netns === null && ["ip-addr", "docker-network-inspect"].includes(kind),
};

/** The part of a snapshot whose captures pass. */
export function reduced(snapshot: Snapshot, keep: (capture: Snapshot["captures"][number]) => boolean): Snapshot {
  return { ...snapshot, captures: snapshot.captures.filter(keep) };
}

/** What `ip a` prints of interfaces that name another one by its index. */
function linkLines(text: string): { index: number; name: string; peer: number }[] {
  return [...text.matchAll(/^\s*(\d+): ([^@\s]+)@if(\d+): /gm)].map(([, index, name = "", peer]) => ({
    index: Number(index),
    name,
    peer: Number(peer),
  }));
}

/**
 * The containers behind each of the host's veths, read from the texts of `ip a` alone and not by the program: both ends
 * name each other's index. Containers that share a namespace show the same interfaces.
 */
export function pairingTruth({ captures }: Snapshot): ReadonlyMap<string, ReadonlySet<string>> {
  const texts = captures.flatMap((capture) =>
    capture.state === "ok" && capture.kind === "ip-addr"
      ? [{ netns: capture.netns, links: linkLines(capture.text) }]
      : [],
  );
  const outside = texts.filter(({ netns }) => netns === null).flatMap(({ links }) => links);
  const truth = new Map<string, Set<string>>();
  for (const { netns, links } of texts) {
    for (const { index, peer } of netns === null ? [] : links) {
      const veth = outside.find((end) => end.index === peer && end.peer === index && end.name.startsWith("veth"));
      if (veth === undefined || netns === null) continue;
      truth.set(veth.name, (truth.get(veth.name) ?? new Set()).add(netns));
    }
  }
  return truth;
}

/** What a snapshot's pairings say against the truth, in words; nothing when all are right. */
export function wrongPairings(snapshot: Snapshot, truth: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return rebuildAgain(snapshot).pairings.flatMap((pairing) => {
    const behind = truth.get(pairing.interface);
    if (behind === undefined) return [];
    return isRight(pairing, behind) ? [] : [`${JSON.stringify(pairing)} but it is ${[...behind].join(", ")}`];
  });
}

function isRight(pairing: Pairing, behind: ReadonlySet<string>): boolean {
  switch (pairing.kind) {
    case "paired":
      return behind.has(pairing.container);
    case "candidates":
      return pairing.containers.some((name) => behind.has(name));
    case "unknown":
      return true;
  }
}
