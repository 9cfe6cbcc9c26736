import { describe, expect, test } from "vitest";
import type { CaptureKind } from "../../src/captures/kinds.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import { assertPolicy } from "../../src/operations/assert.ts";
import { PolicyError } from "../../src/policy/policy.ts";
import { readPolicy } from "../../src/policy/read/read-policy.ts";
import { type AssertionReport, assertionsSchema } from "../../src/results/assertions.ts";
import { hostSnapshot } from "../support/fixtures.ts";
import { type ContainerSpec, db, far, iptables, type LabWishes, labSnapshot, web } from "../trace/lab.ts";

const compose = await hostSnapshot("compose-docker28");

/** How one rule comes out: its assertion, with the sets given. */
function judge(snapshot: Snapshot, rule: string, sets = ""): AssertionReport {
  const text = `${sets === "" ? "" : `sets:\n  ${sets}\n`}rules:\n  - ${rule}\n`;
  const report = assertPolicy(snapshot, readPolicy(text, "p.yml"));
  expect(assertionsSchema.parse(report)).toEqual(report);
  const [assertion] = report.assertions;
  if (assertion === undefined) throw new Error("a policy has a rule");
  return assertion;
}

const outcome = (snapshot: Snapshot, rule: string, sets?: string): string => judge(snapshot, rule, sets).outcome;
const messages = ({ problems }: AssertionReport): readonly string[] => problems.map(({ message }) => message);
const lab = (wishes: LabWishes = {}): Snapshot => labSnapshot(wishes);
const published: ContainerSpec = { ...web, published: { 8080: 80 } };

/** Sockets inside a container, as `ss -lntup` shows them. */
const listening = (...ports: readonly number[]) => ({
  "ss-listen": [
    "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process",
    ...ports.map((port) => `tcp   LISTEN 0      511          0.0.0.0:${port}       0.0.0.0:*          `),
    "",
  ].join("\n"),
});

test("whatever an interface is called, machines behind it ask", () => {
  const texts = {
    "ip-addr":
      "1: eth0@@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 192.0.2.10/24 scope global eth0@\n",
    "ip-route": "default via 192.0.2.1 dev eth0@ \n192.0.2.0/24 dev eth0@ scope link src 192.0.2.10 \n",
  };
  const { problems } = judge(lab({ texts }), "deny: outside -> host:22");
  expect(problems[0]?.asked).toEqual({ from: "198.51.100.7@eth0@", to: "192.0.2.10:22" });
});

test("what an engine gives for an address and is none is no way to ask", () => {
  const snapshot = lab();
  const captures = snapshot.captures.map((one) =>
    one.state === "ok" ? { ...one, text: one.text.replaceAll("172.18.0.2", "nowhere at all") } : one,
  );
  expect(() => judge({ ...snapshot, captures }, "deny: '* -> *:80'")).not.toThrow();
});

test("a rule about very many pairs is refused before anything is asked", () => {
  const ports = Array.from({ length: 3000 }, (_, i) => i + 1)
    .slice(0, 2999)
    .join(",");
  expect(() => judge(compose, `deny: '* -> *:${ports}'`)).toThrow(
    "p.yml:2: 167944 pairs of who asks and a port are more than the 50000 that one rule may have: make it narrower, or two",
  );
});

describe("allow", () => {
  test.each([
    ["allow: outside -> proxy:443", "passed"],
    ["allow: app -> postgres:5432", "passed"],
    ["allow: host -> postgres:5432", "passed"],
    ["allow: host -> cache:6379", "passed"],
    ["allow: outside -> dns:53/udp", "passed"],
    ["allow: 203.0.113.9 -> proxy:443", "passed"],
    ["allow: 203.0.113.9@eth0 -> 192.168.50.10:443", "passed"],
    ["allow: proxy -> outside:443", "passed"],
    ["allow: app -> outside:443", "failed"],
    ["allow: outside -> postgres:5432", "failed"],
    ["allow: grafana -> postgres:5432", "failed"],
  ])("%s: %s", (rule, expected) => {
    expect(outcome(compose, rule)).toBe(expected);
  });

  test("says which way was tried, and the rule that stands in it", () => {
    const { problems } = judge(compose, "allow: grafana -> postgres:5432");
    expect(problems).toMatchObject([
      {
        kind: "failed",
        message: "grafana does not reach postgres:5432 at 172.20.1.4:5432 (on shop_back)",
        asked: { from: "grafana", to: "172.20.1.4:5432" },
        evidence: [
          { file: "captures/iptables-save.txt", line: expect.any(Number), quote: expect.stringContaining("DROP") },
        ],
      },
    ]);
  });

  test("from outside only what is published counts, and not on the loopback", () => {
    expect(messages(judge(compose, "allow: outside -> app:3000"))).toEqual([
      "outside (eth0) has no way to app:3000: it is not published",
    ]);
    expect(messages(judge(compose, "allow: outside -> cache:6379"))).toEqual([
      "outside (eth0) has no way to cache:6379: it is published on 127.0.0.1 only",
    ]);
    // The firewall of the lab lets everything pass, and yet nobody outside knows the way to the container's own address.
    expect(outcome(lab(), "allow: outside -> far:80")).toBe("failed");
    expect(outcome(lab({ containers: [published, db, far] }), "allow: outside -> web:80")).toBe("passed");
  });

  test("addresses on the outer network count: macvlan", async () => {
    expect(outcome(await hostSnapshot("drivers-docker28"), "allow: outside -> onlan:80")).toBe("passed");
  });

  test("everybody has to reach everybody", () => {
    expect(messages(judge(compose, "allow: proxy, grafana -> app:3000"))).toEqual([
      "grafana does not reach app:3000 at 172.20.1.3:3000 (on shop_back)",
    ]);
  });

  test("docker-proxy with nobody behind it is nobody", async () => {
    const inside = await hostSnapshot("inside-docker28");
    const { outcome: ended, problems } = judge(inside, "allow: mute -> 172.18.0.1:8000");
    expect([ended, problems[0]?.because.join()]).toEqual([
      "failed",
      expect.stringContaining("docker-proxy takes the connection but"),
    ]);
  });
});

describe("deny", () => {
  test.each([
    ["deny: outside -> postgres:*", "passed"],
    ["deny: outside -> cache:*", "passed"],
    ["deny: grafana -> postgres:*", "passed"],
    ["deny: app -> outside:443", "passed"],
    ["deny: outside -> mysql:*", "failed"],
    ["deny: outside -> dns:*/udp", "failed"],
    ["deny: proxy -> outside:443", "failed"],
    ["deny: app -> postgres:5432", "failed"],
  ])("%s: %s", (rule, expected) => {
    expect(outcome(compose, rule)).toBe(expected);
  });

  test("says which ways lead there, and the rules that let it through", () => {
    const { problems } = judge(compose, "deny: outside -> mysql:*");
    expect(problems).toMatchObject([
      {
        message:
          "outside (eth0) reaches mysql:3306 at 192.168.50.10:3306 (published) and [2001:db8:50::10]:3306 (published)",
        asked: { from: "198.51.100.7@eth0", to: "192.168.50.10:3306" },
        evidence: [
          { quote: expect.stringContaining("--dport 3306 -j ACCEPT") },
          { quote: expect.stringContaining("DNAT") },
        ],
      },
    ]);
  });

  test("the own address counts even where nothing is published", () => {
    expect(messages(judge(lab(), "deny: outside -> far:80"))).toEqual([
      "outside (eth0) reaches far:80 at 172.19.0.4:80 (on other)",
    ]);
  });

  test("who gets to the kernel was let through, unless that is allowed", () => {
    const wishes: LabWishes = { inside: { far: listening(80) } };
    expect(messages(judge(lab(wishes), "deny: web -> far:81"))).toEqual([
      "web gets to far:81 at 172.19.0.4:81 (on other): nobody listens there now, and nothing keeps it away",
    ]);
    expect(outcome(lab(wishes), "deny: web -> far:81\n    refused: allowed")).toBe("passed");
    expect(outcome(lab(wishes), "deny: web -> far:80\n    refused: allowed")).toBe("failed");
    expect(outcome(lab(wishes), "deny: web -> far:*\n    refused: allowed")).toBe("failed");
  });

  test("a datagram that gets there counts, though no answer comes back", () => {
    const texts = { "iptables-save": iptables({ filter: ["-A FORWARD -s 172.19.0.4/32 -j DROP"] }) };
    expect(messages(judge(lab({ texts }), "deny: web -> far:53/udp"))).toEqual([
      "datagrams of web get to far:53/udp at 172.19.0.4:53/udp (on other), though no answer comes back",
    ]);
    expect(outcome(lab({ texts }), "deny: web -> far:53")).toBe("passed");
  });

  test("behind docker-proxy, too", async () => {
    const inside = await hostSnapshot("inside-docker28");
    const { outcome: ended, problems } = judge(inside, "deny: mute -> lo:8000");
    expect([ended, problems[0]?.message]).toEqual([
      "failed",
      expect.stringMatching(/^mute gets to lo:8000 at .*:8000 \(published\).*: nobody listens there now/),
    ]);
  });

  test("an address is not named twice", () => {
    expect(messages(judge(compose, "deny: outside -> 192.168.50.10:443"))).toEqual([
      "outside (eth0) reaches 192.168.50.10:443",
    ]);
  });

  test("a neighbour on the link counts as outside, too", () => {
    const texts = { "iptables-save": iptables({ filter: ["-A FORWARD -i eth0 ! -s 192.0.2.0/24 -j DROP"] }) };
    expect(messages(judge(lab({ texts }), "deny: outside -> far:80"))).toEqual([
      "outside (eth0) reaches far:80 at 172.19.0.4:80 (on other), as a neighbour on the link such as 192.0.2.254",
    ]);
  });

  test("the host is asked at all its addresses, and only what it takes itself is its own", () => {
    expect(messages(judge(compose, "deny: app -> host:22")).join()).toContain("app reaches host:22 at 172.20.1.1:22");
    expect(outcome(compose, "deny: host -> host:22, 80".replace(", 80", "").replace("host ->", "outside ->"))).toBe(
      "failed",
    );
    expect(outcome(compose, "deny: outside -> host:3306")).toBe("passed");
  });

  test("a container without a port is nobody to reach, and that is said", () => {
    const { outcome: ended, notes } = judge(lab({ inside: { far: listening() } }), "deny: web -> far:*");
    expect([ended, notes]).toEqual(["passed", ["far listens at no port"]]);
    expect(messages(judge(lab({ inside: { far: listening() } }), "allow: web -> far:*"))).toEqual([
      "far listens at no port",
    ]);
  });
});

describe("isolated", () => {
  test("networks that Docker keeps apart, and those that it does not", () => {
    const sets = "front: { network: shop_front }\n  watch: { network: monitoring }";
    expect(messages(judge(compose, "isolated: front, watch", sets)).join()).toContain("(published)");
    expect(outcome(compose, "isolated: front, watch\n    published: allowed", sets)).toBe("passed");
    const { outcome: ended, problems } = judge(compose, "isolated: app, postgres");
    expect(ended).toBe("failed");
    expect(problems.map(({ message }) => message)).toEqual([
      "app reaches postgres:5432 at 172.20.1.4:5432 (on shop_back)",
      "postgres reaches app:3000 at 172.20.1.3:3000 (on shop_back)",
    ]);
  });

  test("whoever is in two of the sets is in the way", () => {
    const sets = "a: [cache, grafana]\n  b: [grafana, dns]";
    expect(messages(judge(compose, "isolated: a, b", sets))).toContain("grafana is in a and in b");
  });

  test("a way to containers that listen nowhere is a way, too", () => {
    const inside = { web: listening(), db: listening() };
    expect(messages(judge(lab({ inside }), "isolated: web, db"))).toEqual([
      "web gets to db:9 at 172.18.0.3:9 (on app) and [fd00:18::3]:9 (on app): nobody listens there now, and nothing keeps it away",
      "db gets to web:9 at 172.18.0.2:9 (on app) and [fd00:18::2]:9 (on app): nobody listens there now, and nothing keeps it away",
    ]);
    expect(outcome(lab({ inside }), "isolated: web, db\n    refused: allowed")).toBe("passed");
  });

  test("three sets are three pairs", () => {
    const { problems } = judge(
      lab({ inside: { web: listening(80), db: listening(80), far: listening(80) } }),
      "isolated: web, db, far",
    );
    expect(problems).toHaveLength(6);
  });
});

describe("no-findings", () => {
  const rule = (severity: string, except = "") =>
    `no-findings: ${severity}${except === "" ? "" : `\n    except: ${except}`}`;

  /** What cannot run to its end on the bundled hosts, which have no daemon.json. */
  const withoutDaemonJson = "dockerd-tcp-unencrypted, host-resolver-unusable-by-containers";

  test("fails on findings of the severity or above, with their evidence", async () => {
    const { outcome: ended, problems } = judge(compose, rule("error"));
    expect([ended, problems[0]?.message]).toEqual([
      "failed",
      expect.stringMatching(/\[sensitive-port-published-all\]$/),
    ]);
    expect(problems[0]?.evidence[0]?.quote).not.toBe("");
    expect(outcome(compose, rule("error", `[sensitive-port-published-all, ${withoutDaemonJson}]`))).toBe("passed");
    const seed = await hostSnapshot("seed-docker28");
    expect(outcome(seed, rule("warning", `[${withoutDaemonJson}]`))).toBe("passed");
    expect(outcome(await hostSnapshot("flushed-docker28-after"), rule("error"))).toBe("failed");
  });

  test("a check that could not run leaves it open", () => {
    const {
      outcome: ended,
      problems,
      passes,
    } = judge(
      without(compose, "iptables-save", "iptables-legacy-save", "nft-ruleset"),
      rule("error", "sensitive-port-published-all"),
    );
    expect([ended, passes]).toEqual(["unknown", false]);
    expect(problems[0]?.because.join()).toContain("was not captured");
  });
});

const without = (snapshot: Snapshot, ...kinds: readonly CaptureKind[]): Snapshot => ({
  ...snapshot,
  captures: snapshot.captures.filter(({ kind }) => !kinds.includes(kind)),
});

describe("what cannot be known", () => {
  test("fails, says why, and passes where that is allowed", async () => {
    const nft = await hostSnapshot("noicc-noproxy-docker29nft");
    const open = judge(nft, "deny: o1 -> o2:80");
    expect([open.outcome, open.passes]).toEqual(["unknown", false]);
    expect(open.problems[0]).toMatchObject({
      kind: "unknown",
      message: expect.stringContaining("whether o1 reaches o2:80 at "),
    });
    expect(open.problems[0]?.because.join()).toContain("nftables");
    expect(judge(nft, "deny: o1 -> o2:80\n    unknown: allowed")).toMatchObject({ outcome: "unknown", passes: true });
    expect(outcome(nft, "allow: o1 -> o2:80")).toBe("unknown");
  });

  test("a failure is one, whatever else is unknown", () => {
    const stopped: ContainerSpec = { ...db, running: false };
    const snapshot = lab({ containers: [web, stopped, far] });
    expect(judge(snapshot, "deny: web, db -> far:80\n    unknown: allowed")).toMatchObject({
      outcome: "failed",
      passes: false,
    });
  });

  test("a container that was named and is not running", () => {
    const snapshot = lab({ containers: [web, { ...db, running: false }, far] });
    for (const rule of ["allow: web -> db:80", "deny: web -> db:80", "deny: db -> web:80", "isolated: web, db"])
      expect([rule, outcome(snapshot, rule), messages(judge(snapshot, rule))[0]]).toEqual([
        rule,
        "unknown",
        "db: it is not running",
      ]);
    const group = judge(snapshot, 'deny: "far -> *:80"');
    expect(group.notes).toEqual(["left out, since not running: db"]);
    expect(messages(group)).toEqual(["far reaches web:80 at 172.18.0.2:80 (on app)"]);
    expect(messages(judge(snapshot, 'deny: "far -> d*:80"'))).toEqual(["db: it is not running"]);
  });

  test("which ports somebody has, where nobody looked inside", () => {
    const { outcome: ended, problems } = judge(lab(), "deny: web -> far:*");
    expect([ended, problems[0]?.message]).toEqual([
      "unknown",
      expect.stringMatching(/^which ports far has is not known: /),
    ]);
    expect(judge(lab(), "isolated: web, far").assumes.join()).toContain("9/tcp stands for all ports of far");
    const one = judge(lab({ containers: [published, db, far] }), "deny: far -> web:*");
    expect(one.assumes.join()).toContain("the ports of web are those that it publishes or exposes");
  });

  test("by which interface strangers come", () => {
    const snapshot = lab({
      without: ["ip-route", "ip6-route"],
      interfaces: ["3: eth1: <UP,LOWER_UP> mtu 1500 state UP", "    inet 10.0.0.5/24 scope global eth1"],
    });
    expect(messages(judge(snapshot, "deny: outside -> web:80"))[0]).toContain(
      "outside: by which interface strangers come is in no capture",
    );
    expect(outcome(snapshot, "deny: eth1 -> web:80")).not.toBe("passed");
  });
});

test("what was assumed is listed, never silent", () => {
  const { outcome: ended, assumes } = judge(without(compose, "ip-rule"), "allow: app -> postgres:5432");
  expect(ended).toBe("passed");
  const insideless = { ...compose, captures: compose.captures.filter(({ netns }) => netns === null) };
  expect(judge(insideless, "allow: app -> postgres:5432").assumes.join()).toContain(
    "something listens on 172.20.1.4:5432/tcp of postgres",
  );
  expect(assumes).toBeDefined();
});

describe("names", () => {
  test.each([
    ["deny: proxi -> app:80", "", "2: proxi is no container here; did you mean proxy?"],
    [
      "deny: proxy -> kafka:80",
      "",
      "2: kafka is no container here; there are adminer, app, cache, dns, grafana, mysql, postgres, proxy",
    ],
    ["deny: otuside -> app:80", "", "2: otuside is no container here; did you mean outside?"],
    ["deny: web-* -> app:80", "", "2: no container's name fits web-*; there are adminer"],
    ['deny: "@fornt -> app:80"', "front: proxy", "4: @fornt is no container or set here; did you mean @front?"],
    ["deny: fornt -> app:80", "front: proxy", "4: fornt is no container here; did you mean @front?"],
    [
      "deny: proxy -> app:80",
      "proxy: [cache]",
      "4: proxy is a set (line 2) and a container: write @proxy for the set, or call it otherwise",
    ],
    ["deny: proxy -> app:80", "front: wbe", "2: wbe is no container here; there are"],
    ["deny: proxy -> app:80", "s: { project: shpo }", "2: no compose project here is called shpo; "],
    [
      "deny: proxy -> app:80",
      "s: { network: shop_bakc }",
      "2: no network here is called shop_bakc; did you mean shop_back?",
    ],
    [
      "deny: proxy -> app:80",
      "s: { network: bridge }",
      "2: the set s is empty: none of its containers is on the network bridge",
    ],
    [
      "deny: proxy -> app:80",
      "s: { network: shop_back, except: cache }",
      "2: no container of the set s here is called cache; there are adminer, app, postgres, proxy",
    ],
    [
      "deny: proxy -> app:80",
      's: { network: shop_back, except: "*" }',
      "2: the set s is empty: except: leaves nobody in it",
    ],
    ["deny: proxy -> proxy:80", "", "2: nobody asks anybody here: both sides are the same"],
    ["deny: outside -> outside:80", "", "2: nobody asks anybody here: both sides are the same"],
    ["deny: proxy -> 192.0.2.1:*", "", "2: which ports 192.0.2.1 has is in no capture: name them instead of *"],
    ["deny: 192.0.2.1@eth9 -> app:80", "", "2: 192.0.2.1@eth9: the host has no interface eth9; interfaces: "],
    ["isolated: proxy, outside", "", "2: isolated: is about containers; of outside say deny: outside -> …"],
    [
      "no-findings: error\n    except: [bridge-stp-enable]",
      "",
      "3: no check is called bridge-stp-enable; did you mean bridge-stp-enabled?",
    ],
    ["no-findings: error\n    except: [x]", "", "3: no check is called x; vethscope checks lists them"],
  ])("%s with %s: an error", (rule, given, message) => {
    const run = () => judge(compose, rule, given);
    expect(run).toThrow(PolicyError);
    expect(run).toThrow(`p.yml:${message}`);
  });

  test("groups: by project, service and network, without exceptions", () => {
    expect(messages(judge(compose, "deny: s -> proxy:80", "s: { network: shop_back, except: [proxy, a*] }"))).toEqual([
      "postgres reaches proxy:80 at 172.20.1.2:80 (on shop_back)",
    ]);
  });

  test("a wrong name in the last rule is known before the first is judged", () => {
    let asked = 0;
    const policy = readPolicy("rules:\n  - allow: app -> postgres:5432\n  - allow: nobody -> app:80\n", "p.yml");
    expect(() => assertPolicy(compose, policy, () => asked++)).toThrow("p.yml:3: nobody is no container here");
    expect(asked).toBe(0);
  });
});

test("each question is asked once, whoever asks it again", () => {
  const count = (text: string) => assertPolicy(compose, readPolicy(text, "p.yml")).questions;
  const once = count("rules:\n  - deny: app -> postgres:5432\n");
  expect(
    count("rules:\n  - deny: app -> postgres:5432\n  - allow: app -> postgres:5432\n  - isolated: app, postgres\n"),
  ).toBeLessThan(3 * once);
  expect(count("rules:\n  - deny: app -> postgres:5432\n  - deny: app -> postgres:*\n")).toBe(once);
});
