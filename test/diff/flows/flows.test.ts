import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../../src/captures/snapshot.ts";
import { type Block, blocksOf } from "../../../src/diff/flows/classes.ts";
import { compareFlows, type FlowComparison } from "../../../src/diff/flows/compare-flows.ts";
import { hostPlaces } from "../../../src/diff/flows/host-places.ts";
import { type PeerPair, peerPairs } from "../../../src/diff/flows/peer-pairs.ts";
import { type Destination, destinationsOf } from "../../../src/diff/flows/targets.ts";
import { matchHosts } from "../../../src/diff/match/match.ts";
import { formatAddress } from "../../../src/lib/address.ts";
import type { Host } from "../../../src/model/host.ts";
import { rebuildHost } from "../../../src/operations/analyze.ts";
import { compare } from "../../../src/operations/compare.ts";
import { makeTracer } from "../../../src/trace/trace.ts";
import { changedHosts, comparisonOf } from "../../support/comparisons.ts";
import { someOf } from "../../support/extent.ts";
import { bundledHost, hostSnapshot } from "../../support/fixtures.ts";
import type { Truth } from "../../truth/compare.ts";
import { fitTruth } from "../../truth/flow-truth.ts";

const truthOf = (name: string): Truth[] =>
  readFileSync(`fixtures/hosts/${name}.truth.ndjson`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Both sides of a comparison, and who may ask for what. */
const prepare = async (before: string, after: string) =>
  prepareHosts({ before: await bundledHost(before), after: await bundledHost(after) });

function prepareHosts(hosts: { readonly before: Host; readonly after: Host }) {
  const tracers = { before: makeTracer(hosts.before), after: makeTracer(hosts.after) };
  const one = { host: hosts.before, dataplane: tracers.before.dataplane };
  const other = { host: hosts.after, dataplane: tracers.after.dataplane };
  const matching = matchHosts(hosts.before, hosts.after);
  const parties = peerPairs(one, other, matching);
  const destinations = destinationsOf(one, other, matching, parties);
  return { tracers, one, other, parties, destinations, places: hostPlaces(one, other, matching) };
}

/** Asks both sides, in blocks as `compare` does or each attempt for itself. */
async function flowsOf(
  before: string,
  after: string,
  inBlocks: boolean,
  most = Number.POSITIVE_INFINITY,
): Promise<FlowComparison> {
  return compareIn(await prepare(before, after), inBlocks, most);
}

function compareIn(
  { tracers, one, other, parties, destinations, places }: ReturnType<typeof prepareHosts>,
  inBlocks: boolean,
  most = Number.POSITIVE_INFINITY,
): FlowComparison {
  const { blocks: all } = blocksOf(one, other, parties, destinations);
  const blocks = inBlocks ? all : all.flatMap(singly);
  return compareFlows(tracers, parties, places, blocks, () => {}, most);
}

const singly = ({ from, to, key }: Block): Block[] =>
  from.flatMap((party) =>
    to.map((destination) => ({ from: [party], to: [destination], key: `${key} ${party.key} ${destination.key}` })),
  );

const attempts = (
  some: readonly { readonly kind?: string; readonly from: readonly PeerPair[]; readonly to: readonly Destination[] }[],
) =>
  some
    .flatMap(({ kind, from, to }) =>
      from.flatMap((party) => to.map(({ key }) => `${kind ?? "unknown"}: ${party.key} → ${key}`)),
    )
    .toSorted();

describe.each(someOf(changedHosts, 4))("%s and what became of it", (before, after) => {
  test("lost and gained flows are those that really were lost and gained", async () => {
    const comparison = await comparisonOf(before, after);
    const { missed, invented, found } = fitTruth(comparison, truthOf(before), truthOf(after));
    expect({ missed, invented }).toEqual({ missed: [], invented: [] });
    expect(found).toBeGreaterThan(5);
  });

  test("the other way round, what was lost is gained", async () => {
    const [there, back] = [await comparisonOf(before, after), await comparisonOf(after, before)];
    const swapped = { lost: "gained", gained: "lost" } as Readonly<Record<string, string>>;
    const read = ({ flows }: typeof there, side: "before" | "after", turn: boolean) =>
      flows
        .flatMap(({ kind, from, to }) =>
          from.flatMap((party) =>
            to.map(
              (destination) =>
                `${turn ? (swapped[kind] ?? kind) : kind} ${party[side]} ${destination.address[side]} ${destination.port}`,
            ),
          ),
        )
        .toSorted();
    expect(read(back, "after", true)).toEqual(read(there, "before", false));
  });
});

test("what is more than is tried is counted, and nothing is concluded about it", async () => {
  const pair = ["change-docker28", "change-docker28-after"] as const;
  const [whole, some] = [await flowsOf(...pair, true), await flowsOf(...pair, true, 100)];
  expect(whole.leftOut).toBe(0);
  expect(some.leftOut).toBeGreaterThan(0);
  expect(some.compared + some.leftOut).toBeGreaterThanOrEqual(whole.compared);
  expect(some.compared).toBeLessThan(whole.compared);
  expect(attempts(whole.changes)).toEqual(expect.arrayContaining(attempts(some.changes)));
});

test("of too many blocks the first are made, and it is said", async () => {
  const { one, other, parties, destinations } = await prepare("change-docker28", "change-docker28-after");
  const whole = blocksOf(one, other, parties, destinations);
  expect(whole.isWhole).toBe(true);
  const { length } = whole.blocks;
  expect(blocksOf(one, other, parties, destinations, length)).toEqual(whole);
  const some = blocksOf(one, other, parties, destinations, length - 1);
  expect(some).toEqual({ blocks: whole.blocks.slice(0, -1), isWhole: false });
});

describe("blocks of attempts come out as each attempt does", () => {
  const unlike = [
    ["inside-docker28", "dockeruser-docker28"],
    ["seed-docker28", "seed-docker20"],
    ["compose-docker28", "compose-docker29"],
    ["noicc-noproxy-docker28", "seed-docker28"],
  ] as const;
  test.each(someOf([...changedHosts, ...unlike], 8))("%s and %s", async (before, after) => {
    const [inBlocks, singles] = [await flowsOf(before, after, true), await flowsOf(before, after, false)];
    expect(attempts(inBlocks.changes)).toEqual(attempts(singles.changes));
    expect(attempts(inBlocks.unknown)).toEqual(attempts(singles.unknown));
    expect(inBlocks.compared).toBe(singles.compared);
  });
});

describe("blocks tell apart what a rule tells apart only by what it does not want", () => {
  /** The host with more rules at the top of FORWARD. */
  async function withRules(rules: readonly string[]): Promise<Host> {
    const whole = await hostSnapshot("seed-docker28");
    const captures = whole.captures.map((capture) =>
      "text" in capture && capture.kind === "iptables-save" && capture.netns === null
        ? {
            ...capture,
            text: capture.text.replace(
              /^(?=(\[\d+:\d+\] )?-A FORWARD )/m,
              rules.map((one) => `-A FORWARD ${one}\n`).join(""),
            ),
          }
        : capture,
    );
    return rebuildHost({ ...whole, captures });
  }
  const rules = [
    "! -d ADDRESS -j DROP",
    "! -s ADDRESS -j DROP",
    "! -i BRIDGE -j DROP",
    "! -o BRIDGE -j DROP",
    "-m conntrack ! --ctorigdst ADDRESS -j DROP",
    "-p tcp -m multiport --ports 80,8080 -j DROP",
    "-p tcp -m multiport --ports 80 -j DROP",
    "! -s ADDRESS -p tcp --dport 80 -j DROP",
    "! -d ADDRESS -i BRIDGE -j DROP",
    "-m conntrack ! --ctorigdstport 80 -j DROP",
    "-p tcp ! --dport 80 -j DROP",
  ];
  test.each(rules)("%s", async (rule) => {
    const before = await withRules([]);
    const [ip] = before.containers.flatMap(({ endpoints }) =>
      endpoints.flatMap(({ ipv4 }) => (ipv4 === null ? [] : [formatAddress(ipv4.address)])),
    );
    const bridge = before.networks.find((one) => one.bridge !== null && one.bridge !== "docker0")?.bridge;
    const after = await withRules([rule.replace("ADDRESS", ip ?? "").replace("BRIDGE", bridge ?? "")]);
    const prepared = prepareHosts({ before, after });
    const [inBlocks, singles] = [compareIn(prepared, true), compareIn(prepared, false)];
    expect(singles.changes.length).toBeGreaterThan(0);
    expect(attempts(inBlocks.changes)).toEqual(attempts(singles.changes));
  });
});

describe("what only one snapshot holds", () => {
  test("changes no flow, whichever capture it is", async () => {
    const whole = await hostSnapshot("seed-docker28");
    const kinds = [...new Set(whole.captures.map(({ kind, netns }) => `${kind}${netns === null ? "" : " inside"}`))];
    for (const gone of someOf(kinds, 16)) {
      const less: Snapshot = {
        ...whole,
        captures: whole.captures.filter(({ kind, netns }) => `${kind}${netns === null ? "" : " inside"}` !== gone),
      };
      for (const { flows } of [compare(whole, less), compare(less, whole)])
        expect({ gone, flows }).toEqual({ gone, flows: [] });
    }
  });
});
