import { describe, expect, test } from "vitest";
import { app, ask, iptables, type LabWishes, labSnapshot, web } from "./lab.ts";

/** The lab's `ip a` with something else in it. */
function ipAddr(wishes: LabWishes, change: (text: string) => string): string {
  const capture = labSnapshot(wishes).captures.find(({ kind }) => kind === "ip-addr");
  return change(capture?.state === "ok" ? capture.text : "");
}

const closed = iptables({ filter: [":FORWARD DROP"] });
const link = (name: string, flags: string) =>
  `23: ${name}@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br-app state forwarding priority 32 cost 2 \n    hairpin off guard off root_block off fastleave off learning on flood on ${flags}\n`;

describe("two containers on one bridge", () => {
  test("are switched, and pass the host's FORWARD with bridge-nf-call-iptables", () => {
    expect(ask({}, "web", "db:5432")).toMatchObject({
      verdict: "delivered",
      deliveredTo: { name: "db", address: "172.18.0.3" },
      sourceSeen: "172.18.0.2",
    });
    expect(ask({ texts: { "iptables-save": closed } }, "web", "db:5432")).toMatchObject({
      verdict: "dropped",
      failure: "silence",
    });
  });

  test("pass no rule without it", () => {
    const sysctl = { "net.bridge.bridge-nf-call-iptables": 0 };
    expect(ask({ sysctl, texts: { "iptables-save": closed } }, "web", "db:5432").verdict).toBe("delivered");
  });

  test("the one switch is for IPv4, the other for IPv6", () => {
    const sysctl = { "net.bridge.bridge-nf-call-iptables": 0 };
    const texts = { "iptables-save": closed, "ip6tables-save": closed.replace("iptables-save", "ip6tables-save") };
    expect(ask({ sysctl, texts }, "web", "[fd00:18::3]:80").verdict).toBe("dropped");
  });

  test("whether it is on is not known: unknown when the rules matter, else certain", () => {
    const texts = { "iptables-save": closed };
    const answer = ask({ without: ["sysctl"], texts }, "web", "db:5432");
    expect(answer.verdict).toBe("unknown");
    expect(answer.because.join()).toContain("net.bridge.bridge-nf-call-iptables was not captured");
    expect(ask({ without: ["sysctl"] }, "web", "db:5432").verdict).toBe("delivered");
  });

  test("rules see the bridge as both interfaces, and the ports by physdev", () => {
    const rule =
      "-A FORWARD -i br-app -o br-app -m physdev --physdev-in veth0000002 --physdev-out veth0000003 --physdev-is-bridged -j ACCEPT";
    const texts = { "iptables-save": iptables({ filter: [":FORWARD DROP", rule] }) };
    // The answer comes the other way round, for which no rule is there.
    expect(ask({ texts }, "web", "db:5432").because.join()).toContain("the answer does not come back");
    const both = iptables({
      filter: [
        ":FORWARD DROP",
        rule,
        rule.replace("veth0000002", "X").replace("veth0000003", "veth0000002").replace("X", "veth0000003"),
      ],
    });
    expect(ask({ texts: { "iptables-save": both } }, "web", "db:5432").verdict).toBe("delivered");
  });
});

describe("ports", () => {
  test("two isolated ports never hear each other, one isolated does", () => {
    const text = (web: string, db: string) =>
      link("veth0000002", `isolated ${web} `).replace("23:", "22:") + link("veth0000003", `isolated ${db} `);
    expect(ask({ texts: { "bridge-link": text("on", "on") } }, "web", "db:5432")).toMatchObject({
      verdict: "dropped",
      failure: "silence",
    });
    expect(ask({ texts: { "bridge-link": text("on", "off") } }, "web", "db:5432").verdict).toBe("delivered");
    expect(ask({ texts: { "bridge-link": text("on", "on") } }, "web", "172.18.0.1:22").verdict).toBe("delivered");
  });

  test("a port that is on no bridge reaches nobody", () => {
    const wishes: LabWishes = {};
    const texts = {
      "ip-addr": ipAddr(wishes, (text) => text.replace(/(veth0000003.*) master br-app/, "$1")),
      "brctl-show":
        "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr-app\t\t8000.020000000000\tno\t\tveth0000002\nbr-other\t\t8000.020000000000\tno\t\tveth0000004\n",
    };
    const inside = {
      db: {
        "ip-addr":
          "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n2: eth0@if23: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n    link/ether 02:42:ac:00:00:03 brd ff:ff:ff:ff:ff:ff link-netnsid 0\n    inet 172.18.0.3/16 scope global eth0\n",
      },
    };
    const answer = ask({ ...wishes, texts, inside, without: ["bridge-fdb"] }, "host", "172.18.0.3:5432");
    expect(answer).toMatchObject({ verdict: "unroutable" });
    expect(["no-neighbour", "link-down"]).toContain(answer.reason);
  });

  test("a bridge without its address is no gateway", () => {
    const texts = {
      "ip-addr": ipAddr({}, (text) => text.replace("    inet 172.18.0.1/16 scope global br-app\n", "")),
      "ip-route": "default via 192.0.2.1 dev eth0 \n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10 \n",
    };
    expect(ask({ texts }, "web", "203.0.113.9:443")).toMatchObject({
      verdict: "unroutable",
      reason: "no-neighbour",
      failure: "silence",
    });
    expect(ask({ texts }, "web", "db:5432").verdict).toBe("delivered");
  });

  test("an address that nobody has", () => {
    expect(ask({}, "host", "172.18.0.99:80")).toMatchObject({ verdict: "unroutable", reason: "no-neighbour" });
    expect(ask({}, "web", "172.18.0.99:80")).toMatchObject({ verdict: "unroutable", reason: "no-neighbour" });
  });
});

describe("VLANs", () => {
  const vlans = (db: number) =>
    `port              vlan-id  \nveth0000002           10 PVID Egress Untagged\nveth0000003            ${db} PVID Egress Untagged\nbr-app            1 PVID Egress Untagged\n`;
  const filtering = (on: number) =>
    `10: br-app: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default \n    link/ether 02:00:00:00:00:10 brd ff:ff:ff:ff:ff:ff promiscuity 0 \n    bridge forward_delay 1500 vlan_filtering ${on} vlan_protocol 802.1Q nf_call_iptables 0 nf_call_ip6tables 0 \n`;

  test("keep ports apart only with filtering on", () => {
    expect(ask({ texts: { "bridge-vlan": vlans(20), "ip-link": filtering(1) } }, "web", "db:5432")).toMatchObject({
      verdict: "dropped",
    });
    expect(ask({ texts: { "bridge-vlan": vlans(20), "ip-link": filtering(0) } }, "web", "db:5432").verdict).toBe(
      "delivered",
    );
    expect(ask({ texts: { "bridge-vlan": vlans(10), "ip-link": filtering(1) } }, "web", "db:5432").verdict).toBe(
      "delivered",
    );
  });
});

describe("hairpin: a container's own published port", () => {
  const dnat = iptables({
    nat: [
      "-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80",
      "-A POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE",
    ],
  });
  const hairpin = (mode: string) =>
    link("veth0000002", "isolated off ").replace("23:", "22:").replace("hairpin off", `hairpin ${mode}`);

  test("needs hairpin mode on its port, unless the packet is routed back", () => {
    const texts = { "iptables-save": dnat };
    const on = ask({ texts: { ...texts, "bridge-link": hairpin("on") } }, "web", "172.18.0.1:8080");
    expect(on).toMatchObject({
      verdict: "delivered",
      deliveredTo: { name: "web", port: 80 },
      sourceSeen: "172.18.0.1",
    });
    const off = ask({ texts: { ...texts, "bridge-link": hairpin("off") } }, "web", "172.18.0.1:8080");
    expect(off).toMatchObject({ verdict: "dropped", failure: "silence" });
    expect(off.because.join()).toContain("hairpin mode is off");
  });
});

test("a foreign port leads to machines that the snapshot does not show", () => {
  const interfaces = [
    "40: enp7s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel master br-app state UP group default",
    "    link/ether 02:00:00:00:00:40 brd ff:ff:ff:ff:ff:ff",
  ];
  const texts = {
    "brctl-show":
      "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr-app\t\t8000.020000000000\tno\t\tveth0000002\n\t\t\t\t\t\t\tenp7s0\nbr-other\t\t8000.020000000000\tno\t\tveth0000004\n",
  };
  expect(ask({ interfaces, texts, networks: [app], containers: [web] }, "web", "172.18.0.99:80")).toMatchObject({
    verdict: "delivered",
    deliveredTo: { kind: "outside" },
  });
});

test("a veth whose other end is in another namespace leads into this host, on whosever bridge it is", () => {
  const port = (name: string) => [
    "40: lan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default",
    "    link/ether 02:00:00:00:00:39 brd ff:ff:ff:ff:ff:ff",
    "    inet 10.9.0.1/24 scope global lan0",
    `41: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master lan0 state UP group default`,
    "    link/ether 02:00:00:00:00:40 brd ff:ff:ff:ff:ff:ff link-netnsid 5",
  ];
  const texts = {
    "brctl-show": `bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr-app\t\t8000.020000000000\tno\t\tveth0000002\nlan0\t\t8000.020000000000\tno\t\tveth1\n`,
  };
  const to = (name: string) =>
    ask(
      { interfaces: port(name), texts, networks: [app], containers: [web], without: ["ip-route"] },
      "host",
      "10.9.0.7:80",
    );
  expect(to("veth1@if2")).toMatchObject({ verdict: "unknown" });
  expect(to("veth1@if2").because.join()).toContain("who is behind veth1");
  expect(to("veth1")).toMatchObject({ verdict: "delivered", deliveredTo: { kind: "outside" } });
});

test("who is behind a port of an engine's veth that no container has is not known", () => {
  const texts = {
    "brctl-show":
      "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr-app\t\t8000.020000000000\tno\t\tveth0000002\n\t\t\t\t\t\t\tveth0000009\n",
  };
  const wishes = { texts, networks: [app], containers: [web] };
  for (const without of [[], ["ip-addr"], ["ip-addr", "ip-route", "ip6-route"]] as const) {
    const answer = ask({ ...wishes, without }, "web", "172.18.0.99:80");
    expect(answer.verdict).toBe("unknown");
    expect(answer.because.join()).toMatch(/who is behind (veth0000002 or )?veth0000009/);
  }
  const known = ask({ ...wishes, texts: {} }, "web", "172.18.0.99:80");
  expect(known).toMatchObject({ verdict: "unroutable", reason: "no-neighbour" });
});
