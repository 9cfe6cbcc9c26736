import { describe, expect, test } from "vitest";
import { ask, iptables, type LabWishes } from "./lab.ts";

const outsider = "192.0.2.77@eth0";
const filtered = (...filter: string[]): LabWishes => ({ texts: { "iptables-save": iptables({ filter }) } });

describe("the answer", () => {
  test("needs a rule of its own, or one for established connections", () => {
    const oneWay = [":FORWARD DROP", "-A FORWARD -i eth0 -o br-app -j ACCEPT"];
    const lost = ask(filtered(...oneWay), outsider, "172.18.0.2:80");
    expect(lost).toMatchObject({ verdict: "dropped", failure: "silence", reply: { verdict: "dropped" } });
    expect(lost.because).toEqual(["the answer does not come back: the policy of FORWARD drops it"]);
    const stateful = [...oneWay, "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"];
    expect(ask(filtered(...stateful), outsider, "172.18.0.2:80")).toMatchObject({
      verdict: "delivered",
      reply: { verdict: "delivered" },
    });
  });

  test("may be rejected: then the sender waits all the same", () => {
    const rules = [":FORWARD ACCEPT", "-A FORWARD -i br-app -o eth0 -j REJECT --reject-with icmp-port-unreachable"];
    expect(ask(filtered(...rules), outsider, "172.18.0.2:80")).toMatchObject({
      verdict: "dropped",
      failure: "silence",
      reply: { verdict: "rejected" },
    });
  });

  test("may have no route", () => {
    const texts = {
      "ip-route":
        "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10 \n172.18.0.0/16 dev br-app proto kernel scope link src 172.18.0.1 \n",
    };
    expect(ask({ texts }, "203.0.113.9@eth0", "192.0.2.10:22")).toMatchObject({
      verdict: "dropped",
      reply: { verdict: "unroutable" },
    });
  });

  test("of a host that drops what is not established in INPUT comes back by state", () => {
    const rules = [":INPUT DROP", "-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT"];
    expect(ask(filtered(...rules), "host", "172.18.0.2:80").verdict).toBe("delivered");
    expect(ask(filtered(":INPUT DROP"), "host", "172.18.0.2:80")).toMatchObject({
      verdict: "dropped",
      reply: { verdict: "dropped" },
    });
  });
});

describe("refusals", () => {
  const inside = {
    web: {
      "ss-listen":
        'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\ntcp   LISTEN 0      64           0.0.0.0:80         0.0.0.0:*    users:(("srv",pid=1,fd=3))\n',
    },
  };

  test("nobody listens: a reset comes back", () => {
    expect(ask({ inside }, "db", "web:80").verdict).toBe("delivered");
    expect(ask({ inside }, "db", "web:81")).toMatchObject({
      verdict: "refused",
      failure: "refusal",
      deliveredTo: { name: "web" },
    });
  });

  test("the reset is dropped on its way: silence", () => {
    const texts = { "iptables-save": iptables({ filter: ["-A FORWARD -s 172.18.0.2/32 -j DROP"] }) };
    expect(ask({ inside, texts }, "far", "172.18.0.2:81")).toMatchObject({ verdict: "dropped", failure: "silence" });
  });

  test.each([
    ["-j REJECT --reject-with tcp-reset", "tcp-reset"],
    ["-j REJECT --reject-with icmp-admin-prohibited", "icmp-admin-prohibited"],
    ["-j REJECT --reject-with icmp-port-unreachable", "icmp-port-unreachable"],
  ])("a firewall's %s", (target, rejectedWith) => {
    expect(ask(filtered(`-A FORWARD -p tcp -m tcp --dport 80 ${target}`), "far", "172.18.0.2:80")).toMatchObject({
      verdict: "rejected",
      failure: "refusal",
      rejectedWith,
    });
  });
});

describe("a packet in the middle of a connection", () => {
  const stateful = [":FORWARD DROP", "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"];

  test("passes where a new one does not", () => {
    expect(ask(filtered(...stateful), "far", "172.18.0.2:80")).toMatchObject({ verdict: "dropped" });
    expect(ask(filtered(...stateful), "far", "172.18.0.2:80", { state: "established" })).toMatchObject({
      verdict: "delivered",
    });
  });

  test("carries an ACK and no SYN", () => {
    const syn = filtered("-A FORWARD -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP");
    expect(ask(syn, "far", "172.18.0.2:80").verdict).toBe("dropped");
    expect(ask(syn, "far", "172.18.0.2:80", { state: "established" }).verdict).toBe("delivered");
  });
});

describe("icmp", () => {
  test("an echo request finds its target without a port, and its reply comes back", () => {
    expect(ask({}, "far", "172.18.0.2/icmp")).toMatchObject({
      verdict: "delivered",
      deliveredTo: { name: "web", port: null },
    });
    expect(ask({}, "web", "[fd00:18::3]/icmp")).toMatchObject({ verdict: "delivered", deliveredTo: { name: "db" } });
  });

  test("by type", () => {
    expect(ask(filtered("-A FORWARD -p icmp -m icmp --icmp-type 8 -j DROP"), "far", "172.18.0.2/icmp").verdict).toBe(
      "dropped",
    );
    expect(ask(filtered("-A FORWARD -p icmp -m icmp --icmp-type 0 -j DROP"), "far", "172.18.0.2/icmp")).toMatchObject({
      verdict: "dropped",
      reply: { verdict: "dropped" },
    });
    expect(ask(filtered("-A FORWARD -p icmp -m icmp --icmp-type 3 -j DROP"), "far", "172.18.0.2/icmp").verdict).toBe(
      "delivered",
    );
  });
});
