import { describe, expect, test } from "vitest";
import { ask, type ContainerSpec, db, far, iptables, type LabWishes, web } from "./lab.ts";

const published: ContainerSpec = { ...web, published: { 8080: 80 } };
const listening = (process: string, where = "0.0.0.0:8080") =>
  `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\ntcp   LISTEN 0      4096 ${where}      0.0.0.0:*    users:(("${process}",pid=9,fd=4))\n`;
const dnat = "-A DOCKER ! -i br-app -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80";
const engine = iptables({
  nat: [
    ":DOCKER -",
    "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
    "-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
    dnat,
  ],
});
const wishes = (more: LabWishes = {}): LabWishes => ({
  containers: [published, db, far],
  ...more,
  texts: { "iptables-save": engine, "ss-listen": listening("docker-proxy"), ...more.texts },
});

describe("docker-proxy", () => {
  test("takes over where DNAT does not reach: loopback, and the port's own bridge", () => {
    const local = ask(wishes(), "host", "127.0.0.1:8080");
    expect(local).toMatchObject({
      verdict: "delivered",
      deliveredTo: { name: "web", port: 80 },
      sourceSeen: "172.18.0.1",
    });
    expect(local.steps.map(({ kind }) => kind)).toContain("proxy");
    expect(ask(wishes(), "db", "192.0.2.10:8080")).toMatchObject({ verdict: "delivered", sourceSeen: "172.18.0.1" });
  });

  test("stands aside where DNAT does", () => {
    const answer = ask(wishes(), "192.0.2.77@eth0", "192.0.2.10:8080");
    expect(answer).toMatchObject({ verdict: "delivered", deliveredTo: { name: "web" }, sourceSeen: "192.0.2.77" });
    expect(answer.steps.map(({ kind }) => kind)).not.toContain("proxy");
  });

  test("takes the connection although it cannot pass it on", () => {
    const filter = iptables({ filter: ["-A OUTPUT -d 172.18.0.2/32 -j DROP"] });
    const answer = ask(wishes({ texts: { "iptables-save": filter } }), "host", "127.0.0.1:8080");
    expect(answer).toMatchObject({ verdict: "delivered", deliveredTo: { kind: "host" }, sourceSeen: null });
    expect(answer.because.join()).toContain("docker-proxy takes the connection but cannot pass it on");
  });

  test("is assumed when the listeners were not captured", () => {
    const answer = ask(wishes({ without: ["ss-listen"] }), "host", "127.0.0.1:8080");
    expect(answer).toMatchObject({ verdict: "delivered", deliveredTo: { name: "web" } });
    expect(answer.assumes.join()).toContain("docker-proxy listens on 8080/tcp");
  });

  test("whose container is in no capture", () => {
    const texts = { "ss-listen": listening("docker-proxy", "0.0.0.0:9999") };
    const answer = ask(wishes({ texts }), "host", "127.0.0.1:9999");
    expect(answer.verdict).toBe("unknown");
    expect(answer.because.join()).toContain(
      "127.0.0.1:9999/tcp of host: docker-proxy listens there, and which container",
    );
  });

  test("is not the one that listens", () => {
    const texts = { "ss-listen": listening("nginx") };
    expect(ask(wishes({ texts }), "host", "127.0.0.1:8080").deliveredTo).toMatchObject({ kind: "host", port: 8080 });
  });

  test("nobody listens on a port of the host", () => {
    expect(ask(wishes(), "host", "127.0.0.1:81")).toMatchObject({ verdict: "refused", failure: "refusal" });
  });
});
