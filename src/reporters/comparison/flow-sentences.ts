import { several } from "../../lib/several.ts";
import type { FlowReport } from "../../results/comparison.ts";
import type { FlowGroup, FlowRow } from "./flow-groups.ts";
import { enumerate, nameOn, senders, toldSide } from "./names.ts";

/** What each kind of change is called above its flows. */
export const flowTitles: Readonly<Record<FlowReport["kind"], string>> = {
  lost: "Lost",
  gained: "Gained",
  "answered-by-another": "Answered by another",
  "seen-differently": "Open as before, but seen from another address",
  "fails-differently": "Closed as before, but in another way",
};

/** `DOCKER-USER rule 2, which is new, drops it: 8 flows lost` */
export function headline({ kind, reason, flows }: FlowGroup): string {
  const what = { lost: " lost", gained: " gained" }[kind as string] ?? "";
  return `${reason.text}: ${several(flows, "flow")}${what}`;
}

/** One row in a sentence; of each list at most `most` are named. */
export function sentence(kind: FlowReport["kind"], row: FlowRow, most: number): string {
  const side = toldSide(kind);
  const { from, services, asked, isAlone, remark } = row;
  const what = enumerate(joinOutside(services), most + 1);
  if (isAlone) {
    const names = from.map((one) => nameOn(one, side));
    return `${enumerate(names, most)} ${side === "before" ? "reached" : names.length === 1 ? "reaches" : "reach"} ${what}`;
  }
  const who = senders(from, side, most);
  const at = asked.length === 0 ? "" : ` at ${enumerate(asked, most)}`;
  switch (kind) {
    case "lost":
      return `From ${who}, ${what} can no longer be reached${at}`;
    case "gained":
      return `From ${who}, ${what} can now be reached${at}`;
    case "seen-differently":
      return `${what} ${remark}: from ${who}${at}`;
    case "answered-by-another":
      return `From ${who}${at}, ${remark}`;
    case "fails-differently":
      return `From ${who} to ${what}${at}`;
  }
}

/** All that is outside in one pair of brackets. */
function joinOutside(services: readonly string[]): readonly string[] {
  const [outside, others] = [services.filter(isOutside), services.filter((one) => !isOutside(one))];
  if (outside.length < 2) return services;
  const names = outside.map((one) => one.slice("outside (".length, -1));
  return [...others, `outside (${enumerate(names, 3)})`];
}

const isOutside = (service: string): boolean => /^outside \(.*\)$/.test(service);
