import { describe, expect, test } from "vitest";
import { compare } from "../../src/compare.ts";
import { hostSnapshot } from "../support/fixtures.ts";

/** For each cause how many flows it lost and gained. */
async function causesOf(before: string, after: string): Promise<Record<string, string>> {
  const { flows, causes } = compare(await hostSnapshot(before), await hostSnapshot(after));
  const counts = new Map<string, Map<string, number>>();
  for (const { kind, from, to, cause } of flows) {
    const name = cause === null ? "not named" : `${causes[cause]?.proof}: ${causes[cause]?.text}`;
    const kinds = counts.get(name) ?? new Map<string, number>();
    kinds.set(kind, (kinds.get(kind) ?? 0) + from.length * to.length);
    counts.set(name, kinds);
  }
  return Object.fromEntries(
    [...counts].map(([name, kinds]) => [name, [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ")]),
  );
}

describe("causes", () => {
  test("of a change window: what was removed, added and connected, and the rule that shut a port", async () => {
    expect(await causesOf("change-docker28", "change-docker28-after")).toEqual({
      "absent: container legacy was removed": "59 lost",
      "taken-back: rule 2 of DOCKER-USER was added": "8 lost",
      "absent: container worker was added": "25 gained",
      "absent: endpoint queue on jobs was added": "2 gained",
      "absent: network jobs was added": "19 gained",
    });
  });

  test("of a flushed firewall: the fewest rules without which it does not work", async () => {
    expect(await causesOf("flushed-docker28", "flushed-docker28-after")).toEqual({
      "taken-back: rule 2 of filter FORWARD was removed": "2 lost",
      "taken-back: 2 rules of filter FORWARD were removed and 2 rules of nat POSTROUTING were removed": "12 lost",
      "taken-back: rule 1 of nat OUTPUT was removed and 4 rules of nat DOCKER were removed": "2 seen-differently",
      "taken-back: rule 1 of nat PREROUTING was removed, 2 rules of filter FORWARD were removed and 4 rules of nat DOCKER were removed":
        "12 seen-differently",
    });
  });
});
