import { describe, expect, test } from "vitest";
import { analyze } from "../../src/operations/analyze.ts";
import { indexGraph } from "../../src/topology/graph.ts";
import { snapshotOf } from "../support/snapshot-of.ts";
import { syntheticSnapshot } from "../support/synthetic-snapshot.ts";

const iface = (index: number, name: string, words: string, address = "", kind = "") =>
  `${index}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue ${words}state UP group default qlen 1000
    link/ether 52:54:00:00:00:${String(index).padStart(2, "0")} brd ff:ff:ff:ff:ff:ff promiscuity 0 minmtu 68 maxmtu 9000 ${kind === "" ? "" : `\n    ${kind} `}${address === "" ? "" : `\n    inet ${address} scope global ${name.split("@")[0]}\n       valid_lft forever preferred_lft forever`}
`;

describe("what stands where", () => {
  const { topology } = analyze(
    snapshotOf({
      "ip-addr": [
        iface(1, "eth0", "master bond0 "),
        iface(2, "eth1", "master bond0 "),
        iface(3, "bond0", "", "192.0.2.10/24", "bond mode active-backup"),
        iface(4, "bond0.5@bond0", "", "198.51.100.1/24", "vlan protocol 802.1Q id 5 <REORDER_HDR>"),
        iface(5, "eth2", "master br0 "),
        iface(6, "br0", "", "203.0.113.1/24", "bridge forward_delay 1500"),
        iface(7, "vetha@vethb", "", "", "veth"),
        iface(8, "vethb@vetha", "", "", "veth"),
        iface(9, "wg0", "", "10.9.0.1/24", "wireguard"),
      ].join(""),
      "ip-route": "default via 192.0.2.1 dev bond0 \n",
    }),
  );
  const graph = indexGraph(topology);
  const roles = Object.fromEntries(graph.nodes("interface").map(({ name, role }) => [name, role]));

  test("uplinks are what leads out: by the default route, or by a global address on something that can", () => {
    expect(roles).toEqual({ eth0: "other", eth1: "other", bond0: "uplink", "bond0.5": "uplink", wg0: "other" });
  });

  test("a vlan stands on its interface, and members under their bond", () => {
    expect(topology.links.filter(({ type }) => type === "parent").map(({ id }) => id)).toEqual([
      "interface:bond0 interface:bond0.5",
      "interface:eth0 interface:bond0",
      "interface:eth1 interface:bond0",
    ]);
  });

  test("a bridge that is not Docker's keeps its ports, and a veth with both ends here is loose", () => {
    expect(graph.portsOf("br0").map(({ name, pairing }) => [name, pairing])).toEqual([["eth2", null]]);
    expect(graph.nodes("bridge").map(({ name, owner }) => [name, owner])).toEqual([["br0", "foreign"]]);
    expect(graph.nodes("veth").map(({ name, peer }) => [name, peer])).toEqual([
      ["vetha", "vethb"],
      ["vethb", "vetha"],
    ]);
    expect(topology.links.filter(({ type }) => type === "peer")).toHaveLength(1);
  });

  test("the default route is told with its router", () => {
    const bond = graph.nodes("interface").find(({ name }) => name === "bond0");
    expect(bond?.defaultRoutes).toEqual([{ family: 4, via: "192.0.2.1", metric: 0 }]);
  });
});

describe("laws", () => {
  const snapshot = syntheticSnapshot({ containers: 45, rules: 0 });
  const { topology } = analyze(snapshot);

  test("ids are unique, and every link joins two nodes", () => {
    const ids = topology.nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = topology.links.map(({ id, type }) => `${type} ${id}`);
    expect(new Set(links).size).toBe(links.length);
    expect(topology.links.flatMap(({ from, to }) => [from, to]).filter((id) => !ids.includes(id))).toEqual([]);
  });

  test("every node but the host has a source", () => {
    expect(topology.nodes.filter(({ type, sources }) => type !== "host" && sources.length === 0)).toEqual([]);
  });

  test("the order of the captures changes nothing", () => {
    expect(analyze({ ...snapshot, captures: snapshot.captures.toReversed() }).topology).toEqual(topology);
  });

  test("every endpoint is reached by exactly one link", () => {
    const graph = indexGraph(topology);
    const reaching = topology.links.filter(
      ({ type }) => type === "endpoint" || type === "portless" || type === "attachment",
    );
    for (const node of graph.nodes("container")) {
      expect(reaching.filter(({ to }) => to === node.id)).toHaveLength(node.endpoints.length);
    }
  });

  test("what interfaces name in a circle is still shown", () => {
    const circle = analyze(
      snapshotOf({
        "ip-addr": [
          iface(1, "a@b", "", "", "vlan id 1"),
          iface(2, "b@c", "", "", "vlan id 2"),
          iface(3, "c@a", "", "", "vlan id 3"),
        ].join(""),
      }),
    );
    expect(indexGraph(circle.topology).nodes("interface")).toHaveLength(3);
  });
});
