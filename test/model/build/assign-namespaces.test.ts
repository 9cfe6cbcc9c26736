import { describe, expect, test } from "vitest";
import { namespacesOf } from "../../../src/model/queries/host-index.ts";
import { hostOf } from "../../support/host-of.ts";
import { container, idOf, ipA, link, longId } from "../../support/raw-captures.ts";

const id = "ed7da300a506";
const places = (files: Record<string, unknown>) =>
  hostOf(files).containers.map(({ name, networkMode, namespace }) => `${name}: ${networkMode} ${namespace}`);

describe("the namespace of a container", () => {
  test("follows from its mode", () => {
    const files = {
      "docker_inspect.json": [
        container("web", { mynet: [id, "172.18.0.2"] }),
        container("agent", {}, { mode: "host" }),
        container("batch", {}, { mode: "none" }),
        container("sidecar", {}, { mode: "container:web" }),
        container("second", {}, { mode: `container:${longId(idOf("web"))}` }),
        container("lost", {}, { mode: "container:nobody" }),
        container("old", {}, { mode: "host", running: false }),
      ],
    };
    expect(places(files)).toEqual([
      "agent: host host",
      "batch: none batch",
      "lost: container null",
      "old: host null",
      "second: container web",
      "sidecar: container web",
      "web: own web",
    ]);
    expect(namespacesOf(hostOf(files)).map(({ name: id, containers }) => [id, ...containers])).toEqual([
      ["host", "agent"],
      ["batch", "batch"],
      ["web", "web", "second", "sidecar"],
    ]);
  });

  test("is that at the end of the line of containers that join each other", () => {
    const files = {
      "docker_inspect.json": [
        container("a", {}, { mode: "container:b" }),
        container("b", {}, { mode: "container:c" }),
        container("c", {}, { mode: "host" }),
        container("x", {}, { mode: "container:y" }),
        container("y", {}, { mode: "container:x" }),
        container("left", {}, { mode: "container:gone" }),
        container("gone", {}, { mode: "bridge", running: false }),
      ],
    };
    expect(places(files)).toEqual([
      "a: container host",
      "b: container host",
      "c: host host",
      "gone: own null",
      "left: container gone",
      "x: container null",
      "y: container null",
    ]);
  });

  test("is shared by those that show the very same interfaces, where no mode is known", () => {
    const inside = ipA(link("7: eth0@if8", { mac: "02:42:ac:12:00:02", inet: ["172.18.0.2/16"] }));
    const files = {
      "ip_a.txt": ipA(link("2: eth0")),
      "netns/app/ip_a.txt": inside,
      "netns/sidecar/ip_a.txt": inside,
      "netns/agent/ip_a.txt": ipA(link("2: eth0")),
      "netns/batch/ip_a.txt": ipA(),
      "netns/cron/ip_a.txt": ipA(),
    };
    expect(places(files)).toEqual([
      "agent: host host",
      "app: null app",
      "batch: null batch",
      "cron: null cron",
      "sidecar: container app",
    ]);
  });

  test("is its own when it is on a network", () => {
    expect(
      places({ "docker_inspect.json": [container("web", { mynet: [id, "172.18.0.2"] }, { mode: "mynet" })] }),
    ).toEqual(["web: own web"]);
  });
});

describe("a container called host", () => {
  const files = {
    "ip_a.txt": ipA(link("2: eth0", { inet: ["192.0.2.10/24"] })),
    "docker_inspect.json": [
      container("host", { mynet: [id, "172.18.0.2"] }),
      container("agent", {}, { mode: "host" }),
      container("sidecar", {}, { mode: "container:host" }),
    ],
    "netns/host/ip_a.txt": ipA(link("7: eth0@if8", { inet: ["172.18.0.2/16"] })),
  };

  test("is not taken for the host", () => {
    const host = hostOf(files);
    const { containers } = host;
    const namespaces = namespacesOf(host);
    expect(namespaces.map((each) => [each.name, ...each.containers])).toEqual([
      ["host", "agent"],
      ["container:host", "host", "sidecar"],
    ]);
    const inside = namespaces.map(({ interfaces }) =>
      interfaces.known ? interfaces.value.map(({ name }) => name) : [],
    );
    expect(inside).toEqual([
      ["lo", "eth0"],
      ["lo", "eth0"],
    ]);
    expect(containers.find(({ name }) => name === "host")?.endpoints).toMatchObject([{ interface: "eth0" }]);
  });
});
