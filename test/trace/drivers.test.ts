import { describe, expect, test } from "vitest";
import { app, ask, type ContainerSpec, type LabWishes, type NetworkSpec, other, web } from "./lab.ts";

const lan: NetworkSpec = {
  name: "lan",
  driver: "macvlan",
  bridge: null,
  base: "192.0.2",
  options: { parent: "eth0", macvlan_mode: "bridge" },
};
const first: ContainerSpec = { name: "first", number: 6, network: "lan" };
const second: ContainerSpec = { name: "second", number: 7, network: "lan" };
const withLan = (network: NetworkSpec): LabWishes => ({
  networks: [app, other, network],
  containers: [web, first, second],
});

describe("macvlan", () => {
  test("its children and their parent never hear each other", () => {
    const there = ask(withLan(lan), "host", "192.0.2.6:80");
    expect(there).toMatchObject({ verdict: "unroutable", reason: "no-neighbour" });
    expect(there.because.join()).toContain("it is first's");
    expect(ask(withLan(lan), "first", "192.0.2.10:22")).toMatchObject({
      verdict: "unroutable",
      reason: "no-neighbour",
    });
  });

  test("its children hear each other, and the LAN hears them", () => {
    expect(ask(withLan(lan), "first", "192.0.2.7:80")).toMatchObject({
      verdict: "delivered",
      deliveredTo: { name: "second" },
      sourceSeen: "192.0.2.6",
    });
    expect(ask(withLan(lan), "192.0.2.77@eth0", "192.0.2.6:80")).toMatchObject({
      verdict: "delivered",
      deliveredTo: { name: "first" },
    });
    expect(ask(withLan(lan), "first", "192.0.2.77:80")).toMatchObject({
      verdict: "delivered",
      deliveredTo: { kind: "outside" },
      sourceSeen: "192.0.2.6",
    });
  });

  test("the LAN asks it only for addresses of the LAN, for others it asks its router", () => {
    const inside = {
      first: {
        "ip-addr": [
          "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN",
          "    inet 127.0.0.1/8 scope host lo",
          "2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP",
          "    link/ether 02:42:ac:00:00:06 brd ff:ff:ff:ff:ff:ff link-netnsid 0",
          "    inet 192.0.2.6/24 scope global eth0",
          "3: eth1@if30: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP",
          "    inet 172.18.0.99/16 scope global eth1",
          "",
        ].join("\n"),
      },
    };
    const asked = (address: string) => ask({ ...withLan(lan), inside }, "192.0.2.77@eth0", `${address}:80`).steps[1];
    expect(asked("192.0.2.6")).toMatchObject({ namespace: "first" });
    expect(asked("172.18.0.99")).toMatchObject({ namespace: "host" });
  });

  test("the host's rules see nothing of it", () => {
    const texts = { "iptables-save": "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\nCOMMIT\n" };
    expect(ask({ ...withLan(lan), texts }, "first", "192.0.2.7:80").verdict).toBe("delivered");
    expect(ask({ ...withLan(lan), texts }, "first", "203.0.113.9:443").verdict).toBe("delivered");
  });
});

describe("ipvlan", () => {
  const l2: NetworkSpec = { ...lan, driver: "ipvlan", options: { parent: "eth0", ipvlan_mode: "l2" } };

  test("l2: as macvlan", () => {
    expect(ask(withLan(l2), "host", "192.0.2.6:80")).toMatchObject({ verdict: "unroutable", reason: "no-neighbour" });
    expect(ask(withLan(l2), "first", "192.0.2.7:80").verdict).toBe("delivered");
    expect(ask(withLan(l2), "192.0.2.77@eth0", "192.0.2.6:80").verdict).toBe("delivered");
  });
});

describe("shared and missing namespaces", () => {
  test("a container on the host's network is the host", () => {
    const onHost: ContainerSpec = { name: "agent", number: 5, network: "none-of-these", networkMode: "host" };
    const wishes = { containers: [web, onHost] };
    expect(ask(wishes, "agent", "172.18.0.2:80")).toMatchObject({ verdict: "delivered", sourceSeen: "172.18.0.1" });
    expect(ask(wishes, "web", "192.0.2.10:9100").deliveredTo).toMatchObject({ kind: "host", names: ["host", "agent"] });
  });

  test("a container that shares another's answers with it, named after the owner", () => {
    const sidecar: ContainerSpec = {
      name: "sidecar",
      number: 5,
      network: "nowhere",
      networkMode: `container:${Buffer.from("web").toString("hex").padEnd(64, "0")}`,
    };
    const wishes = { containers: [web, sidecar] };
    expect(ask(wishes, "host", "172.18.0.2:80").deliveredTo).toMatchObject({ name: "web", names: ["web", "sidecar"] });
    expect(ask(wishes, "sidecar", "172.18.0.1:22").sourceSeen).toBe("172.18.0.2");
  });

  test("a container without a network reaches only itself", () => {
    const loopback = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n";
    const inside = { alone: { "ip-addr": loopback } };
    const alone: ContainerSpec = { name: "alone", number: 5, network: "none-of-these", networkMode: "none" };
    expect(ask({ containers: [alone], inside }, "alone", "192.0.2.10:22")).toMatchObject({
      verdict: "unroutable",
      reason: "no-route",
    });
  });
});
