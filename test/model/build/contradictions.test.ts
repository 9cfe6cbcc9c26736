import { describe, expect, test } from "vitest";
import { contradictionsOf, hostOf } from "../../support/host-of.ts";
import { container, ipA, link, network } from "../../support/raw-captures.ts";

const id = "ed7da300a506";
const bridge = `br-${id}`;
const host = ipA(link("2: eth0"), link(`3: ${bridge}`), link("8: veth0000008@if7", { master: bridge, netnsid: 0 }));
const networks = [network("mynet", id, "172.18.0.0/16", { web: ["172.18.0.2/16"] })];
const inside = (name: string, ...links: string[]) => ({ [`netns/${name}/ip_a.txt`]: ipA(...links) });
const found = (files: Record<string, unknown>) =>
  contradictionsOf(hostOf({ "ip_a.txt": host, "docker_network_inspect.json": networks, ...files }));

describe("the inside of a container against the outside", () => {
  test("agree", () => {
    expect(found(inside("web", link("7: eth0@if8", { netnsid: 0, inet: ["172.18.0.2/16"] })))).toEqual([]);
  });

  test("the host's end is in no capture", () => {
    expect(found(inside("old", link("9: eth0@if10", { inet: ["172.17.0.3/16"] })))).toEqual([
      "old: the host's end of its eth0 (interface 10) is in no capture",
    ]);
  });

  test("an address that the engine does not list on that network", () => {
    expect(found(inside("old", link("9: eth0@if8", { inet: ["172.18.0.9/16"] })))).toEqual([
      "old: it has 172.18.0.9, an address of mynet, but the engine lists no such endpoint there",
    ]);
  });

  test("an address of the engine's that the container does not have", () => {
    expect(found(inside("web", link("7: eth0@if8", { inet: [] })))).toEqual([
      "web: the engine gave it 172.18.0.2, but none of its interfaces has that address",
    ]);
  });
});

describe("no contradiction is", () => {
  test("an address that ip link does not print", () => {
    expect(found({ "netns/web/ip_link.txt": link("7: eth0@if8", { netnsid: 0 }) })).toEqual([]);
  });

  test("an overlay's link, whose other end is in the overlay's namespace", () => {
    const overlay = network("swarm", "dd0000000001", "10.0.1.0/24", {}, { Driver: "overlay", Scope: "swarm" });
    const files = {
      "docker_network_inspect.json": [...networks, overlay],
      "docker_inspect.json": [
        container("web", { mynet: [id, "172.18.0.2"] }),
        container("task", { swarm: ["dd0000000001", "10.0.1.5", "02:42:0a:00:01:05"] }),
      ],
      ...inside("task", link("21: eth0@if22", { netnsid: 0, mac: "02:42:0a:00:01:05", inet: ["10.0.1.5/24"] })),
    };
    expect(found(files)).toEqual([]);
  });

  test("a link to a container of the container's own", () => {
    const links = [
      link("7: eth0@if8", { netnsid: 0, inet: ["172.18.0.2/16"] }),
      link("5: docker0"),
      link("6: veth00000ff@if99", { master: "docker0", netnsid: 1 }),
    ];
    expect(found(inside("web", ...links))).toEqual([]);
  });
});

test("where subnets lie in each other the longer prefix tells whose an address is", () => {
  const files = {
    "docker_network_inspect.json": [
      network("wide", "aa0000000001", "172.16.0.0/12"),
      network("narrow", "bb0000000001", "172.20.0.0/16"),
    ],
    ...inside("old", link("9: eth0@if8", { inet: ["172.20.0.9/16"] })),
  };
  expect(found(files)).toContain(
    "old: it has 172.20.0.9, an address of narrow, but the engine lists no such endpoint there",
  );
});
