import { describe, expect, test } from "vitest";
import { asTexts } from "../../support/as-texts.ts";
import { contradictionsOf, hostOf } from "../../support/host-of.ts";
import { container, longId, network } from "../../support/raw-captures.ts";

const id = "ed7da300a506";
const listing = [
  "NETWORK ID     NAME      DRIVER    SCOPE",
  "935865833d99   bridge    bridge    local",
  "f753aeafa1a1   host      host      local",
  `${id}   mynet     bridge    local`,
  "6b0488ceccc8   none      null      local",
  "",
].join("\n");

describe("networks", () => {
  test("of inspect and of the list are one", () => {
    const host = hostOf({
      "docker_network_ls.txt": listing,
      "docker_network_inspect.json": [network("mynet", id, "172.18.0.0/16")],
    });
    expect(host.networks.map(({ name, inspected, bridge }) => [name, inspected, bridge])).toEqual([
      ["bridge", false, "docker0"],
      ["host", false, null],
      ["mynet", true, `br-${id}`],
      ["none", false, null],
    ]);
    expect(host.networks[2]?.sources.map(({ file }) => file)).toEqual([
      "docker_network_inspect.json",
      "docker_network_ls.txt",
    ]);
    expect(host.contradictions).toEqual([]);
  });

  test("have the bridge that their option names, and none unless they are local bridges", () => {
    const named = { Options: { "com.docker.network.bridge.name": "pretty0" } };
    const host = hostOf({
      "docker_network_inspect.json": [
        network("pretty", "aa0000000001", "10.66.0.0/24", {}, named),
        network("docker_gwbridge", "bb0000000001", "172.19.0.0/16"),
        network("lan", "cc0000000001", "192.168.50.0/24", {}, { Driver: "macvlan", Options: { parent: "eth0" } }),
        network("swarm", "dd0000000001", "10.0.1.0/24", {}, { Driver: "overlay", Scope: "swarm" }),
        network("template", "ee0000000001", "10.9.0.0/24", {}, { ConfigOnly: true }),
      ],
    });
    expect(host.networks.map(({ name, bridge, parent, mode }) => [name, bridge, parent, mode])).toEqual([
      ["docker_gwbridge", "docker_gwbridge", null, "nat"],
      ["lan", null, "eth0", "bridge"],
      ["pretty", "pretty0", null, "nat"],
      ["swarm", null, null, null],
      ["template", null, null, "nat"],
    ]);
  });

  test("are known by their names where only a container tells of them", () => {
    const host = hostOf({ "docker_inspect.json": [container("web", { mynet: [id, "172.18.0.2"] })] });
    expect(host.networks).toMatchObject([{ id: longId(id), name: "mynet", driver: "unknown", inspected: false }]);
  });

  test("keep canonical addresses, and endpoints that no container is behind", () => {
    const six = network(
      "mynet",
      id,
      "fd00:0:0::/64",
      {},
      {
        IPAM: { Config: [{ Subnet: "fd00::/64", Gateway: "FD00:0::1" }] },
        Containers: {
          [`ep-${longId("e")}`]: {
            Name: "gone",
            EndpointID: "e",
            MacAddress: "",
            IPv4Address: "172.18.0.9/16",
            IPv6Address: "",
          },
        },
      },
    );
    const host = hostOf({ "docker_network_inspect.json": [six] });
    expect(asTexts(host.networks[0])).toMatchObject({
      subnets: [{ family: 6, gateway: "fd00::1" }],
      specialEndpoints: [{ name: "gone", ipv4: "172.18.0.9", ipv6: null }],
    });
    expect(host.containers).toEqual([]);
  });

  test("that changed between two captures are recorded", () => {
    const host = hostOf({
      "docker_network_inspect.json": [network("mynet", id, "172.18.0.0/16")],
      "docker_network_inspect-2.json": [network("mynet", id, "172.20.0.0/16")],
      "docker_network_ls.txt": listing.replace("mynet ", "other "),
    });
    expect(contradictionsOf(host)).toEqual([
      "network mynet: its subnets: 172.20.0.0/16, but also 172.18.0.0/16",
      "network mynet: its name: mynet, but also other",
    ]);
  });
});
