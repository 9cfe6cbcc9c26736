import { describe, expect, test } from "vitest";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { makeAsk } from "../../src/operations/ask.ts";
import { traceText } from "../../src/reporters/trace/text.ts";
import { answerSchema } from "../../src/results/answer.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { hostSnapshot } from "../support/fixtures.ts";
import { app, db, far, iptables, type LabWishes, labSnapshot, other, web } from "../trace/lab.ts";

const askOf = (wishes: LabWishes) => {
  const host = rebuildHost(labSnapshot(wishes));
  const ask = makeAsk(makeTracer(host));
  return (from: string, to: string) => ask({ from, to });
};

const published = { ...web, published: { 8080: 80 } };
const dnat =
  "-A PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80";
const { base6: _, ...app4 } = app;

/** A port of web that is published by a rule; nobody outside gets to a container's address. */
const usual: LabWishes = {
  networks: [app4, other],
  containers: [published, db, far],
  texts: {
    "iptables-save": iptables({
      raw: ["-A PREROUTING -d 172.18.0.2/32 ! -i br-app -j DROP", "-A PREROUTING -d 172.18.0.3/32 ! -i br-app -j DROP"],
      nat: [dnat],
    }),
    "ip6tables-save": iptables({ filter: [] }),
  },
};

const shortly = ({ ways = [] }: ReturnType<ReturnType<typeof askOf>>) =>
  ways.map(
    ({ to, kind, verdict, used, decides }) => `${to} ${kind} ${verdict}${used ? "" : " unused"}${decides ? " *" : ""}`,
  );

describe("a name that is asked for from outside", () => {
  test("stands for the published port, then for the container's own address", () => {
    for (const from of ["eth0", "outside", "203.0.113.9@eth0"]) {
      const answer = askOf(usual)(from, "web:80");
      expect(answer).toMatchObject({
        from,
        to: "web:80",
        verdict: "delivered",
        deliveredTo: { name: "web", port: 80 },
      });
      expect(shortly(answer).slice(0, 2)).toEqual([
        "192.0.2.10:8080 published delivered *",
        "172.18.0.2:80 direct dropped unused",
      ]);
      expect(answerSchema.parse(answer)).toEqual(answer);
    }
  });

  test("a number is the container's port; that of the published one is pointed out", () => {
    const answer = askOf(usual)("outside", "web:8080");
    expect(answer.verdict).toBe("dropped");
    expect(answer.because).toContain("web's port 80 is published as 8080: ask for web:80, or for host:8080");
  });

  test("what is not published is asked at its address, and that nobody publishes it is said", () => {
    const answer = askOf(usual)("outside", "db:3306");
    expect(answer).toMatchObject({ verdict: "dropped", to: "db:3306" });
    expect(answer.ways).toBeUndefined();
    expect(answer.because).toContain("it is not published");
    expect(answer.assumes).toContain("db stands for 172.18.0.3:3306 (on app)");
  });

  test("an address that people do not use decides nothing, and is named where it is open", () => {
    const closed = iptables({ raw: ["-A PREROUTING -p tcp -m tcp --dport 8080 -j DROP"], nat: [dnat] });
    const answer = askOf({ ...usual, texts: { ...usual.texts, "iptables-save": closed } })("outside", "web:80");
    expect(answer.verdict).toBe("dropped");
    expect(answer.because).toContain("who asks for 172.18.0.2:80 (on app) gets there all the same");
  });

  test("another that takes the published port is not the service", () => {
    const taken = iptables({ nat: [dnat.replace("172.18.0.2:80", "172.19.0.4:80")] });
    const answer = askOf({ ...usual, texts: { ...usual.texts, "iptables-save": taken } })("outside", "web:80");
    expect(answer).toMatchObject({ verdict: "unroutable", reason: "misrouted", deliveredTo: { name: "far" } });
    expect(answer.because).toContain("far takes what is sent to 192.0.2.10:8080 (published)");
    expect(traceText(answer, { width: 100, color: false, verbose: false })).toMatch(
      /^ {2}! 192\.0\.2\.10:8080 \(published\)/m,
    );
  });

  test("an address and the word host are one way, as before", () => {
    for (const to of ["172.18.0.2:80", "host:8080"]) expect(askOf(usual)("eth0", to).ways).toBeUndefined();
  });
});

describe("a name that is asked for by a container", () => {
  test("which can look it up is one way", () => {
    const answer = askOf(usual)("db", "web:80");
    expect(answer).toMatchObject({ verdict: "delivered" });
    expect(answer.ways).toBeUndefined();
  });

  test("of another network stands for the published port, and the name is said not to resolve", () => {
    const answer = askOf(usual)("far", "web:80");
    expect(answer).toMatchObject({ verdict: "delivered", deliveredTo: { name: "web" } });
    expect(shortly(answer)[0]).toBe("192.0.2.10:8080 published delivered *");
    expect(answer.assumes).toContain(
      "far cannot resolve web: far and web share no user-defined network; it is asked for by address",
    );
  });

  test("that nobody knows is an error that names those there are", () => {
    expect(() => askOf(usual)("outside", "nobody:80")).toThrow("containers: ");
  });
});

describe("outside", () => {
  const eth1 = [
    "3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default",
    "    link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff",
    "    inet 10.0.0.5/24 scope global eth1",
  ];
  const two: LabWishes = { ...usual, interfaces: eth1, routes: ["default via 10.0.0.1 dev eth1 metric 200"] };

  test("is by each interface with a default route, and certain where they agree", () => {
    const answer = askOf(two)("outside", "db:3306");
    expect(answer).toMatchObject({ from: "outside", verdict: "dropped" });
    expect(answer.ways?.map(({ from, to }) => `${from} ${to}`)).toEqual([
      "eth0 172.18.0.3:3306",
      "eth1 172.18.0.3:3306",
    ]);
  });

  test("is not certain where the answer may leave by another interface than the question came", () => {
    const answer = askOf(two)("outside", "web:80");
    expect(answer.verdict).toBe("unknown");
    expect(answer.because[0]).toContain("by eth0 it is delivered, by eth1 it is unknown");
    expect(answer.because.length).toBeGreaterThan(1);
  });

  test("where the interfaces differ the answer depends on which", () => {
    const byEth1 = iptables({ raw: ["-A PREROUTING -i eth1 -j DROP"], nat: [dnat] });
    const answer = askOf({ ...two, texts: { ...usual.texts, "iptables-save": byEth1 } })("outside", "web:80");
    expect(answer).toMatchObject({ verdict: "ambiguous", code: "several-outcomes" });
    expect(answer.outcomes.map(({ verdict, code }) => `${verdict} ${code}`)).toEqual([
      "delivered delivered",
      "dropped dropped-by-rule",
    ]);
    expect(answer.because.join()).toContain("by eth0 it is delivered, by eth1 it is dropped");
  });

  test("is not known where no route says by which interface strangers come", () => {
    const answer = askOf({ ...usual, without: ["ip-addr", "ip-route", "ip6-route"] })("outside", "web:80");
    expect(answer).toMatchObject({ verdict: "unknown" });
    expect(answer.because.join()).toContain("ip route was not captured");
  });
});

test("on a real host the whole is what a policy's allow says", async () => {
  const host = rebuildHost(await hostSnapshot("compose-docker28"));
  const ask = makeAsk(makeTracer(host));
  const verdicts = ["mysql:3306", "grafana:3000", "cache:6379", "postgres:5432", "dns:53/udp"].map(
    (to) => ask({ from: "outside", to }).verdict,
  );
  expect(verdicts).toEqual(["delivered", "delivered", "dropped", "dropped", "delivered"]);
});
