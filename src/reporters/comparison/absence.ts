import type { Comparison, DestinationReport, FlowReport } from "../../results/comparison.ts";
import { nameOn, type SideName } from "./names.ts";

/** What is not there on a side, so that a flow cannot be there either: `legacy was removed`, `queue is on jobs now`. */
export interface Absent {
  readonly text: string;
  /** Whether it is a container, or only one of the ways to what is still there. */
  readonly isContainer: boolean;
}

export interface Absence {
  /** Of a flow that cannot be asked on that side. */
  readonly ofFlow: (flow: FlowReport, side: SideName) => Absent;
  /** Null when the container is there. */
  readonly ofContainer: (name: string, side: SideName) => Absent | null;
}

export function absenceOf({ changes, flows }: Comparison): Absence {
  const said = new Map<string, string>();
  for (const { kind, thing, fields } of changes) {
    if (thing.kind !== "container") continue;
    const state = fields.find(({ name }) => name === "state");
    if (kind === "added" || kind === "removed") said.set(`${kind} ${thing.name}`, `${thing.name} was ${kind}`);
    else if (state !== undefined) {
      const text = `${thing.name} is ${state.after ?? "in no known state"} (before: ${state.before ?? "in no known state"})`;
      said.set(`removed ${thing.name}`, text).set(`added ${thing.name}`, text);
    }
  }
  const lacking = { before: namesLacking(flows, "before"), after: namesLacking(flows, "after") };
  const container = (name: string, side: SideName): Absent => ({
    text:
      said.get(`${side === "after" ? "removed" : "added"} ${name}`) ??
      (side === "after" ? `${name} is no longer there` : `${name} is there now`),
    isContainer: true,
  });
  const ofContainer = (name: string, side: SideName) => (lacking[side].has(name) ? container(name, side) : null);
  const ofFlow = ({ from: [party], to: [asked] }: FlowReport, side: SideName): Absent => {
    const other = side === "after" ? "before" : "after";
    if (party !== undefined && party[side] === null) return container(nameOn(party, other), side);
    if (asked === undefined) throw new Error("a flow has a destination");
    const owner = ownerOf(asked, other);
    const absent = owner === null ? null : ofContainer(owner, side);
    if (absent !== null) return absent;
    if (asked.kind === "container" && asked.name[side] === null) return container(nameOn(asked.name, other), side);
    return { text: wayWords(asked, side), isContainer: false };
  };
  return { ofFlow, ofContainer };
}

/** The container behind it, on a side; null where it is none. */
export function ownerOf({ kind, name, publishes }: DestinationReport, side: SideName): string | null {
  if (kind === "container") return nameOn(name, side);
  return publishes?.[side]?.replace(/:\d+$/, "") ?? null;
}

/** An address at which it cannot be asked on that side. */
function wayWords({ kind, name, network, interface: iface, address }: DestinationReport, side: SideName): string {
  const other = side === "after" ? "before" : "after";
  const isGone = side === "after";
  if (kind === "container") {
    const where = network?.[other] ?? "its network";
    if (network !== null && network[side] !== null)
      return isGone
        ? `${nameOn(name, other)} no longer has ${nameOn(address, other)}`
        : `${nameOn(name, other)} has ${nameOn(address, other)} now`;
    return isGone ? `${nameOn(name, other)} is no longer on ${where}` : `${nameOn(name, other)} is on ${where} now`;
  }
  if (kind === "outside") return `${nameOn(name, other)} is ${isGone ? "no longer there" : "there now"}`;
  const where = `${nameOn(address, other)}${iface === null ? "" : ` (${nameOn(iface, other)})`}`;
  return isGone ? `the host no longer has ${where}` : `the host has ${where} now`;
}

/** Containers that cannot ask anything on a side: they are not there, or do not run. */
const namesLacking = (flows: Comparison["flows"], side: SideName): ReadonlySet<string> =>
  new Set(
    flows.flatMap(({ from }) =>
      from.flatMap((one) =>
        one.kind === "container" && one[side] === null ? [nameOn(one, side === "after" ? "before" : "after")] : [],
      ),
    ),
  );
