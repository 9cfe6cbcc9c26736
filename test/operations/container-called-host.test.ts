import { expect, test } from "vitest";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { assertPolicy } from "../../src/operations/assert.ts";
import { compare } from "../../src/operations/compare.ts";
import { readPolicy } from "../../src/policy/read/read-policy.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { inWords } from "../support/said.ts";
import { type ContainerSpec, db, iptables, type LabWishes, labSnapshot } from "../trace/lab.ts";

/*
 * A container may be called `host`, and one `outside`: whoever asks, is asked or is told of by those words is the host itself,
 * or a machine outside. The containers are `container:host` and `container:outside`.
 */

const named = (name: string, number: number): ContainerSpec => ({ name, number, network: "app" });
const listening = (port: number) => ({
  "ss-listen": `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\ntcp   LISTEN 0      511          0.0.0.0:${port}       0.0.0.0:*          \n`,
});
const lab = (wishes: LabWishes = {}): Snapshot =>
  labSnapshot({ containers: [named("host", 2), db, named("outside", 4)], ...wishes });

const ask = (from: string, to: string, wishes?: LabWishes) => {
  const { steps, deliveredTo, sourceSeen, verdict } = inWords(makeTracer(rebuildHost(lab(wishes))).trace({ from, to }));
  return { verdict, starts: steps[0]?.namespace, ends: deliveredTo?.name ?? null, kind: deliveredTo?.kind, sourceSeen };
};

test("it has a stack of its own, and so has the host", () => {
  const { dataplane } = makeTracer(rebuildHost(lab()));
  const stacks = [...dataplane.stacks.values()].map(({ name, isHost, owner }) => ({ name, isHost, owner }));
  expect(stacks).toEqual([
    { name: "host", isHost: true, owner: null },
    { name: "container:host", isHost: false, owner: "host" },
    { name: "container:outside", isHost: false, owner: "outside" },
    { name: "db", isHost: false, owner: "db" },
  ]);
});

test("what is set inside it is no setting of the host", () => {
  const { dataplane } = makeTracer(rebuildHost(lab({ inside: { host: { sysctl: "net.ipv4.ip_forward = 0\n" } } })));
  expect([...dataplane.stacks.values()].map(({ name, sysctl }) => [name, sysctl("net.ipv4.ip_forward")])).toEqual([
    ["host", "1"],
    ["container:host", "0"],
    ["container:outside", null],
    ["db", null],
  ]);
});

test("questions are asked from it and for it", () => {
  const toDb = { verdict: "delivered", ends: "db", kind: "container" };
  expect(ask("host", "172.18.0.3:80")).toEqual({ ...toDb, starts: "host", sourceSeen: "172.18.0.1" });
  expect(ask("container:host", "172.18.0.3:80")).toEqual({
    ...toDb,
    starts: "container:host",
    sourceSeen: "172.18.0.2",
  });
  expect(ask("db", "container:host:80")).toMatchObject({ ends: "container:host", kind: "container" });
  expect(ask("db", "host:80")).toMatchObject({ ends: "host", kind: "host" });
  expect(ask("host", "container:outside:80")).toMatchObject({ ends: "container:outside", kind: "container" });
  expect(ask("host", "outside:80")).toMatchObject({ kind: "outside" });
});

const judge = (wishes: LabWishes, rule: string, sets = "") => {
  const text = `${sets}rules:\n  - ${rule}\n`;
  const [assertion] = assertPolicy(lab(wishes), readPolicy(text, "p.yml")).assertions;
  return assertion?.outcome;
};

test("rules of a policy tell the two apart", () => {
  const rules = iptables({ filter: ["-A INPUT -i br-app -j DROP"] });
  const closed = { texts: { "iptables-save": rules, "ip6tables-save": rules } };
  const wishes = { ...closed, inside: { host: listening(80) } };
  expect(judge(wishes, "deny: db -> host:80")).toBe("passed");
  expect(judge(wishes, "allow: 'db -> container:host:80'")).toBe("passed");
  expect(judge(wishes, "deny: 'db -> container:host:80'")).toBe("failed");
  expect(judge(wishes, "allow: 'db -> named:80'", "sets:\n  named: container:host\n")).toBe("passed");
  expect(judge(wishes, "allow: 'db -> h*:80'")).toBe("passed");
  expect(() => judge(wishes, "allow: 'db -> named:80'", "sets:\n  named: host\n")).toThrow(
    "p.yml:2: host is no container here; did you mean container:host?",
  );
});

test("a comparison says of which of them something changed", () => {
  const routes = (via: string) => ({
    "ip-route": `default via 172.18.0.1 dev eth0 \n172.18.0.0/16 dev eth0 scope link \n10.9.0.0/16 via ${via} dev eth0 \n`,
  });
  const before = lab({ inside: { host: { ...listening(80), ...routes("172.18.0.8") } } });
  const after = lab({ inside: { host: { ...listening(81), ...routes("172.18.0.9") } } });
  const { changes, flows } = compare(before, after);
  expect([...new Set(changes.map(({ thing }) => thing.within))]).toEqual(["container:host"]);
  const lost = flows.filter(({ kind }) => kind === "lost");
  expect(lost.length).toBeGreaterThan(0);
  expect([...new Set(lost.flatMap(({ to }) => to.map(({ kind, name }) => `${kind} ${name.before}`)))]).toEqual([
    "container host",
  ]);
});
