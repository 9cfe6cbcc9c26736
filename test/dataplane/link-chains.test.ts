import { describe, expect, test } from "vitest";
import { stackNamed } from "../../src/dataplane/stack-ref.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { findFlowClasses } from "../../src/reach/flow-classes/flow-classes.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { nftFilter } from "../support/raw-captures.ts";
import { ask, iptables, type LabWishes, labSnapshot } from "../trace/lab.ts";

interface ChainSpec {
  readonly family: string;
  readonly hook: string;
  readonly devices?: string | readonly string[];
  readonly policy?: string;
  readonly rules?: readonly (readonly object[])[];
  readonly version?: string;
  readonly flags?: string | readonly string[];
}

/** A rule set with one chain that drops everything, unless it says otherwise. */
function ruleset(spec: ChainSpec): string {
  const { family, hook, devices, policy = "accept", rules = [[{ drop: null }]], version = "1.1.3", flags } = spec;
  const place = { family, table: "early" };
  const members = [
    { metainfo: { version, json_schema_version: 1 } },
    { table: { family, name: "early", handle: 1, ...(flags === undefined ? {} : { flags }) } },
    {
      chain: {
        ...place,
        name: "c",
        handle: 1,
        type: "filter",
        hook,
        prio: -200,
        policy,
        ...(devices === undefined ? {} : { dev: devices }),
      },
    },
    ...rules.map((expr, i) => ({ rule: { ...place, chain: "c", handle: 2 + i, expr } })),
  ];
  return `{"nftables": [\n${members.map((member) => JSON.stringify(member)).join(",\n")}\n]}\n`;
}

const onHost = (spec: ChainSpec): LabWishes => ({ texts: { "nft-ruleset": ruleset(spec) } });

/** From → to, by the places that such a packet and its answer pass. */
const ways = {
  switched: ["web", "172.18.0.3:80"],
  "to the bridge": ["web", "172.18.0.1:22"],
  "between networks": ["far", "172.18.0.2:80"],
  "from outside": ["eth0", "192.0.2.10:22"],
  "to the outside": ["web", "198.51.100.1:443"],
  "host to container": ["host", "172.18.0.2:80"],
  "host to itself": ["host", "127.0.0.1:22"],
} as const;

const open = (wishes: LabWishes): string[] =>
  Object.entries(ways).flatMap(([name, [from, to]]) => (ask(wishes, from, to).verdict === "unknown" ? [name] : []));

describe("a chain below the IP layer makes unknown what passes it, there or back", () => {
  const inBridge = ["to the bridge", "between networks", "to the outside", "host to container"];
  test.each<[ChainSpec, string[]]>([
    [{ family: "netdev", hook: "ingress", devices: "eth0" }, ["from outside", "to the outside"]],
    [{ family: "netdev", hook: "egress", devices: "eth0" }, ["from outside", "to the outside"]],
    [{ family: "inet", hook: "ingress", devices: "eth0" }, ["from outside", "to the outside"]],
    [{ family: "netdev", hook: "ingress", devices: "eth*" }, ["from outside", "to the outside"]],
    [{ family: "netdev", hook: "ingress", devices: ["wlan0", "br-other"] }, ["between networks"]],
    [{ family: "netdev", hook: "egress", devices: "veth0000003" }, ["switched"]],
    [{ family: "netdev", hook: "ingress", devices: "lo" }, ["host to itself"]],
    [{ family: "netdev", hook: "ingress", devices: "wlan0" }, []],
    [{ family: "bridge", hook: "forward" }, ["switched"]],
    [{ family: "bridge", hook: "input" }, inBridge],
    [{ family: "bridge", hook: "output" }, inBridge],
    [{ family: "bridge", hook: "prerouting" }, ["switched", ...inBridge]],
    [{ family: "bridge", hook: "postrouting", policy: "drop", rules: [] }, ["switched", ...inBridge]],
    [{ family: "arp", hook: "input" }, [...inBridge, "from outside"]],
    [{ family: "arp", hook: "output" }, [...inBridge, "from outside"]],
  ])("%j", (spec, expected) => {
    expect(open(onHost(spec)).sort()).toEqual([...expected].sort());
  });

  test("whether or not the bridge calls iptables", () => {
    const sysctl = { "net.bridge.bridge-nf-call-iptables": 0 };
    expect(open({ ...onHost({ family: "bridge", hook: "forward" }), sysctl })).toEqual(["switched"]);
    expect(open({ ...onHost({ family: "netdev", hook: "egress", devices: "veth0000003" }), sysctl })).toEqual([
      "switched",
    ]);
  });

  test("and says which chain of which table, at which line", () => {
    const answer = ask(onHost({ family: "netdev", hook: "ingress", devices: "eth0" }), "eth0", "192.0.2.10:22");
    expect(answer.because).toEqual([
      "the chain c of table netdev early of host, at ingress of eth0 (nft-ruleset.txt:4) may decide: rules of netdev ingress are not evaluated yet",
    ]);
    expect(answer.steps.at(-1)?.sources).toEqual([{ file: "nft-ruleset.txt", line: 4 }]);
  });

  test("inside a container, too", () => {
    const inside = { web: { "nft-ruleset": ruleset({ family: "netdev", hook: "ingress", devices: "eth0" }) } };
    expect(open({ inside })).toEqual([
      "switched",
      "to the bridge",
      "between networks",
      "to the outside",
      "host to container",
    ]);
  });

  test("a VLAN's packets pass the interface that it stands on", () => {
    const vlan = [
      "30: eth0.7@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default",
      "    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff",
      "    inet 203.0.113.1/24 scope global eth0.7",
    ];
    const wishes = { interfaces: vlan, routes: ["203.0.113.0/24 dev eth0.7 proto kernel scope link src 203.0.113.1 "] };
    const chain = onHost({ family: "netdev", hook: "ingress", devices: "eth0" });
    expect(ask(wishes, "203.0.113.9@eth0.7", "203.0.113.1:22").verdict).toBe("delivered");
    expect(ask({ ...wishes, ...chain }, "203.0.113.9@eth0.7", "203.0.113.1:22").verdict).toBe("unknown");
  });
});

test("machines outside may be behind any of a bridge's foreign ports", () => {
  const tap = (number: number) => [
    `${number}: tap${number}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br-app state UNKNOWN group default`,
    `    link/ether 02:00:00:00:02:${number} brd ff:ff:ff:ff:ff:ff`,
  ];
  const chain = onHost({ family: "netdev", hook: "egress", devices: "tap41" });
  const asked = (interfaces: readonly string[]) =>
    ask({ ...chain, interfaces, without: ["brctl-show"] }, "web", "172.18.0.77:80");
  expect(asked(tap(40)).verdict).toBe("delivered");
  expect(asked([...tap(40), ...tap(41)])).toMatchObject({
    verdict: "unknown",
    because: [expect.stringContaining("tap41")],
  });
});

describe("what decides nothing leaves everything as it is", () => {
  const ip6 = { match: { op: "==", left: { payload: { protocol: "ip6", field: "saddr" } }, right: "fd00::1" } };
  test.each<ChainSpec>([
    { family: "netdev", hook: "ingress", devices: "eth0", rules: [[{ counter: { packets: 1, bytes: 2 } }]] },
    { family: "bridge", hook: "prerouting", rules: [[{ log: null }, { accept: null }]] },
    { family: "bridge", hook: "prerouting", rules: [[ip6, { drop: null }]] },
    { family: "bridge", hook: "prerouting", flags: ["dormant"] },
    { family: "netdev", hook: "ingress", version: "1.1.0" },
    { family: "inet", hook: "forward", rules: [[{ counter: null }, { accept: null }]] },
    { family: "inet", hook: "forward", policy: "drop", flags: "dormant" },
  ])("%j", (spec) => {
    expect(open(onHost(spec))).toEqual([]);
  });

  test("rules that only IPv6 packets can meet decide for those", () => {
    expect(
      ask(onHost({ family: "bridge", hook: "forward", rules: [[ip6, { drop: null }]] }), "web", "[fd00:18::3]:80")
        .verdict,
    ).toBe("unknown");
  });
});

test("nft before 1.1.0 prints no devices: any interface may be meant", () => {
  const spec = { family: "netdev", hook: "ingress", version: "1.0.6" };
  expect(open(onHost(spec)).sort()).toEqual(Object.keys(ways).sort());
  expect(ask(onHost(spec), "host", "127.0.0.1:22").because.join()).toContain("sudo nft list table netdev early");
});

describe("a table that is switched off", () => {
  const drops = { "iptables-save": iptables({ filter: ["-A FORWARD -j DROP"] }) };
  const drop = { rule: { family: "ip", table: "filter", chain: "FORWARD", handle: 2, expr: [{ drop: null }] } };
  const filter = (flags: string | readonly string[], version = "1.1.3") =>
    JSON.stringify({ nftables: [{ metainfo: { version } }, ...nftFilter(flags, drop)] });

  test.each([
    [filter([]), "dropped"],
    [filter(["owner", "persist"]), "dropped"],
    [filter("dormant"), "delivered"],
    [filter("filter", "1.0.6"), "unknown"],
    [filter("filter", "0.9.8"), "delivered"],
  ])("takes the rules of iptables in it along", (text, verdict) => {
    const answer = ask({ texts: { ...drops, "nft-ruleset": text } }, "far", "172.18.0.2:80");
    expect(answer.verdict).toBe(verdict);
    if (verdict === "unknown") expect(answer.because.join()).toContain("sudo nft list table ip filter");
  });

  test("not those of the other back end", () => {
    const texts = {
      "iptables-save": drops["iptables-save"].replace(" (nf_tables)", ""),
      "nft-ruleset": filter("dormant"),
    };
    expect(ask({ texts }, "far", "172.18.0.2:80").verdict).toBe("dropped");
  });
});

test("containers behind other ports are not alike where a chain sees only one of the ports", () => {
  const alike = (spec: ChainSpec | null) => {
    const host = rebuildHost(labSnapshot(spec === null ? {} : onHost(spec)));
    const { dataplane } = makeTracer(host);
    const { sourceClass } = findFlowClasses(dataplane, new Set([80]));
    const [web, db] = ["web", "db"].map((name) => {
      const stack = stackNamed(dataplane, name);
      return stack === null ? "" : sourceClass({ kind: "stack", stack });
    });
    return web === db;
  };
  expect(alike(null)).toBe(true);
  expect(alike({ family: "netdev", hook: "ingress", devices: "veth0000003" })).toBe(false);
});
