import { describe, expect, test } from "vitest";
import { describeResolvers } from "../../../src/operations/describe-resolvers.ts";
import { asTexts } from "../../support/as-texts.ts";
import { hostOf } from "../../support/host-of.ts";
import { container, idOf, ipA, link, longId } from "../../support/raw-captures.ts";

const front = {
  name: "front",
  id: longId("5017"),
  driver: "bridge",
  network_interface: "podman1",
  subnets: [{ subnet: "10.91.0.0/24", gateway: "10.91.0.1" }],
  internal: false,
};
const published = { "80/tcp": [{ HostIp: "", HostPort: "8080" }] };

/** As podman writes it: the network's name for its id, and a mode that is no name. */
const web = podmans("web", "front", { mode: "bridge", ports: published });

function podmans(name: string, network: string, options: object): { Name: string; NetworkSettings: object } {
  const one = container(name, { [network]: ["", "10.91.0.2"] }, options) as {
    Name: string;
    NetworkSettings: { Networks: Record<string, object> };
  };
  const attachment = { ...one.NetworkSettings.Networks[network], NetworkID: network };
  return { ...one, Name: name, NetworkSettings: { ...one.NetworkSettings, Networks: { [network]: attachment } } };
}

describe("podman", () => {
  test("gives a network's name for its id: there is one network, and the container is on it", () => {
    const host = hostOf({ "podman_network_inspect.json": [front], "docker_inspect.json": [web] });
    expect(host.networks.map(({ name, inspected, bridge }) => [name, inspected, bridge])).toEqual([
      ["front", true, "podman1"],
    ]);
    expect(asTexts(host.containers[0]?.endpoints)).toMatchObject([
      { networkId: front.id, ipv4: { address: "10.91.0.2" } },
    ]);
    expect(host.contradictions).toEqual([]);
  });

  test("keeps networks apart whose names begin alike, when none was inspected", () => {
    const [one, other] = ["longnetworkname-a", "longnetworkname-b"];
    const host = hostOf({
      "docker_inspect.json": [podmans("a", one, { mode: "bridge" }), podmans("b", other, { mode: "bridge" })],
    });
    expect(host.networks.map(({ name, inspected }) => [name, inspected])).toEqual([
      [one, false],
      [other, false],
    ]);
  });

  test.each(["slirp4netns", "pasta"])("has no network called %s", (mode) => {
    const host = hostOf({ "docker_inspect.json": [podmans("web", mode, { mode })] });
    expect(host.networks).toEqual([]);
    expect(host.containers).toMatchObject([{ name: "web", networkMode: "own", endpoints: [] }]);
  });

  test("lists the owner's networks and ports under a guest of its namespace, which contradicts nobody", () => {
    const guest = podmans("sidecar", "front", { mode: `container:${longId(idOf("web"))}`, ports: published });
    const row = (name: string) =>
      `${longId(idOf(name))}  busybox  sh  1 minute ago  Up 1 minute  0.0.0.0:8080->80/tcp  ${name}`;
    const host = hostOf({
      "podman_network_inspect.json": [front],
      "docker_inspect.json": [guest, web],
      "docker_ps.txt": [
        `${"CONTAINER ID".padEnd(64)}  IMAGE    COMMAND  CREATED  STATUS  PORTS  NAMES`,
        row("web"),
        row("sidecar"),
        "",
      ].join("\n"),
    });
    expect(asTexts(host.publishedPorts)).toMatchObject([{ container: "web", hostPort: 8080, containerPort: 80 }]);
    expect(host.containers).toMatchObject([
      { name: "sidecar", networkMode: "container", namespace: "web", endpoints: [] },
      { name: "web", networkMode: "own", namespace: "web", endpoints: [{ networkId: front.id }] },
    ]);
    expect(host.contradictions).toEqual([]);
  });

  test("lists in its networks who is on them, since 5.0", () => {
    const interfaces = { eth0: { subnets: [{ ipnet: "10.91.0.2/24" }], mac_address: "06:6d:25:3e:0d:69" } };
    const listing = { ...front, containers: { [longId(idOf("web"))]: { name: "web", interfaces } } };
    const host = hostOf({
      "podman_network_inspect.json": [listing],
      "ip_a.txt": ipA(link("4: podman1", { inet: ["10.91.0.1/24"] }), link("5: veth0@if2", { master: "podman1" })),
    });
    expect(asTexts(host.containers)).toMatchObject([
      { name: "web", endpoints: [{ networkId: front.id, ipv4: { address: "10.91.0.2", prefixLength: 24 } }] },
    ]);
  });
});

test("nothing is concluded of the resolver of a container on podman's networks: they have no embedded DNS", () => {
  const host = hostOf({ "podman_network_inspect.json": [front], "docker_inspect.json": [web] });
  expect(describeResolvers(host)).toEqual([]);
});

describe("ports of a container that are a list", () => {
  const old = (ports: unknown) => ({
    Id: longId("aa"),
    Name: "web",
    State: { Running: true, Pid: 4711 },
    HostConfig: { NetworkMode: "bridge" },
    NetworkSettings: { Ports: ports },
  });

  test("are those of podman 1", () => {
    const port = { hostPort: 8080, containerPort: 80, protocol: "tcp", hostIP: "" };
    const host = hostOf({ "docker_inspect.json": [old([port])] });
    expect(asTexts(host.publishedPorts)).toMatchObject([
      { container: "web", protocol: "tcp", hostAddress: "0.0.0.0", hostPort: 8080, containerPort: 80 },
    ]);
  });

  test("may be empty, and what is no port costs the ports alone", () => {
    expect(hostOf({ "docker_inspect.json": [old([])] })).toMatchObject({ containers: [{ name: "web" }] });
    const host = hostOf({ "docker_inspect.json": [old("none")] });
    expect(host).toMatchObject({ containers: [{ name: "web" }], publishedPorts: [] });
    expect(host.captures.find(({ kind }) => kind === "docker-inspect")?.notes).toHaveLength(1);
  });
});
