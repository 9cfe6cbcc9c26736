import { describe, expect, test } from "vitest";
import { asTexts } from "../../support/as-texts.ts";
import { contradictionsOf, hostOf } from "../../support/host-of.ts";
import { container, idOf, longId, network } from "../../support/raw-captures.ts";

const id = "ed7da300a506";
const mac = "02:42:ac:12:00:02";
const ps = (...rows: readonly (readonly [name: string, status: string, ports?: string])[]) =>
  [
    "CONTAINER ID   IMAGE     COMMAND   CREATED       STATUS         PORTS                    NAMES",
    ...rows.map(
      ([name, status, ports = ""]) =>
        `${idOf(name)}   nginx     "/run"    3 hours ago   ${status.padEnd(15)}${ports.padEnd(22)}   ${name}`,
    ),
    "",
  ].join("\n");

describe("containers", () => {
  test("of docker inspect, docker ps and the networks are one", () => {
    const host = hostOf({
      "docker_inspect.json": [container("web", { mynet: [id, "172.18.0.2", mac] })],
      "docker_ps.txt": ps(["web", "Up 3 hours"]),
      "docker_network_inspect.json": [network("mynet", id, "172.18.0.0/16", { web: ["172.18.0.2/16", mac] })],
    });
    expect(host.contradictions.filter(({ subject }) => subject === "web")).toEqual([]);
    expect(asTexts(host.containers)).toMatchObject([
      {
        name: "web",
        id: longId(idOf("web")),
        running: true,
        networkMode: "own",
        namespace: "web",
        endpoints: [
          { networkId: longId(id), mac, ipv4: { address: "172.18.0.2", prefixLength: 16 }, gateway4: "172.18.0.1" },
        ],
      },
    ]);
    const files = host.containers[0]?.sources.map(({ file }) => file);
    expect(files).toEqual(["docker_inspect.json", "docker_ps.txt", "docker_network_inspect.json"]);
  });

  test("have the network's facts where docker inspect is missing", () => {
    const host = hostOf({
      "docker_network_inspect.json": [
        network("inner", id, "172.18.0.0/16", { web: ["172.18.0.2/16", mac] }, { Internal: true }),
        network("outer", "aa0000000001", "172.19.0.0/16", { web: ["172.19.0.2/16"] }),
      ],
    });
    expect(asTexts(host.containers)).toMatchObject([
      {
        name: "web",
        endpoints: [
          { ipv4: { address: "172.18.0.2" }, gateway4: null, mac },
          { ipv4: { address: "172.19.0.2" }, gateway4: "172.19.0.1", mac: null },
        ],
      },
    ]);
  });

  test("of which only a row of docker ps is known run or not, or nobody says", () => {
    const host = hostOf({
      "docker_ps.txt": ps(["web", "Up 3 hours"], ["old", "Exited (0)"], ["loop", "Restarting (1)"], ["new", "Created"]),
    });
    expect(host.containers.map(({ name, running }) => [name, running])).toEqual([
      ["loop", true],
      ["new", false],
      ["old", false],
      ["web", true],
    ]);
  });

  test("that only their own captures tell of are there, of unknown state", () => {
    const host = hostOf({ "netns/tool/resolv_conf.txt": "nameserver 127.0.0.11\n" });
    expect(host.containers).toMatchObject([
      { name: "tool", id: null, running: null, namespace: "tool", networkMode: null },
    ]);
  });

  test("have one endpoint on a network, however often it is listed; what is told otherwise contradicts", () => {
    const listed = (ip: string) => network("mynet", id, "172.18.0.0/16", { web: [ip, mac] });
    const twice = hostOf({ "docker_network_inspect.json": [listed("172.18.0.2/16"), listed("172.18.0.2/16")] });
    expect(asTexts(twice.containers.map(({ endpoints }) => endpoints.map(({ ipv4 }) => ipv4?.address)))).toEqual([
      ["172.18.0.2"],
    ]);
    expect(twice.containers[0]?.endpoints[0]?.sources).toHaveLength(2);
    expect(twice.contradictions).toEqual([]);
    const other = hostOf({ "docker_network_inspect.json": [listed("172.18.0.2/16"), listed("172.18.0.3/16")] });
    expect(asTexts(other.containers.map(({ endpoints }) => endpoints.map(({ ipv4 }) => ipv4?.address)))).toEqual([
      ["172.18.0.2"],
    ]);
    expect(contradictionsOf(other)).toEqual([
      expect.stringMatching(/^web: its IPv4 address on mynet is 172\.18\.0\.2 at .*, but 172\.18\.0\.3 at /),
    ]);
  });

  test("whose name nobody tells have the start of their id for one", () => {
    const unnamed = { [longId("0123456789ab")]: { EndpointID: longId("e"), IPv4Address: "172.18.0.2/16" } };
    const host = hostOf({
      "docker_network_inspect.json": [network("mynet", id, "172.18.0.0/16", {}, { Containers: unnamed })],
    });
    expect(host.containers.map(({ name }) => name)).toEqual(["0123456789ab"]);
  });

  test("that do not run have no endpoints", () => {
    const host = hostOf({
      "docker_inspect.json": [container("old", { mynet: [id, "172.18.0.2"] }, { running: false })],
    });
    expect(host.containers).toMatchObject([{ running: false, endpoints: [], namespace: null }]);
  });

  test("keep the name that swarm hides on docker_gwbridge", () => {
    const gwbridge = network("docker_gwbridge", "bb0000000001", "172.19.0.0/16", { gateway_web: ["172.19.0.2/16"] });
    const host = hostOf({
      "docker_network_inspect.json": [gwbridge],
      "docker_ps.txt": ps(["web", "Up 3 hours"]).replace(idOf("web"), idOf("gateway_web")),
    });
    expect(host.containers.map(({ name }) => name)).toEqual(["web"]);
  });
});

describe("what contradicts itself about containers", () => {
  test("addresses that the network and the container tell differently", () => {
    const host = hostOf({
      "docker_inspect.json": [container("web", { mynet: [id, "172.18.0.2", mac] })],
      "docker_network_inspect.json": [
        network("mynet", id, "172.18.0.0/16", { web: ["172.18.0.3/16", "02:42:ac:12:00:03"] }),
      ],
    });
    expect(contradictionsOf(host)).toEqual([
      expect.stringMatching(/^web: its IPv4 address on mynet is 172\.18\.0\.2 at .*, but 172\.18\.0\.3 at /),
      expect.stringMatching(/^web: its MAC address on mynet is 02:42:ac:12:00:02 at .*, but 02:42:ac:12:00:03 at /),
    ]);
  });

  test("one that was stopped, or made anew, between two captures", () => {
    const stopped = hostOf({ "docker_inspect.json": [container("web")], "docker_ps.txt": ps(["web", "Exited (0)"]) });
    expect(contradictionsOf(stopped)).toEqual([
      "web: it runs at docker_inspect.json:2, but does not run at docker_ps.txt:2",
    ]);
    const anew = hostOf({
      "docker_inspect.json": [container("web")],
      "docker_ps.txt": ps(["web", "Up 1 second"]).replace(idOf("web"), "abcdefabcdef"),
    });
    expect(contradictionsOf(anew)).toEqual([
      `web: its id is ${idOf("web")} at docker_inspect.json:2, but abcdefabcdef at docker_ps.txt:2`,
    ]);
  });
});
