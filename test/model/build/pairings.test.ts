import { describe, expect, test } from "vitest";
import type { Pairing } from "../../../src/model/host.ts";
import { type Files, hostOf } from "../../support/host-of.ts";
import { container, ipA, link, network } from "../../support/raw-captures.ts";

/** Pairings in words: `veth: container (method)`, `veth: a | b`, `veth: ?`. */
function pairingsOf(files: Files): string[] {
  return hostOf(files).pairings.map((pairing) => `${pairing.interface}: ${wordsOf(pairing)}`);
}

function wordsOf(pairing: Pairing): string {
  switch (pairing.kind) {
    case "paired":
      return `${pairing.container} (${pairing.method})`;
    case "candidates":
      return pairing.containers.join(" | ");
    case "unknown":
      return "?";
  }
}

const [frontId, backId] = ["aa0000000001", "bb0000000001"];
const [front, back] = [`br-${frontId}`, `br-${backId}`];
const bridges = [link(`3: ${front}`, { inet: ["172.18.0.1/16"] }), link(`4: ${back}`, { inet: ["172.19.0.1/16"] })];
const veth = (index: number, inner: number, name: string, master?: string, netnsid?: number) =>
  link(`${index}: ${name}@if${inner}`, {
    ...(master === undefined ? {} : { master }),
    ...(netnsid === undefined ? {} : { netnsid }),
  });

describe("both ends", () => {
  const networks = [network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"], app: ["172.18.0.3/16"] })];
  const host = ipA(...bridges, veth(8, 7, "veth0000008", front, 0), veth(10, 9, "veth000000a", front, 1));
  const inside = (index: number, outer: number, address: string) =>
    ipA(link(`${index}: eth0@if${outer}`, { netnsid: 0, inet: [address] }));

  test("pair where each names the other", () => {
    const files = {
      "ip_a.txt": host,
      "docker_network_inspect.json": networks,
      "netns/web/ip_a.txt": inside(7, 8, "172.18.0.2/16"),
      "netns/app/ip_a.txt": inside(9, 10, "172.18.0.3/16"),
    };
    expect(pairingsOf(files)).toEqual(["veth000000a: app (both-ends)", "veth0000008: web (both-ends)"]);
    expect(hostOf(files).pairings[0]).toMatchObject({
      networkId: expect.stringContaining(frontId),
      certainty: "certain",
      reason: "veth000000a names interface 9, and eth0 of app names interface 10",
      sources: [
        { file: "ip_a.txt", line: 15 },
        { file: "netns/app/ip_a.txt", line: 5 },
      ],
    });
  });

  test("two containers that claim one veth are of different moments: neither is taken", () => {
    const files = {
      "ip_a.txt": host,
      "netns/web/ip_a.txt": inside(7, 8, "172.18.0.2/16"),
      "netns/old/ip_a.txt": ipA(link("7: eth0@if8", { mac: "02:00:00:00:00:99", inet: ["172.18.0.9/16"] })),
    };
    expect(pairingsOf(files)).toEqual(["veth000000a: ?", "veth0000008: ?"]);
  });

  test("an index that both names by chance leads nowhere when the address is another network's", () => {
    // macvlan: eth0 inside names its parent on the host, which has the index of nobody's veth.
    const files = {
      "ip_a.txt": ipA(link("2: eth0"), ...bridges, veth(8, 2, "veth0000008", front, 0)),
      "docker_network_inspect.json": networks,
      "netns/onlan/ip_a.txt": ipA(link("8: eth0@if2", { netnsid: 0, inet: ["192.168.50.70/24"] })),
    };
    expect(pairingsOf(files)).toEqual(["veth0000008: app | web"]);
  });

  test("a container of a container's own is not behind a veth of the host with the same numbers", () => {
    const files = {
      "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008", front, 0), veth(9, 3, "veth0000009", front, 1)),
      "docker_network_inspect.json": networks,
      // Its own veth 3 names interface 9 of a namespace below it, and the host's veth 9 names an interface 3 as well.
      "netns/web/ip_a.txt": ipA(
        link("7: eth0@if8", { netnsid: 0, inet: ["172.18.0.2/16"] }),
        link("3: veth00000ff@if9", { netnsid: 1 }),
      ),
    };
    expect(pairingsOf(files)).toEqual(["veth0000008: web (both-ends)", "veth0000009: app (namespace-id)"]);
  });
});

describe("the forwarding database", () => {
  const mac = "02:42:ac:12:00:02";
  const networks = [
    network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16", mac], app: ["172.18.0.3/16"] }),
  ];
  const host = ipA(...bridges, veth(8, 7, "veth0000008", front), veth(10, 9, "veth000000a", front));

  test("leads to the container whose address was learned on a port", () => {
    const files = {
      "ip_a.txt": host,
      "docker_network_inspect.json": networks,
      "bridge_fdb.txt": `${mac} dev veth0000008 master ${front} \n33:33:00:00:00:01 dev veth0000008 self permanent\n`,
    };
    expect(pairingsOf(files)).toEqual(["veth000000a: app (elimination)", "veth0000008: web (forwarding-database)"]);
  });

  test("takes the address from the neighbour table where the engine tells none", () => {
    const files = {
      "ip_a.txt": host,
      "docker_network_inspect.json": networks,
      "ip_neigh.txt": `172.18.0.3 dev ${front} lladdr 02:42:ac:12:00:03 REACHABLE\n`,
      "bridge_fdb.txt": `02:42:ac:12:00:03 dev veth000000a master ${front} \n`,
    };
    expect(pairingsOf(files)).toEqual(["veth000000a: app (neighbour-table)", "veth0000008: web (elimination)"]);
  });

  test("an address that was learned on two ports tells nothing", () => {
    const files = {
      "ip_a.txt": host,
      "docker_network_inspect.json": networks,
      "bridge_fdb.txt": `${mac} dev veth0000008 vlan 1 master ${front} \n${mac} dev veth000000a vlan 2 master ${front} \n`,
    };
    expect(pairingsOf(files)).toEqual(["veth000000a: app | web", "veth0000008: app | web"]);
  });

  test("an address on another network's bridge is not the endpoint's", () => {
    const files = {
      "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008", back), veth(10, 9, "veth000000a", front)),
      "docker_network_inspect.json": [...networks, network("back", backId, "172.19.0.0/16", { db: ["172.19.0.2/16"] })],
      "bridge_fdb.txt": `${mac} dev veth0000008 master ${back} \n`,
    };
    expect(pairingsOf(files)).toEqual(["veth000000a: app | web", "veth0000008: db (elimination)"]);
  });
});

describe("netnsid", () => {
  test("a container that alone is on just these networks", () => {
    const files = {
      "ip_a.txt": ipA(
        ...bridges,
        veth(8, 7, "veth0000008", front, 0),
        veth(9, 8, "veth0000009", back, 0),
        veth(10, 7, "veth000000a", front, 1),
      ),
      "docker_network_inspect.json": [
        network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"], app: ["172.18.0.3/16"] }),
        network("back", backId, "172.19.0.0/16", { web: ["172.19.0.2/16"] }),
      ],
    };
    expect(pairingsOf(files)).toEqual([
      "veth000000a: app (namespace-id)",
      "veth0000008: web (namespace-id)",
      "veth0000009: web (namespace-id)",
    ]);
  });

  test("two containers on the same two networks cannot be told apart", () => {
    const files = {
      "ip_a.txt": ipA(
        ...bridges,
        veth(8, 7, "veth0000008", front, 0),
        veth(9, 8, "veth0000009", back, 0),
        veth(10, 7, "veth000000a", front, 1),
        veth(11, 8, "veth000000b", back, 1),
      ),
      "docker_network_inspect.json": [
        network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"], app: ["172.18.0.3/16"] }),
        network("back", backId, "172.19.0.0/16", { web: ["172.19.0.2/16"], app: ["172.19.0.3/16"] }),
      ],
    };
    expect(pairingsOf(files)).toEqual([
      "veth000000a: app | web",
      "veth000000b: app | web",
      "veth0000008: app | web",
      "veth0000009: app | web",
    ]);
    // One end of one of them settles all four.
    const inside = ipA(link("7: eth0@if8", { netnsid: 0, inet: ["172.18.0.2/16"] }));
    expect(pairingsOf({ ...files, "netns/web/ip_a.txt": inside })).toEqual([
      "veth000000a: app (namespace-id)",
      "veth000000b: app (namespace-id)",
      "veth0000008: web (both-ends)",
      "veth0000009: web (namespace-id)",
    ]);
  });
});

describe("a busybox host prints no netnsid", () => {
  test("two containers on a bridge stay candidates, one alone is found", () => {
    const files = {
      "ip_a.txt": ipA(
        ...bridges,
        veth(8, 7, "veth0000008", front),
        veth(9, 7, "veth0000009", front),
        veth(10, 7, "veth000000a", back),
      ),
      "docker_network_inspect.json": [
        network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"], app: ["172.18.0.3/16"] }),
        network("back", backId, "172.19.0.0/16", { db: ["172.19.0.2/16"] }),
      ],
    };
    expect(pairingsOf(files)).toEqual([
      "veth000000a: db (elimination)",
      "veth0000008: app | web",
      "veth0000009: app | web",
    ]);
  });

  test("a container on two networks is found on both", () => {
    const files = {
      "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008", front), veth(9, 8, "veth0000009", back)),
      "docker_network_inspect.json": [
        network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"] }),
        network("back", backId, "172.19.0.0/16", { web: ["172.19.0.2/16"] }),
      ],
    };
    expect(pairingsOf(files)).toEqual(["veth0000008: web (elimination)", "veth0000009: web (elimination)"]);
  });

  test("brctl knows the bridge of a port where ip prints no master", () => {
    const files = {
      "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008"), veth(10, 7, "veth000000a")),
      "brctl_show.txt": [
        "bridge name\tbridge id\t\tSTP enabled\tinterfaces",
        `${front}\t\t8000.020000000003\tno\t\tveth0000008`,
        `${back}\t\t8000.020000000004\tno\t\tveth000000a`,
        "",
      ].join("\n"),
      "docker_network_inspect.json": [
        network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"] }),
        network("back", backId, "172.19.0.0/16", { db: ["172.19.0.2/16"] }),
      ],
    };
    expect(pairingsOf(files)).toEqual(["veth000000a: db (elimination)", "veth0000008: web (elimination)"]);
  });
});

describe("what is off its bridge", () => {
  const two = [
    network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"], app: ["172.18.0.3/16"] }),
    network("back", backId, "172.19.0.0/16", { db: ["172.19.0.2/16"] }),
  ];

  test("could be either container of a network", () => {
    const files = {
      "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008", front, 0), veth(9, 7, "veth0000009", undefined, 1)),
      "docker_network_inspect.json": two.slice(0, 1),
    };
    expect(pairingsOf(files)).toEqual(["veth0000008: app | web", "veth0000009: app | web"]);
  });

  test("is the container that is left when every other veth has its own", () => {
    const files = {
      "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008", front, 0), veth(9, 7, "veth0000009", undefined, 1)),
      "docker_network_inspect.json": [
        network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"] }),
        network("back", backId, "172.19.0.0/16", { db: ["172.19.0.2/16"] }),
      ],
    };
    expect(pairingsOf(files)).toEqual(["veth0000008: web (namespace-id)", "veth0000009: db (namespace-id)"]);
    expect(hostOf(files).pairings[1]).toMatchObject({ certainty: "strong" });
  });

  test("leaves open who is who when there are more veths than containers", () => {
    const files = {
      "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008", front, 0), veth(9, 7, "veth0000009", undefined, 1)),
      "docker_network_inspect.json": [network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"] })],
    };
    expect(pairingsOf(files)).toEqual(["veth0000008: web", "veth0000009: web"]);
  });

  test("a container with both its veths off their bridges is found, though not which is which", () => {
    const files = {
      "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008", undefined, 0), veth(9, 8, "veth0000009", undefined, 0)),
      "docker_network_inspect.json": [
        network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"] }),
        network("back", backId, "172.19.0.0/16", { web: ["172.19.0.2/16"] }),
      ],
    };
    expect(hostOf(files).pairings).toMatchObject([
      { kind: "paired", container: "web", networkId: null },
      { kind: "paired", container: "web", networkId: null },
    ]);
  });
});

describe("what is not Docker's", () => {
  const docker0 = link("3: docker0", { inet: ["172.17.0.1/16"] });
  const networks = [network("bridge", "dd0000000001", "172.17.0.0/16", { web: ["172.17.0.2/16"] })];

  test("a namespace that somebody else put on docker0 is nobody's container", () => {
    const files = {
      "ip_a.txt": ipA(docker0, veth(8, 7, "veth0000008", "docker0", 0), veth(9, 2, "br-test-end", "docker0", 1)),
      "docker_network_inspect.json": networks,
    };
    expect(pairingsOf(files)).toEqual(["br-test-end: ?", "veth0000008: web (namespace-id)"]);
  });

  test("not even when the container's own veth is gone", () => {
    const files = {
      "ip_a.txt": ipA(docker0, veth(9, 2, "br-test-end", "docker0", 1)),
      "docker_network_inspect.json": networks,
    };
    expect(pairingsOf(files)).toEqual(["br-test-end: ?"]);
  });

  test("a second link into a container is that container's by its netnsid", () => {
    const files = {
      "ip_a.txt": ipA(docker0, veth(8, 7, "veth0000008", "docker0", 0), veth(9, 9, "pipe0", "docker0", 0)),
      "docker_network_inspect.json": networks,
    };
    expect(pairingsOf(files)).toEqual(["pipe0: web (namespace-id)", "veth0000008: web (namespace-id)"]);
  });

  test("veths of which both ends are on the host, and an uplink that is a veth, are no containers'", () => {
    const files = {
      "ip_a.txt": ipA(
        link("2: eth0@if40", { netnsid: 3, inet: ["192.0.2.10/24"] }),
        docker0,
        link("5: left@right"),
        link("6: right@left", { master: "docker0" }),
      ),
      "docker_network_inspect.json": networks,
    };
    expect(pairingsOf(files)).toEqual([]);
  });
});

test("containers that share a namespace are behind one veth", () => {
  const files = {
    "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008", front, 0)),
    "docker_network_inspect.json": [network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"] })],
    "docker_inspect.json": [
      container("web", { front: [frontId, "172.18.0.2"] }),
      container("sidecar", {}, { mode: "container:web" }),
    ],
  };
  expect(pairingsOf(files)).toEqual(["veth0000008: web (namespace-id)"]);
});

test("containers that do not run have no veth", () => {
  const files = {
    "ip_a.txt": ipA(...bridges, veth(8, 7, "veth0000008", front, 0)),
    "docker_network_inspect.json": [network("front", frontId, "172.18.0.0/16", { web: ["172.18.0.2/16"] })],
    "docker_inspect.json": [
      container("web", { front: [frontId, "172.18.0.2"] }),
      container("old", { front: [frontId, "172.18.0.3"] }, { running: false }),
    ],
  };
  expect(pairingsOf(files)).toEqual(["veth0000008: web (namespace-id)"]);
});

test("more candidates than anybody reads are a number", () => {
  const names = Array.from({ length: 60 }, (_, i) => `c${i}`);
  const files = {
    "ip_a.txt": ipA(
      ...bridges,
      ...names.map((_, i) => veth(100 + i, 7, `veth${String(i).padStart(7, "0")}`, front, i)),
    ),
    "docker_network_inspect.json": [
      network(
        "front",
        frontId,
        "172.18.0.0/16",
        Object.fromEntries(names.map((name, i) => [name, [`172.18.1.${i}/16`]])),
      ),
    ],
  };
  const { pairings } = hostOf(files);
  expect(pairings).toHaveLength(60);
  expect(pairings.every(({ kind, reason }) => kind === "unknown" && reason.startsWith("60 containers fit"))).toBe(true);
});
