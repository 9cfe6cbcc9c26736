import { describe, expect, test } from "vitest";
import { QuestionError } from "../../src/trace/answer.ts";
import { app, ask, type ContainerSpec, db, far, type LabWishes, web } from "./lab.ts";

describe("who asks", () => {
  test("a container, by name or by id", () => {
    expect(ask({}, "web", "172.18.0.3:80").sourceSeen).toBe("172.18.0.2");
    expect(ask({}, Buffer.from("web").toString("hex").padEnd(12, "0"), "172.18.0.3:80").sourceSeen).toBe("172.18.0.2");
  });

  test("an address of the host's or of a container's is that namespace, with that source", () => {
    expect(ask({}, "172.18.0.3", "172.18.0.2:80")).toMatchObject({ verdict: "delivered", sourceSeen: "172.18.0.3" });
    expect(ask({}, "192.0.2.10", "172.18.0.2:80").sourceSeen).toBe("192.0.2.10");
  });

  test("any other address comes by the interface that leads to it", () => {
    expect(ask({}, "203.0.113.9", "172.18.0.2:80")).toMatchObject({ verdict: "delivered", sourceSeen: "203.0.113.9" });
    expect(ask({}, "203.0.113.9", "172.18.0.2:80").steps[0]?.text).toContain("by eth0");
  });

  test("an interface stands for any machine behind it, and that is said", () => {
    const answer = ask({}, "eth0", "172.18.0.2:80");
    expect(answer).toMatchObject({ verdict: "delivered", sourceSeen: "198.51.100.7" });
    expect(answer.assumes).toContain("198.51.100.7 (IPv6: 2001:db8:ffff::7) stands for any machine behind eth0");
  });

  test.each([
    ["nobody", "172.18.0.2:80", '"nobody" is no container, interface or address'],
    ["203.0.113.9@eth9", "172.18.0.2:80", "the host has no interface eth9"],
    ["somewhere@eth0", "172.18.0.2:80", '"somewhere" is no IP address'],
    ["web", "172.18.0.2", "needs a port"],
    ["web", "172.18.0.2:0", "needs a port"],
    ["web", "172.18.0.2:80/xyz", "protocol xyz is none of"],
    ["web", "two words:80", "write name:port"],
    ["web", "nobody:80", '"nobody" is no container, alias or address'],
    ["stopped", "172.18.0.2:80", "container stopped is not running"],
  ])("%s → %s cannot be understood", (from, to, message) => {
    const stopped: ContainerSpec = { name: "stopped", number: 5, network: "app", running: false };
    const question = () => ask({ containers: [web, db, far, stopped] }, from, to);
    expect(question).toThrow(QuestionError);
    expect(question).toThrow(message);
  });
});

describe("an interface that is not there", () => {
  const refused = (without: LabWishes["without"] & object) => () =>
    ask({ without }, "203.0.113.9@eth9", "172.18.0.2:80");
  test("is said to be none of those that were captured where others may be missing", () => {
    expect(refused([])).toThrow("the host has no interface eth9; interfaces: br-app, br-other, eth0");
    expect(refused(["ip-addr"])).toThrow(
      "this snapshot shows no interface eth9; interfaces: br-app, br-other, eth0; others may be missing (ip a)",
    );
    const all = ["ip-addr", "ip-link", "brctl-show", "bridge-link", "ip-route", "ip6-route"] as const;
    const networks = ["docker-network-inspect", "docker-network-ls", "docker-inspect"] as const;
    expect(refused([...all, ...networks])).toThrow(
      "this snapshot shows no interface eth9; its interfaces are in no capture (ip a)",
    );
  });
});

describe("what a name means to who asks", () => {
  const resolved = (wishes: LabWishes, from: string, name: string) => {
    const { verdict, reason, deliveredTo, because, assumes } = ask(wishes, from, `${name}:80`);
    return { verdict, reason, address: deliveredTo?.address ?? null, because: because.join(), assumes };
  };

  test("names and aliases on a shared network, by embedded DNS", () => {
    const containers = [web, { ...db, aliases: ["database", "primary"] }, far];
    expect(resolved({}, "web", "db")).toMatchObject({ address: "172.18.0.3" });
    expect(resolved({ containers }, "web", "primary")).toMatchObject({
      address: "172.18.0.3",
      assumes: expect.arrayContaining(["primary is 172.18.0.3 on app for web"]),
    });
  });

  test("not of a container on another network", () => {
    expect(resolved({}, "far", "web")).toMatchObject({ verdict: "unroutable", reason: "name-unknown" });
    expect(resolved({}, "far", "web").because).toBe(
      "far cannot resolve web: far and web share no user-defined network",
    );
  });

  test("the default bridge has no names", () => {
    const bridge = { ...app, name: "bridge" };
    const containers = [
      { ...web, network: "bridge" },
      { ...db, network: "bridge" },
    ];
    expect(resolved({ networks: [bridge], containers }, "web", "db").because).toContain(
      "default bridge, which has no embedded DNS",
    );
  });

  const bridge = { ...app, name: "bridge" };
  const onDefault = [
    { ...web, network: "bridge" },
    { ...db, network: "bridge" },
  ];

  test("not known where the snapshot does not say which networks a container is on", () => {
    expect(resolved({ without: ["docker-inspect"] }, "far", "web")).toMatchObject({
      verdict: "unknown",
      because:
        "whether far can resolve web is not known: which networks far is on is in no capture (docker inspect far)",
    });
  });

  test("not known of who asks the embedded DNS on a network that has none", () => {
    const inside = { web: { "resolv-conf": "nameserver 127.0.0.11\n" } };
    const { verdict, because } = resolved({ networks: [bridge], containers: onDefault, inside }, "web", "db");
    expect(verdict).toBe("unknown");
    expect(because).toContain("it is listed on the default bridge, which has no embedded DNS, but asks 127.0.0.11");
    const direct = { web: { "resolv-conf": "nameserver 192.0.2.1\n" } };
    expect(resolved({ networks: [bridge], containers: onDefault, inside: direct }, "web", "db").verdict).toBe(
      "unroutable",
    );
  });

  test("the address that a container was seen with, where the engine tells of none", () => {
    const inside = {
      web: {
        "ip-addr":
          "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n2: eth0@if22: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 172.18.0.2/24 scope global eth0\n",
      },
    };
    const without = ["docker-inspect", "docker-network-inspect", "docker-network-ls", "docker-ps"] as const;
    expect(resolved({ inside, without }, "host", "web")).toMatchObject({
      assumes: expect.arrayContaining(["web stands for 172.18.0.2"]),
    });
  });

  test("/etc/hosts goes first", () => {
    const containers = [{ ...web, extraHosts: ["db:172.19.0.4"] }, db, far];
    expect(resolved({ containers }, "web", "db")).toMatchObject({ address: "172.19.0.4" });
  });

  test("from the host and from outside a name stands for the container's address", () => {
    expect(resolved({}, "host", "web")).toMatchObject({
      address: "172.18.0.2",
      assumes: expect.arrayContaining(["web stands for 172.18.0.2 on app"]),
    });
    expect(resolved({}, "192.0.2.77", "web")).toMatchObject({ address: "172.18.0.2" });
  });

  test("outside: a machine of which nothing is known", () => {
    const { verdict, deliveredTo, assumes } = ask({}, "web", "outside:443");
    expect({ verdict, deliveredTo }).toMatchObject({
      verdict: "delivered",
      deliveredTo: { kind: "outside", address: "198.51.100.7", port: 443 },
    });
    expect(assumes).toContain("198.51.100.7 stands for any machine outside");
    expect(ask({}, "2001:db8:50::7@eth0", "outside:443").deliveredTo?.address).toBe("2001:db8:ffff::7");
  });

  test("host: loopback for itself, the gateway for a container, the interface for who comes by it", () => {
    expect(resolved({}, "host", "host").address).toBe("127.0.0.1");
    expect(resolved({}, "web", "host").address).toBe("172.18.0.1");
    expect(resolved({}, "192.0.2.77", "host").address).toBe("192.0.2.10");
  });
});

test("protocols: tcp unless said otherwise", () => {
  const texts = {
    "iptables-save":
      "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p udp -j DROP\n-A FORWARD -p sctp -j REJECT\nCOMMIT\n",
  };
  expect(ask({ texts }, "far", "172.18.0.2:53").verdict).toBe("delivered");
  expect(ask({ texts }, "far", "172.18.0.2:53/udp").verdict).toBe("dropped");
  expect(ask({ texts }, "far", "172.18.0.2:53/SCTP").verdict).toBe("rejected");
});
