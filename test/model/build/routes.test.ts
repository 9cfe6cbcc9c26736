import { describe, expect, test } from "vitest";
import { asTexts } from "../../support/as-texts.ts";
import { hostOf, knownValue, namespaceOf } from "../../support/host-of.ts";

const text = [
  "default via 192.0.2.1 dev eth0 proto dhcp src 192.0.2.10 metric 100 ",
  "172.18.0.0/16 dev br-ed7da300a506 proto kernel scope link src 172.18.0.1 linkdown ",
  "blackhole 198.51.100.0/24 ",
  "local 192.0.2.10 dev eth0 table local proto kernel scope host src 192.0.2.10 ",
  "default via 2001:db8::1 dev eth0 metric 1024 pref medium",
  "",
].join("\n");

describe("routes", () => {
  test("of both families come from ip route show table all", () => {
    const { routes, routes6 } = namespaceOf(hostOf({ "ip_route.txt": text }));
    expect(asTexts(knownValue(routes))).toMatchObject([
      { to: "0.0.0.0/0", table: "main", metric: 100, nexthops: [{ via: "192.0.2.1", device: "eth0", weight: 1 }] },
      { to: "172.18.0.0/16", metric: 0, preferredSource: "172.18.0.1", nexthops: [{ flags: ["linkdown"] }] },
      { to: "198.51.100.0/24", type: "blackhole" },
      { to: "192.0.2.10/32", type: "local", table: "local", sources: [{ file: "ip_route.txt", line: 4 }] },
    ]);
    expect(asTexts(knownValue(routes6))).toMatchObject([{ to: "::/0", nexthops: [{ via: "2001:db8::1" }] }]);
  });

  test("that two captures list are one with two sources", () => {
    const six = "default via 2001:db8::1 dev eth0 metric 1024 pref medium\n";
    const { routes6 } = namespaceOf(hostOf({ "ip_route.txt": text, "ip6_route.txt": six }));
    expect(knownValue(routes6)).toMatchObject([
      {
        sources: [
          { file: "ip_route.txt", line: 5 },
          { file: "ip6_route.txt", line: 1 },
        ],
      },
    ]);
  });

  test("are unknown for a family that nothing lists", () => {
    const { routes, routes6, rules, neighbours } = namespaceOf(
      hostOf({ "ip6_route.txt": "default via fe80::1 dev eth0\n" }),
    );
    expect(routes).toEqual({ known: false, why: "ip-route was not captured", lacks: "ip-route" });
    expect(routes6.known).toBe(true);
    expect([rules.known, neighbours.known]).toEqual([false, false]);
  });

  test("captured twice are not twice as many, nor are rules, neighbours and sockets", () => {
    const files = {
      "ip_route.txt": text,
      "ip_rule.txt": "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n",
      "ip_neigh.txt": "172.18.0.2 dev br-ed7da300a506 lladdr 02:42:ac:12:00:02 REACHABLE\n",
      "ss_listen.txt":
        "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\ntcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*\n",
    };
    const again = Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name.replace(".txt", "-2.txt"), content]),
    );
    const counts = (host: ReturnType<typeof hostOf>) => {
      const { routes, rules, neighbours, listeners } = namespaceOf(host);
      return [routes, rules, neighbours, listeners].map((part) => knownValue<readonly unknown[]>(part).length);
    };
    expect(counts(hostOf(files))).toEqual([4, 2, 1, 1]);
    expect(counts(hostOf({ ...files, ...again }))).toEqual([4, 2, 1, 1]);
  });
});
