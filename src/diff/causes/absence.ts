import { groupBy } from "../../lib/group-by.ts";
import type { Source } from "../../lib/source.ts";
import type { Host } from "../../model/host.ts";
import { hostWord } from "../../model/namespace-id.ts";
import { isReceivedBy } from "../../trace/answer.ts";
import type { Change } from "../change.ts";
import type { FlowChange } from "../flows/compare-flows.ts";
import type { PublishedService } from "../flows/targets.ts";
import { describeChange } from "./reversal.ts";

/** What brought a difference about. */
export interface Cause {
  readonly text: string;
  /** See `causes` of the published comparison. */
  readonly proof: "taken-back" | "absent" | "replaced";
  readonly before: readonly Source[];
  readonly after: readonly Source[];
}

export interface Hosts {
  readonly before: Host;
  readonly after: Host;
}

/**
 * Why a flow is there on one side only: who asks, who is asked, or who answered does not exist on the other, or the port is
 * published on one side only. Null where all of them exist on both.
 */
export function absence(flow: FlowChange, changes: readonly Change[], hosts: Hosts): Cause | null {
  const [party, destination] = [flow.from[0], flow.to[0]];
  if (party === undefined || destination === undefined) return null;
  const side = sideWithout(flow);
  if (side !== null) {
    const other = side === "before" ? "after" : "before";
    if (party.origin[side] === null) {
      const kind = party.kind === "container" ? "container" : "interface";
      return causeOf(changes, kind, party.name[other] ?? "");
    }
    const { place } = destination;
    if (place.kind === "container") {
      const name = place.container[other] ?? "";
      return (
        causeOf(changes, "container", name) ?? causeOf(changes, "endpoint", `${name} on ${place.network[other] ?? ""}`)
      );
    }
    if (place.kind === "host") return addressOfHost(changes, place.interface[other] ?? "", hosts[other]);
    return null;
  }
  return answererGone(flow, changes) ?? unpublished(flow, changes);
}

/** The side on which one of a flow's ends does not exist. */
const sideWithout = ({ before, after }: FlowChange): "before" | "after" | null =>
  before.state === "absent" ? "before" : after.state === "absent" ? "after" : null;

/** Flows that come out alike may be missing for different reasons: one for each thing that is not there. */
export function splitByAbsence(flow: FlowChange, changes: readonly Change[], hosts: Hosts): readonly FlowChange[] {
  const side = sideWithout(flow);
  if (side === null) return [flow];
  const why = (part: FlowChange) => absence(part, changes, hosts)?.text ?? "";
  const asked = (from: FlowChange["from"]): FlowChange[] =>
    [...groupBy(flow.to, (one) => why({ ...flow, from, to: [one] })).values()].map((to) => ({ ...flow, from, to }));
  return [
    ...groupBy(flow.from, (party) => (party.origin[side] === null ? why({ ...flow, from: [party] }) : null)),
  ].flatMap(([missing, from]) => (missing === null ? asked(from) : [{ ...flow, from }]));
}

/** Whoever answered on the side where somebody did does not exist on the other. */
function answererGone({ before, after }: FlowChange, changes: readonly Change[]): Cause | null {
  const open = before.state === "open" ? before : after;
  const receiver = open.answer?.deliveredTo;
  if (receiver?.kind !== "container") return null;
  const change = changes.find(
    ({ kind, thing }) =>
      thing.kind === "container" && kind !== "changed" && kind !== "replaced" && isReceivedBy(receiver, thing.name),
  );
  return change === undefined ? null : toCause(change);
}

/** The port of the host is published for another container's port now, or for none. */
function unpublished({ to: [destination] }: FlowChange, changes: readonly Change[]): Cause | null {
  if (destination?.place.kind !== "host") return null;
  const { before, after } = destination.place.publishes;
  if (before?.container === after?.container && before?.port === after?.port) return null;
  const tells = (publication: PublishedService | null, name: string) =>
    publication !== null && name.endsWith(`→ ${publication.container}:${publication.port}`);
  const { port } = destination.port;
  const found = changes.find(({ thing, formerly }) =>
    [thing, formerly].some(
      (one) =>
        one?.kind === "published-port" &&
        (tells(before, one.name) || tells(after, one.name)) &&
        one.name.includes(`:${port}/`),
    ),
  );
  return found === undefined ? null : toCause(found);
}

/** An address of the host comes and goes with its interface, which for a bridge is its network's. */
function addressOfHost(changes: readonly Change[], name: string, { networks }: Host): Cause | null {
  const network = networks.find(({ bridge }) => bridge === name);
  if (network !== undefined) return causeOf(changes, "network", network.name) ?? causeOf(changes, "bridge", name);
  const found = changes.find(
    ({ thing }) => thing.kind === "interface" && thing.within === hostWord && thing.name === name,
  );
  return found === undefined ? causeOf(changes, "bridge", name) : toCause(found);
}

function causeOf(changes: readonly Change[], kind: Change["thing"]["kind"], name: string): Cause | null {
  const found = changes.find(
    ({ thing, formerly }) => thing.kind === kind && (thing.name === name || formerly?.name === name),
  );
  return found === undefined ? null : toCause(found);
}

/** One of a flow's ends, or its network, is another of the same name: what is different about it cannot be taken back alone. */
export function replacement(
  { to: [destination], from: [party] }: FlowChange,
  changes: readonly Change[],
): Cause | null {
  const { place } = destination ?? {};
  const names = [
    ["network", place?.kind === "container" ? place.network.after : null],
    ["container", place?.kind === "container" ? place.container.after : null],
    ["container", place?.kind === "host" ? (place.publishes.after?.container ?? null) : null],
    ["container", party?.kind === "container" ? party.name.after : null],
  ] as const;
  const found = names.flatMap(([kind, name]) =>
    changes.filter((change) => change.kind === "replaced" && change.thing.kind === kind && change.thing.name === name),
  )[0];
  return found === undefined
    ? null
    : { ...toCause(found), text: `${found.thing.kind} ${found.thing.name} was replaced`, proof: "replaced" };
}

const toCause = (change: Change): Cause => ({
  text: describeChange(change),
  proof: "absent",
  before: change.before,
  after: change.after,
});
