import { describe, expect, test } from "vitest";
import { contradictionsOf, hostOf } from "../../support/host-of.ts";
import { ipA, link, network } from "../../support/raw-captures.ts";

const id = "ed7da300a506";
const brctl = (...rows: readonly string[]) =>
  ["bridge name\tbridge id\t\tSTP enabled\tinterfaces", ...rows, ""].join("\n");
const docker0 = link("3: docker0", { mac: "02:42:f0:c7:49:bd" });
const port = link("8: veth4866e91@if7", { master: "docker0", netnsid: 0 });
const owners = (files: Record<string, unknown>) => hostOf(files).bridges.map(({ name, owner }) => `${name} ${owner}`);

describe("bridges", () => {
  test("come from brctl and from ip a together", () => {
    const host = hostOf({
      "ip_a.txt": ipA(docker0, port),
      "brctl_show.txt": brctl(
        "docker0\t\t8000.0242f0c749bd\tyes\t\tveth4866e91",
        "lxdbr0\t\t8000.00163e2afe62\tno\t\t",
      ),
    });
    expect(host.contradictions).toEqual([]);
    expect(host.bridges).toMatchObject([
      {
        name: "docker0",
        owner: "docker",
        stp: true,
        up: true,
        ports: ["veth4866e91"],
        sources: [
          { file: "brctl_show.txt", line: 2 },
          { file: "ip_a.txt", line: 5 },
        ],
      },
      { name: "lxdbr0", owner: "foreign", stp: false, up: null, ports: [] },
    ]);
  });

  test("without a port are known by the names that Docker gives", () => {
    expect(owners({ "ip_a.txt": ipA(link("3: docker0"), link(`4: br-${id}`), link("5: eth0")) })).toEqual([
      `br-${id} docker`,
      "docker0 docker",
    ]);
    // With a list of networks, one that none of them claims was left behind.
    const networks = [network("other", "aa0000000001", "172.19.0.0/16")];
    expect(owners({ "ip_a.txt": ipA(link(`4: br-${id}`)), "docker_network_inspect.json": networks })).toEqual([
      "br-aa0000000001 docker",
      `br-${id} leftover`,
    ]);
  });

  test("with another name belong to the network that says so", () => {
    const networks = [
      network("pretty", id, "10.66.0.0/24", {}, { Options: { "com.docker.network.bridge.name": "pretty0" } }),
    ];
    const host = hostOf({ "ip_a.txt": ipA(link("4: pretty0")), "docker_network_inspect.json": networks });
    expect(host.bridges).toMatchObject([
      { name: "pretty0", owner: "docker", networkId: networks[0] && expect.any(String) },
    ]);
  });

  test("are masters, but bonds and VRFs are not", () => {
    const slave = (index: number, master: string) => link(`${index}: eth${index}`, { master });
    const bond = link("9: bond0", { flags: "BROADCAST,MULTICAST,MASTER,UP,LOWER_UP" });
    const host = hostOf({ "ip_a.txt": ipA(bond, slave(2, "bond0"), link("10: vmbr0"), slave(3, "vmbr0")) });
    expect(host.bridges).toMatchObject([{ name: "vmbr0", owner: "foreign", ports: ["eth3"] }]);
  });

  test("take their settings from ip -d link", () => {
    const text = `${docker0.trimEnd()} promiscuity 0\n    bridge forward_delay 1500 stp_state 1 priority 32768 vlan_filtering 1\n`;
    expect(hostOf({ "ip_d_link.txt": text }).bridges).toMatchObject([
      { name: "docker0", stp: true, vlanFiltering: true },
    ]);
  });
});

describe("what contradicts itself about bridges", () => {
  test("a port in one listing only, and an id that is another bridge's", () => {
    const host = hostOf({
      "ip_a.txt": ipA(docker0, port),
      "brctl_show.txt": brctl("docker0\t\t8000.0242f0c749be\tno\t\tveth0000001"),
    });
    expect(contradictionsOf(host)).toEqual([
      "docker0: veth0000001 is its port in brctl show, but not in ip a",
      "docker0: veth4866e91 is its port in ip a, but not in brctl show",
      "docker0: its bridge id 8000.0242f0c749be does not hold its MAC address 02:42:f0:c7:49:bd",
    ]);
  });

  test("a network whose bridge is nowhere, but only where bridges were listed", () => {
    const networks = [network("mynet", id, "172.18.0.0/16")];
    const lost = `br-${id}: the bridge of a network is in no capture of bridges or interfaces`;
    const found = (files: object) => contradictionsOf(hostOf({ "docker_network_inspect.json": networks, ...files }));
    expect(found({ "ip_a.txt": ipA(link("2: eth0")) })).toEqual([lost]);
    expect(found({ "brctl_show.txt": brctl() })).toEqual([lost]);
    expect(found({})).toEqual([]);
    expect(found({ "ticket.txt": `$ ip a | grep eth0\n${link("2: eth0")}` })).toEqual([]);
  });

  test("a bridge that never had a port has an id without address", () => {
    const host = hostOf({ "ip_a.txt": ipA(docker0), "brctl_show.txt": brctl("docker0\t\t8000.000000000000\tno\t\t") });
    expect(host.contradictions).toEqual([]);
  });
});
