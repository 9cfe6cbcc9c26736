import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import { compare } from "../../src/operations/compare.ts";
import type { Comparison } from "../../src/results/comparison.ts";
import { hostSnapshot } from "../support/fixtures.ts";
import { nftFilter } from "../support/raw-captures.ts";
import { iptables, labSnapshot } from "../trace/lab.ts";

const causesOf = async (before: string, after: string) =>
  countCauses(compare(await hostSnapshot(before), await hostSnapshot(after)));

/** For each cause how many flows it lost and gained. */
function countCauses({ flows, causes }: Comparison): Record<string, string> {
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

  test("of addresses that went away: the network that each of them was the gateway of", () => {
    const listening = [
      "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
      'tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=7,fd=3))',
      "",
    ].join("\n");
    const texts = { "ss-listen": listening };
    const before = labSnapshot({ texts, containers: [] });
    const after = labSnapshot({ texts, containers: [], networks: [] });
    expect(countCauses(compare(before, after))).toEqual({
      "absent: network app was removed": "3 lost",
      "absent: network other was removed": "3 lost",
    });
  });

  test("of a table that was switched off", () => {
    const nft = (flags: readonly string[]) => JSON.stringify({ nftables: nftFilter(flags) });
    const rules = iptables({ filter: ["-A FORWARD -i br-other -p tcp -j DROP"] });
    const host = (flags: readonly string[]) =>
      labSnapshot({ texts: { "iptables-save": rules, "nft-ruleset": nft(flags) } });
    const causes = Object.keys(countCauses(compare(host([]), host(["dormant"]))));
    expect(causes).toEqual(["taken-back: table ip filter was switched off"]);
  });

  test("that are not found among all that was changed: how many were not sought to the end", () => {
    const chains = [":INPUT ACCEPT [0:0]", ":FORWARD ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]"];
    // Either of the two would do: no single change explains what they stop.
    const stopped = "-A FORWARD -o br-app -p tcp -j DROP";
    const rules = (others: number, isStopped = true) =>
      [
        "*mangle",
        ...chains,
        ...(isStopped ? [stopped] : []),
        "COMMIT",
        "*filter",
        ...chains,
        ...Array.from({ length: others }, (_, i) => `-A FORWARD -s 198.51.100.${i + 1}/32 -j DROP`),
        ...(isStopped ? [stopped] : []),
        "COMMIT",
        "",
      ].join("\n");
    const host = (text: string) => labSnapshot({ texts: { "iptables-save": text } });
    const [before, few, many] = [host(rules(0, false)), host(rules(0)), host(rules(130))];
    const untried = (after: Snapshot) =>
      compare(before, after).incomparable.filter(({ what }) => what.startsWith("the causes of"));
    expect(Object.keys(countCauses(compare(before, few)))).toEqual([
      "taken-back: rule 1 of filter FORWARD was added and rule 1 of mangle FORWARD was added",
    ]);
    expect(untried(few)).toEqual([]);
    expect(untried(many)).toEqual([
      { what: expect.stringMatching(/^the causes of \d+ flows$/), why: "no more attempts are made to find causes" },
    ]);
  });
});
