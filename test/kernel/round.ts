import { formatAddress } from "../../src/lib/address.ts";
import { makeRandom } from "../support/random.ts";
import { addressesOf, generatePackets, type Sent } from "./generate-packets.ts";
import { type Backend, generateRules, type RuleTexts } from "./generate-rules.ts";
import type { Lab } from "./lab.ts";
import { type Loaded, loadRules, unloadRules } from "./load-rules.ts";
import { agrees, decodeAll, type Observed, observe } from "./observe.ts";
import type { Entry } from "./router-conntrack.ts";
import { type Fate, fatesOf, type RouterRules } from "./router-oracle.ts";
import { encode } from "./wire.ts";

/** A packet with what was foreseen and what was seen. */
export interface Tested {
  readonly sent: Sent;
  /** The packets before it that made the connection it belongs to. */
  readonly after: readonly Sent[];
  readonly fates: readonly Fate[];
  readonly observed: Observed;
  readonly agrees: boolean;
}

export interface Round {
  readonly seed: number;
  readonly backend: Backend;
  readonly loaded: Loaded;
  readonly tested: readonly Tested[];
}

/** How long packets may take. */
const patience = 250;

/** One rule set and its packets, all made from the seed. */
export async function playRound(lab: Lab, seed: number, backend: Backend, count: number): Promise<Round> {
  const r = makeRandom(seed);
  const texts = generateRules(r, backend, `${seed}`);
  const packets = generatePackets(r, count, (seed * 1000) % 0x3fffffff || 1);
  unloadRules(lab);
  const loaded = loadRules(lab, texts);
  return { seed, backend, loaded, tested: await testPackets(lab, loaded.rules, packets) };
}

/** Loads rules given as text, and sends some packets: for shrinking a failure. */
export async function replay(
  lab: Lab,
  texts: RuleTexts,
  packets: readonly Sent[],
): Promise<Pick<Round, "loaded" | "tested">> {
  unloadRules(lab);
  const loaded = loadRules(lab, texts);
  return { loaded, tested: await testPackets(lab, loaded.rules, packets) };
}

async function testPackets(lab: Lab, rules: RouterRules, packets: readonly Sent[]): Promise<readonly Tested[]> {
  await lab.forget();
  lab.take();
  const loud = [4, 6].map((family) => isOutputOpen(rules, family));
  const first = await exchange(
    lab,
    packets.map((sent) => ({ sent, after: [], entries: [] })),
    rules,
    loud,
  );
  const replies = first.flatMap(replyTo);
  return [...first, ...(await exchange(lab, replies, rules, loud))];
}

interface Planned {
  readonly sent: Sent;
  readonly after: readonly Sent[];
  readonly entries: readonly Entry[];
}

async function exchange(
  lab: Lab,
  planned: readonly Planned[],
  rules: RouterRules,
  loud: readonly boolean[],
): Promise<Tested[]> {
  for (const { sent } of planned) lab.send(sent.machine, sent.wire.family, sent.uid, encode(sent.wire));
  await lab.settle(planned.length === 0 ? 0 : patience);
  const seen = decodeAll(lab.take());
  return planned.map(({ sent, after, entries }) => {
    const fates = fatesOf(sent, rules, entries);
    const observed = observe(sent, seen);
    const isLoud = (loud[sent.wire.family === 4 ? 0 : 1] ?? false) && sent.machine !== "router";
    return { sent, after, fates, observed, agrees: fates.some((fate) => agrees(observed, fate, isLoud)) };
  });
}

/** Whether what the router itself says (a rejection) certainly gets out: no rule of its output chains could stop it. */
function isOutputOpen(rules: RouterRules, family: number): boolean {
  return rules.tables
    .filter((table) => table.family === family)
    .flatMap(({ baseChains }) => baseChains)
    .filter(({ hook }) => hook === "output" || hook === "postrouting")
    .every(({ chain, policy }) => policy === "accept" && chain.rules.length === 0);
}

/** The answer to a packet that arrived as foreseen: it is sent back the way it was seen to come. */
function replyTo({ sent, fates, observed, agrees: fine }: Tested): Planned[] {
  const [fate, ...others] = fates;
  if (!fine || fate?.kind !== "arrives" || others.length > 0 || observed.kind !== "arrived") return [];
  const { wire } = sent;
  const { packet } = observed;
  if (fate.machine === "router" || wire.protocol === 132 || (wire.protocol === 6 && wire.flags !== 2)) return [];
  if ((wire.protocol === 1 && wire.type !== 8) || (wire.protocol === 58 && wire.type !== 128)) return [];
  if (addressesOf(fate.machine, wire.family).includes(packet.source)) return [];
  // What conntrack chose out of a range is known now.
  const exact = (port: number) => ({ from: port, to: port });
  const hasPorts = fate.packet.sourcePort !== null;
  const entry: Entry | null = fate.entry && {
    ...fate.entry,
    reply: {
      ...fate.entry.reply,
      sourcePort: hasPorts ? exact(packet.destinationPort) : null,
      destinationPort: hasPorts ? exact(packet.sourcePort) : null,
    },
  };
  const back: Sent = {
    machine: fate.machine,
    uid: 0,
    wire: {
      ...wire,
      source: formatAddress(fate.packet.destination),
      destination: formatAddress(fate.packet.source),
      // ICMP's id is the same both ways, and NAT may have changed it.
      sourcePort: hasPorts ? packet.destinationPort : packet.sourcePort,
      destinationPort: hasPorts ? packet.sourcePort : 0,
      type: wire.protocol === 1 ? 0 : wire.protocol === 58 ? 129 : 0,
      flags: wire.protocol === 6 ? 0x12 : 0,
      // A ping is answered with the type of service that it came with.
      tos: wire.protocol === 1 || wire.protocol === 58 ? packet.tos : wire.tos,
      ttl: 64,
      id: wire.id + 0x40000000,
      acknowledges: wire.id + 1,
    },
  };
  return [{ sent: back, after: [sent], entries: entry === null ? [] : [entry] }];
}
