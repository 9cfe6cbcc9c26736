import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CaptureKind } from "../../src/captures/kinds.ts";
import { readSnapshot } from "../../src/captures/read-snapshot.ts";
import { kindsByContent } from "../../src/captures/recognise.ts";
import { hostSnapshot } from "../support/fixtures.ts";

const parsers = join(import.meta.dirname, "../../fixtures/parsers");

/** Outputs that are read the same under either name: what the one lists the other lists, too. */
const sameReading: Readonly<Partial<Record<CaptureKind, readonly CaptureKind[]>>> = {
  // `ip route show table all` lists the routes of both families, and the back end stands in the header.
  "ip-route": ["ip6-route"],
  "iptables-legacy-save": ["iptables-save"],
  "ip6tables-legacy-save": ["ip6tables-save"],
  "iptables-nft-save": ["iptables-save"],
  "ip6tables-nft-save": ["ip6tables-save"],
  "resolved-conf": ["resolv-conf"],
};

/** Single lines, runs of lines from anywhere, and every n-th line: what a person cuts out, and what no person would. */
function subsetsOf(text: string): string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const runs = [2, 3, 5, 8, 20].flatMap((length) =>
    Array.from({ length: 12 }, (_, i) => Math.floor((i * lines.length) / 12)).map((from) =>
      lines.slice(from, from + length),
    ),
  );
  const sieves = [2, 3, 7].flatMap((step) => [0, 1].map((rest) => lines.filter((_, at) => at % step === rest)));
  const singles = lines.slice(0, 400).map((line) => [line]);
  return [...singles, ...runs, ...sieves, lines].flatMap((some) => (some.length === 0 ? [] : [`${some.join("\n")}\n`]));
}

function wronglyRead(kind: CaptureKind, text: string): string[] {
  return subsetsOf(text).flatMap((some) => {
    const [seen, ...others] = kindsByContent(some);
    const isRight =
      seen === undefined || others.length > 0 || seen === kind || sameReading[kind]?.includes(seen) === true;
    return isRight ? [] : [`${kind} read as ${seen}: ${some.slice(0, 200)}`];
  });
}

describe("a guess", () => {
  it.each([
    "compose-docker28",
    "ipv6-docker29",
    "flushed-docker20",
    "drivers-docker29nft",
    "ufw-docker28",
    "shop-docker28-3",
  ])("never takes any lines of the captures of %s for another kind", async (host) => {
    const { captures } = await hostSnapshot(host);
    expect(captures.flatMap((one) => (one.state === "ok" ? wronglyRead(one.kind, one.text) : []))).toEqual([]);
  });

  it.each(readdirSync(parsers))("never takes any lines of the examples of %s for another kind", (kind) => {
    for (const file of readdirSync(join(parsers, kind)).filter((name) => !name.endsWith(".golden.json")))
      expect(wronglyRead(kind as CaptureKind, readFileSync(join(parsers, kind, file), "utf8")), file).toEqual([]);
  });

  it.each<[string, string, readonly CaptureKind[]]>([
    ["a neighbour with its origin", "10.0.0.3 dev br0 lladdr 02:42:0a:00:00:03 STALE proto zebra\n", ["ip-neigh"]],
    ["a failed neighbour", "10.0.0.3 dev br0 FAILED proto static\n", ["ip-neigh"]],
    ["an IPv6 neighbour", "fe80::1 dev eth0 lladdr 02:42:0a:00:00:03 router REACHABLE proto kernel \n", ["ip-neigh"]],
    ["nothing but an address", "10.0.0.3 dev br0 proto static\n", ["ip-route", "ip-neigh"]],
    ["an IPv6 route without a preference", "default via fe80::1 dev eth0 metric 1024 \n", ["ip6-route"]],
    ["and one to a network", "2001:db8::/64 dev eth0 proto kernel metric 256 \n", ["ip6-route"]],
    ["an IPv6 route that goes nowhere", "unreachable fd00::/8 dev lo metric 1024 error -113\n", ["ip6-route"]],
    ["an IPv4 route by an IPv6 gateway", "default via inet6 fe80::1 dev eth0 \n", ["ip-route"]],
    ["a default route by a device", "default dev wg0 metric 50 \n", ["ip-route", "ip6-route"]],
    ["the same beside an IPv6 one", "default dev wg0 metric 50 \nfd00::/64 dev wg0 metric 256 \n", ["ip6-route"]],
    [
      "routes of both families",
      "fd00::/64 dev br0 metric 256 pref medium\n10.0.0.0/8 dev br0 scope link \n",
      ["ip-route"],
    ],
    ["rules of either family", "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n", ["ip-rule", "ip6-rule"]],
    ["IPv6 rules", "0:\tfrom all lookup local\n100:\tfrom fd00::/8 lookup 7\n", ["ip6-rule"]],
    ["IPv4 rules", "0:\tfrom all lookup local\n32767:\tfrom all lookup default\n", ["ip-rule"]],
    ["interfaces", "2: eth0: <UP> mtu 1500 qdisc fq_codel state UP\n", ["ip-addr", "ip-link"]],
    [
      "interfaces with a mode",
      "2: eth0: <UP> mtu 1500 qdisc fq_codel state UP mode DEFAULT group default\n",
      ["ip-link"],
    ],
    ["rules of IPv6 without a header", "*filter\n-A INPUT -s fe80::/10 -j ACCEPT\nCOMMIT\n", ["ip6tables-save"]],
    ["rules of IPv4 without a header", "*nat\n-A PREROUTING ! -d 127.0.0.0/8 -j DOCKER\nCOMMIT\n", ["iptables-save"]],
    [
      "rules of either family",
      "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n",
      ["iptables-save", "ip6tables-save"],
    ],
  ])("at %s", (_, text, kinds) => {
    expect(kindsByContent(text)).toEqual(kinds);
    const { captures, unread } = readSnapshot(
      new Map([
        ["a", new TextEncoder().encode(text)],
        ["daemon.json", new TextEncoder().encode("{}")],
      ]),
    );
    const [kind, ...others] = kinds;
    expect(captures.filter(({ file }) => file === "a").map((one) => one.kind)).toEqual(others.length > 0 ? [] : [kind]);
    expect(unread).toEqual(
      others.length === 0 ? [] : [{ file: "a", why: `it may be ${kinds.join(" or ")}: name its kind` }],
    );
  });

  it("at rules of both families goes by the heading that comes first", () => {
    const [four, six] = ["iptables", "ip6tables"].map(
      (name) => `# Generated by ${name}-save v1.8.9 on x\n*filter\nCOMMIT\n`,
    );
    expect(kindsByContent(`${four}${six}`)).toEqual(["iptables-save"]);
    expect(kindsByContent(`${six}${four}`)).toEqual(["ip6tables-save"]);
  });
});
