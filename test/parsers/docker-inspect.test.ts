import { describe, expect, it } from "vitest";
import { dockerInspect } from "../../src/parsers/docker-inspect.ts";
import { itObeysTheJsonLaws } from "../support/json-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";

const samples = parserSamples("docker-inspect");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";
const parse = (text: string) => dockerInspect.parse(text);

describe("docker inspect", () => {
  itObeysTheJsonLaws(
    dockerInspect,
    samples.map(({ text }) => text),
  );

  it.each(samples)("understands all of $name", ({ text }) => {
    expect(parse(text).notes).toEqual([]);
    expect(parse(text).data).toHaveLength(2);
  });

  it("reads a container with its ports and networks", () => {
    const [dns] = parse(sample("compose-29")).data;
    expect(dns).toMatchObject({
      line: 2,
      name: "dns",
      status: "running",
      running: true,
      pid: 12656,
      networkMode: "monitoring",
      portBindings: [
        { containerPort: 53, protocol: "tcp", hostIp: "", hostPort: 5353 },
        { containerPort: 53, protocol: "udp", hostIp: "", hostPort: 5353 },
      ],
      networks: [
        { network: "monitoring", ipv4: "172.20.2.3", ipv4PrefixLength: 24, ipv6: null, ipv6PrefixLength: null },
      ],
    });
    expect(dns?.ports).toHaveLength(4);
    expect(dns?.sandboxKey).toMatch(/^\/var\/run\/docker\/netns\//);
  });

  it("reads the subset that a template picked, with the engine's defaults for the rest", () => {
    const [web, sidecar] = parse(sample("reduced")).data;
    expect(web).toMatchObject({
      line: 2,
      name: "web",
      portBindings: [{ containerPort: 80, hostPort: null }],
      ports: [
        { line: 2, containerPort: 80, protocol: "tcp", hostIp: "0.0.0.0", hostPort: 8000 },
        { line: 2, containerPort: 80, protocol: "tcp", hostIp: "::", hostPort: 8000 },
      ],
      exposedPorts: [],
      capAdd: [],
      labels: {},
      networks: [{ network: "front", networkId: "4d3fa0799db2", endpointId: "", gwPriority: 0, aliases: [] }],
    });
    expect(sidecar).toMatchObject({ line: 3, pid: null, status: null, startedAt: null, ports: [], networks: [] });
    expect(sidecar?.networkMode).toBe("container:f3d33ced0cab57a8a6375d68ddb163c0fed77c766b1abc7847698c9fc828846b");
  });

  it("keeps no environment, command, mount or foreign label", () => {
    const text = JSON.stringify([
      {
        Id: "1",
        Path: "secret",
        Args: ["secret"],
        Mounts: [{ Source: "/secret" }],
        Config: { Env: ["A=secret"], Cmd: ["secret"], Labels: { other: "secret", "com.docker.compose.service": "s" } },
        HostConfig: { Binds: ["/secret:/x"] },
      },
    ]);
    expect(JSON.stringify(parse(text))).not.toContain("secret");
    expect(parse(text).data[0]?.labels).toEqual({ "com.docker.compose.service": "s" });
  });

  it.each([
    [
      "an image",
      '[{"Id":"sha256:1","RepoTags":[]}]',
      "not a container: none of State, Config, HostConfig and NetworkSettings",
    ],
    ["a container without id", '[{"Name":"/x","State":{}}]', "Id: expected string, received undefined"],
    ["a text for a number", '[{"Id":"1","State":{"Pid":"7"}}]', "State.Pid: expected number, received string"],
  ])("notes %s", (_, text, why) => {
    expect(parse(text)).toEqual({ data: [], notes: [{ line: 1, text, why }] });
  });

  it.each([
    ["IPAddress", "10.0.0.2", "IPPrefixLen", 33],
    ["IPAddress", "10.0.0.2", "IPPrefixLen", 4294967295],
    ["IPAddress", "10.0.0.2", "IPPrefixLen", 1.5],
    ["GlobalIPv6Address", "fd00::2", "GlobalIPv6PrefixLen", -1],
    ["GlobalIPv6Address", "10.0.0.2", "GlobalIPv6PrefixLen", 64],
  ])("notes the network whose %s %s has the %s %d", (address, text, length, number) => {
    const networks = { [address]: text, [length]: number };
    const { data, notes } = parse(JSON.stringify([{ Id: "1", NetworkSettings: { Networks: { n: networks } } }]));
    expect(data).toMatchObject([{ id: "1", networks: [] }]);
    expect(notes).toMatchObject([{ line: 1, why: `${length}: not the length of a prefix that the address can have` }]);
  });

  it.each(["eighty/tcp", "70000/tcp", "", "80/tcp/x"])("notes the port %j and keeps the container", (port) => {
    const { data, notes } = parse(
      JSON.stringify([{ Id: "1", NetworkSettings: { Ports: { [port]: [{ HostPort: "1" }] } } }]),
    );
    expect(data).toMatchObject([{ id: "1", ports: [] }]);
    expect(notes).toMatchObject([{ line: 1, why: `not a port: ${port}` }]);
  });
});
