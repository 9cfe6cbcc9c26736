import { expect, test } from "vitest";
import type { CaptureKind } from "../../src/captures/kinds.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { inWords } from "../support/said.ts";
import { type LabWishes, labSnapshot } from "../trace/lab.ts";

/** The answer where one capture is cut off after as many lines. */
function askCut(kind: CaptureKind, lines: number, wishes: LabWishes, from: string, to: string) {
  const whole = labSnapshot(wishes);
  const captures = whole.captures.map((one) =>
    one.state === "ok" && one.kind === kind
      ? { ...one, text: `${one.text.split("\n").slice(0, lines).join("\n")}\n`, truncated: true }
      : one,
  ) satisfies Snapshot["captures"];
  return inWords(makeTracer(rebuildHost({ ...whole, captures })).trace({ from, to }));
}

test("policy rules that a cut listing lacks are the kernel's own, and that is said", () => {
  const texts = {
    "ip-rule": "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n",
  };
  const { verdict, assumes } = askCut("ip-rule", 1, { texts }, "host", "172.18.0.2:80");
  expect(verdict).toBe("delivered");
  expect(assumes).toContain(
    "ip-rule.txt is not whole: of the IPv4 policy rules that it may lack there are only the kernel's own",
  );
});

test("addresses that a cut listing of the host lacks are those that its routes tell of", () => {
  const texts = {
    "ip-route":
      "default via 192.0.2.1 dev eth0\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10\n172.18.0.0/24 dev br-app proto kernel scope link src 172.18.0.1\n",
  };
  const { verdict, sourceSeen, assumes } = askCut("ip-addr", 6, { texts }, "host", "172.18.0.2:80");
  expect({ verdict, sourceSeen }).toEqual({ verdict: "delivered", sourceSeen: "172.18.0.1" });
  expect(assumes).toContain(
    "host has no addresses but those in ip-addr.txt, which is not whole, and those that its routes tell of",
  );
});

test("addresses that a cut listing of a container lacks are those that the engine gave it", () => {
  const own = [
    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN",
    "    inet 127.0.0.1/8 scope host lo",
    "2: eth0@if22: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP",
  ];
  const texts = (lines: number) => ({ web: { "ip-addr": `${own.slice(0, lines).join("\n")}\n` } });
  for (const lines of [2, 3]) {
    const wishes = { inside: texts(lines), without: ["ip-addr"] as const };
    const answer = askCut("ip-addr", 9, wishes, "203.0.113.9", "172.18.0.2:80");
    expect(answer).toMatchObject({ verdict: "delivered", deliveredTo: { name: "web" } });
  }
});
