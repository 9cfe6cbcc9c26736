import { describe, expect, test } from "vitest";
import { bundledHost } from "../../support/fixtures.ts";
import { compareHosts, sayAll } from "../../support/say-changes.ts";

const differs = async (before: string, after: string) =>
  compareHosts(await bundledHost(before), await bundledHost(after));

describe("a change window (a container removed, one made, a network made, another address, two rules)", () => {
  const things = [
    "removed container legacy",
    "added container worker",
    "added network jobs; driver: none → bridge; subnets: none → 10.20.9.0/24",
    "changed endpoint api on backend; IPv4 address: 10.20.0.3/24 → 10.20.0.77/24",
    "removed endpoint legacy on frontend; IPv4 address: 10.20.1.3/24 → none",
    "added endpoint queue on jobs; IPv4 address: none → 10.20.9.3/24",
    "added endpoint worker on jobs; IPv4 address: none → 10.20.9.2/24",
    "removed published-port 0.0.0.0:21/tcp → legacy:21",
    "removed published-port [::]:21/tcp → legacy:21",
  ];
  const byHand = [
    "host filter DOCKER-USER: added 1 -A DOCKER-USER -s 192.168.50.20/32 -i eth0 -p tcp -m conntrack --ctorigdstport 8080 -j RETURN",
    "host filter DOCKER-USER: added 2 -A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8080 -j DROP",
  ];

  test.each(["docker28", "docker29"])("%s", async (engine) => {
    const found = await differs(`change-${engine}`, `change-${engine}-after`);
    const said = sayAll({ ...found, chains: [] });
    expect(said).toEqual(things);
    const rules = sayAll({ ...found, changes: [] });
    expect(rules).toEqual(expect.arrayContaining(byHand));
    // What the engine did with its own rules for it: every one is of what was changed.
    const ofIt = /10\.20\.0\.77|10\.20\.1\.3|10\.20\.9\.|--dport 21 | br-[0-9a-f]{12}/;
    for (const line of rules.filter((each) => !byHand.includes(each))) expect(line).toMatch(ofIt);
    expect(rules.filter((line) => line.includes(": changed "))).toEqual([
      expect.stringContaining("; -d: 10.20.0.3/32 → 10.20.0.77/32"),
      expect.stringContaining("; --to-destination: 10.20.0.3:8080 → 10.20.0.77:8080"),
      expect.stringContaining("; -d: 10.20.0.3/32 → 10.20.0.77/32"),
    ]);
    expect(rules.filter((line) => / moved /.test(line))).toEqual([]);
  });
});

describe("a flushed firewall (policy DROP, FORWARD and nat emptied)", () => {
  test.each(["docker20", "docker28", "docker29"])("%s", async (engine) => {
    const found = await differs(`flushed-${engine}`, `flushed-${engine}-after`);
    expect(found.changes).toEqual([]);
    expect(found.incomparable).toEqual([]);
    const chains = found.chains.map(({ place, kind }) => `${kind} ${place.table} ${place.chain}`);
    const nat = ["DOCKER", "OUTPUT", "POSTROUTING", "PREROUTING"].map((chain) => `changed nat ${chain}`);
    expect(chains).toEqual(["changed filter FORWARD", ...nat]);
    for (const { edits, lines } of found.chains) {
      expect(new Set(edits.map(({ kind }) => kind))).toEqual(new Set(["removed"]));
      expect(edits).toHaveLength(lines.before.length);
      expect(lines.after).toEqual([]);
    }
  });
});
