import { describe, expect, test } from "vitest";
import { namespacesOf } from "../../../src/model/queries/host-index.ts";
import { hostOf, interfaceOf, namespaceOf } from "../../support/host-of.ts";
import { container, idOf, ipA, link } from "../../support/raw-captures.ts";

const id = "ed7da300a506";
const mac = "02:42:ac:12:00:02";

describe("sandboxes", () => {
  test("are read from whichever of the containers in them was captured", () => {
    const host = hostOf({
      "docker_inspect.json": [
        container("web", { mynet: [id, "172.18.0.2"] }),
        container("sidecar", {}, { mode: "container:web" }),
      ],
      "netns/sidecar/ip_a.txt": ipA(link("7: eth0@if8")),
    });
    expect(interfaceOf(host, "eth0", "web").index).toBe(7);
    expect(host.containers.map(({ name }) => name)).toEqual(["sidecar", "web"]);
  });

  test("say why nothing of them is known", () => {
    const host = hostOf({ "docker_inspect.json": [container("web", { mynet: [id, "172.18.0.2"] })] });
    expect(namespaceOf(host, "web").interfaces).toEqual({
      known: false,
      why: "ip-addr was not captured inside web",
      lacks: "ip-addr",
    });
  });

  test("name an endpoint's interface by its MAC address, else by its IP address", () => {
    const inside = ipA(
      link("7: eth0@if8", { mac: "02:42:ac:13:00:02", inet: ["172.19.0.2/16"] }),
      link("9: eth1@if10", { mac, inet: ["172.18.0.2/16"] }),
    );
    const host = hostOf({
      "docker_inspect.json": [
        container("web", {
          back: ["aa0000000001", "172.19.0.2"],
          front: [id, "172.18.0.9", mac],
          lan: ["bb0000000001", "10.0.0.2"],
        }),
      ],
      "netns/web/ip_a.txt": inside,
    });
    expect(host.containers[0]?.endpoints.map((endpoint) => endpoint.interface)).toEqual(["eth0", "eth1", null]);
  });
});

describe("names that captures give a namespace", () => {
  const inspect = [container("web", { mynet: [id, "172.18.0.2"] }, { pid: 4711 })];
  const inside = ipA(link("7: eth0@if8"));
  const resolvesTo = (files: Record<string, unknown>) =>
    namespacesOf(hostOf({ "docker_inspect.json": inspect, ...files })).map(({ name: id }) => id);

  test.each([
    ["an id in a prompt inside", { "log.txt": `root@${idOf("web")}:/# ip a\n${inside}` }],
    ["an id of docker exec", { "log.txt": `$ docker exec ${idOf("web")} ip a\n${inside}` }],
    ["a process of nsenter", { "log.txt": `# nsenter -t 4711 -n ip a\n${inside}` }],
    ["a sandbox's key", { "log.txt": `# nsenter --net=/var/run/docker/netns/${idOf("sandbox web")} ip a\n${inside}` }],
    ["a folder of its id", { [`netns/${idOf("web")}/ip_a.txt`]: inside }],
    ["its own name", { "netns/web/ip_a.txt": inside }],
  ])("%s is the container", (_, files) => {
    expect(resolvesTo(files)).toEqual(["host", "web"]);
    const host = hostOf({ "docker_inspect.json": inspect, ...files });
    expect(interfaceOf(host, "eth0", "web").index).toBe(7);
    expect(host.captures.find(({ kind, state }) => kind === "ip-addr" && state === "ok")?.netns).toBe("web");
  });

  test.each([
    ["a process that is nobody's", { "log.txt": `# nsenter -t 99 -n ip a\n${inside}` }, "pid-99"],
    ["an id that nothing tells of", { "netns/abcdefabcdef/ip_a.txt": inside }, "abcdefabcdef"],
    [
      "a word that an id could begin with",
      { [`netns/${idOf("web").slice(0, 3)}/ip_a.txt`]: inside },
      idOf("web").slice(0, 3),
    ],
  ])("%s stays what it is called", (_, files, name) => {
    expect(resolvesTo(files).sort()).toEqual([name, "host", "web"].sort());
  });

  test("ids are known from docker ps and from networks too", () => {
    const ps = `CONTAINER ID   IMAGE     COMMAND   CREATED       STATUS       PORTS     NAMES\n${idOf("web")}   nginx     "/run"    3 hours ago   Up 3 hours             web\n`;
    const host = hostOf({ "docker_ps.txt": ps, [`netns/${idOf("web")}/ip_a.txt`]: inside });
    expect(host.containers.map(({ name, namespace }) => [name, namespace])).toEqual([["web", "web"]]);
  });
});
