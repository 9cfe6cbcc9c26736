import { describe, expect, test } from "vitest";
import { ask, iptables, type LabWishes } from "../trace/lab.ts";

const outsider = "192.0.2.77@eth0";
const withNat = (...nat: string[]): LabWishes => ({ texts: { "iptables-save": iptables({ nat }) } });
const dnat = (chain: string, more = "") =>
  `-A ${chain} -d 192.0.2.10/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80${more}`;

describe("DNAT", () => {
  test("in PREROUTING, before routing", () => {
    expect(ask(withNat(dnat("PREROUTING")), outsider, "192.0.2.10:8080")).toMatchObject({
      verdict: "delivered",
      deliveredTo: { name: "web", address: "172.18.0.2", port: 80 },
      sourceSeen: "192.0.2.77",
    });
  });

  test("in OUTPUT, then routed again; the source was chosen before", () => {
    const answer = ask(withNat(dnat("OUTPUT")), "host", "192.0.2.10:8080");
    expect(answer).toMatchObject({
      verdict: "delivered",
      deliveredTo: { name: "web", port: 80 },
      sourceSeen: "192.0.2.10",
    });
    expect(answer.steps.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^routed again: .*br-app/));
  });

  test("a first packet decides, and its table is not asked again for the answer", () => {
    const nat = [
      dnat("PREROUTING"),
      "-A PREROUTING -i br-app -s 172.18.0.2/32 -p tcp -j DNAT --to-destination 192.0.2.99",
    ];
    expect(ask(withNat(...nat), outsider, "192.0.2.10:8080").verdict).toBe("delivered");
  });

  test("an established connection is not translated any more", () => {
    const answer = ask(withNat(dnat("PREROUTING")), outsider, "192.0.2.10:8080", { state: "established" });
    expect(answer.deliveredTo).toMatchObject({ kind: "host", port: 8080 });
  });

  test("a range of addresses: both ends are tried, and differ", () => {
    const range = "-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2-172.18.0.3:80";
    const answer = ask(withNat(range), outsider, "192.0.2.10:8080");
    expect(answer.verdict).toBe("ambiguous");
    expect(answer.outcomes.map(({ deliveredTo }) => deliveredTo?.name)).toEqual(["web", "db"]);
    expect(answer.because).toContain("the kernel picks one of 172.18.0.2-172.18.0.3");
  });

  test("a short range of addresses: each of them is tried", () => {
    const nat = ["-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.1-172.18.0.3"];
    const filter = ["-A INPUT -p tcp -j DROP", "-A FORWARD -d 172.18.0.3/32 -j DROP"];
    const answer = ask({ texts: { "iptables-save": iptables({ nat, filter }) } }, outsider, "192.0.2.10:8080");
    expect(answer.outcomes.map(({ verdict }) => verdict)).toEqual(["dropped", "delivered"]);
  });

  test("--random changes a port only within a range", () => {
    const nat = (to: string) =>
      withNat(`-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination ${to} --random`);
    expect(ask(nat("172.18.0.2"), outsider, "192.0.2.10:80").deliveredTo).toMatchObject({ name: "web", port: 80 });
    expect(ask(nat("172.18.0.2:80-89"), outsider, "192.0.2.10:80").deliveredTo).toMatchObject({ port: null });
  });

  test("the port of the client, where a rule asks for it", () => {
    const nat = withNat(
      "-A PREROUTING -p tcp -m tcp --sport 40000 --dport 8080 -j DNAT --to-destination 172.18.0.2:80",
    );
    expect(ask(nat, outsider, "192.0.2.10:8080", { sourcePort: 40_000 }).deliveredTo).toMatchObject({ name: "web" });
    expect(ask(nat, outsider, "192.0.2.10:8080", { sourcePort: 40_001 }).deliveredTo).toMatchObject({ name: "host" });
    expect(ask(nat, outsider, "192.0.2.10:8080").verdict).toBe("unknown");
  });
});

describe("SNAT", () => {
  test("the receiver sees the new source, and its answer comes back", () => {
    const own = withNat("-A POSTROUTING -s 172.18.0.0/16 -o eth0 -j SNAT --to-source 192.0.2.10");
    expect(ask(own, "web", "203.0.113.9:443")).toMatchObject({ verdict: "delivered", sourceSeen: "192.0.2.10" });
  });

  test("a hairpin through the host needs it: else the answer goes straight back, from another address", () => {
    const without = withNat(dnat("PREROUTING"));
    const sysctl = { "net.bridge.bridge-nf-call-iptables": 0 };
    const lost = ask({ ...without, sysctl }, "db", "192.0.2.10:8080");
    expect(lost).toMatchObject({ verdict: "dropped", failure: "silence" });
    expect(lost.because.join()).toContain(
      "the answer comes from 172.18.0.2:80, but the sender waits for one from 192.0.2.10:8080",
    );
    const snat = withNat(
      dnat("PREROUTING"),
      "-A POSTROUTING -s 172.18.0.0/16 -d 172.18.0.2/32 -p tcp -m tcp --dport 80 -j SNAT --to-source 172.18.0.1",
    );
    expect(ask({ ...snat, sysctl }, "db", "192.0.2.10:8080")).toMatchObject({
      verdict: "delivered",
      sourceSeen: "172.18.0.1",
    });
  });

  test("bridge-nf undoes the translation of an answer that is only switched", () => {
    expect(ask(withNat(dnat("PREROUTING")), "db", "192.0.2.10:8080")).toMatchObject({
      verdict: "delivered",
      sourceSeen: "172.18.0.3",
    });
  });
});

describe("MASQUERADE", () => {
  const masquerade = "-A POSTROUTING -s 172.18.0.0/16 ! -o br-app -j MASQUERADE";

  test("takes the address of the interface it leaves by", () => {
    expect(ask(withNat(masquerade), "web", "203.0.113.9:443").sourceSeen).toBe("192.0.2.10");
    expect(ask(withNat(masquerade), "web", "172.19.0.4:80").sourceSeen).toBe("172.19.0.1");
  });

  test("takes the address in the next hop's subnet", () => {
    const interfaces = [
      "3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default",
      "    inet 198.51.100.10/24 scope global eth1",
      "    inet 198.18.0.10/24 scope global eth1",
    ];
    const routes = [
      "198.51.100.0/24 dev eth1 proto kernel scope link src 198.51.100.10 ",
      "198.18.0.0/24 dev eth1 proto kernel scope link src 198.18.0.10 ",
      "203.0.113.0/24 via 198.18.0.1 dev eth1 ",
    ];
    expect(ask({ ...withNat(masquerade), interfaces, routes }, "web", "203.0.113.9:443").sourceSeen).toBe(
      "198.18.0.10",
    );
  });

  test("on lo it takes an address that is not loopback's", () => {
    // A host's own packet to a bridge address leaves by lo: lo has only scope host, and another interface stands in.
    const nat = withNat("-A POSTROUTING -o lo -d 172.18.0.1/32 -j MASQUERADE");
    expect(ask(nat, "host", "172.18.0.1:22").sourceSeen).toBe("192.0.2.10");
  });
});

describe("REDIRECT, NETMAP, NOTRACK", () => {
  test("REDIRECT leads to the address of the incoming interface, and to loopback for the host's own", () => {
    const rule = (chain: string) => `-A ${chain} -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128`;
    expect(ask(withNat(rule("PREROUTING")), "web", "203.0.113.9:80").deliveredTo).toMatchObject({
      kind: "host",
      address: "172.18.0.1",
      port: 3128,
    });
    expect(ask(withNat(rule("OUTPUT")), "host", "203.0.113.9:80").deliveredTo).toMatchObject({
      kind: "host",
      address: "127.0.0.1",
      port: 3128,
    });
  });

  test("NETMAP keeps the host bits", () => {
    const nat = withNat("-A PREROUTING -d 198.51.100.0/24 -j NETMAP --to 172.18.0.0/24");
    expect(ask(nat, "203.0.113.9@eth0", "198.51.100.3:5432").deliveredTo).toMatchObject({
      name: "db",
      address: "172.18.0.3",
    });
  });

  test("what is not tracked is not translated, and its answer is no established one", () => {
    const raw = ["-A PREROUTING -d 192.0.2.10/32 -p tcp -m tcp --dport 8080 -j CT --notrack"];
    const texts = { "iptables-save": iptables({ raw, nat: [dnat("PREROUTING")] }) };
    expect(ask({ texts }, outsider, "192.0.2.10:8080").deliveredTo).toMatchObject({ kind: "host", port: 8080 });
    const stateful = [
      ":FORWARD DROP",
      "-A FORWARD -d 172.18.0.2/32 -m conntrack --ctstate NEW,UNTRACKED -j ACCEPT",
      "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT",
    ];
    const tracked = { "iptables-save": iptables({ filter: stateful }) };
    expect(ask({ texts: tracked }, outsider, "172.18.0.2:80").verdict).toBe("delivered");
    const untracked = { "iptables-save": iptables({ raw: ["-A PREROUTING -j NOTRACK"], filter: stateful }) };
    expect(ask({ texts: untracked }, outsider, "172.18.0.2:80")).toMatchObject({
      verdict: "dropped",
      reply: { verdict: "dropped" },
    });
  });
});
