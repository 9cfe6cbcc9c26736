import { describe, expect, it } from "vitest";
import { dockerNetworkInspect } from "../../src/parsers/docker-network-inspect.ts";
import { itObeysTheJsonLaws } from "../support/json-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";

const samples = parserSamples("docker-network-inspect");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";
const parse = (text: string) => dockerNetworkInspect.parse(text);

describe("docker network inspect", () => {
  itObeysTheJsonLaws(
    dockerNetworkInspect,
    samples.map(({ text }) => text),
  );

  it.each(samples)("understands all of $name", ({ text }) => {
    expect(parse(text).notes).toEqual([]);
    expect(parse(text).data).toHaveLength((JSON.parse(text) as unknown[]).length);
  });

  it("reads networks of all drivers with their options and endpoints", () => {
    const { data } = parse(sample("drivers-29"));
    expect(new Set(data.map(({ driver }) => driver))).toEqual(new Set(["bridge", "host", "null", "macvlan"]));
    const bridge = data.find(({ name }) => name === "bridge");
    expect(bridge).toMatchObject({
      line: 2,
      scope: "local",
      enableIPv4: true,
      enableIPv6: false,
      configFrom: null,
      ipamDriver: "default",
      ipam: [{ line: 14, subnet: "172.17.0.0/16", gateway: "172.17.0.1", ipRange: null, auxiliary: {} }],
      options: { "com.docker.network.bridge.name": "docker0" },
    });
    expect(bridge?.endpoints).toMatchObject([{ name: "br1", ipv4: "172.17.0.2/16", ipv6: null }]);
    expect(data.find(({ driver }) => driver === "macvlan")?.options["parent"]).toBe("eth0");
  });

  it("reads an engine that does not know EnableIPv4, and IPv6 addresses", () => {
    const { data } = parse(sample("ipv6-20"));
    expect(data.every(({ enableIPv4 }) => enableIPv4)).toBe(true);
    expect(data.some(({ endpoints }) => endpoints.some(({ ipv6 }) => ipv6?.includes("/")))).toBe(true);
  });

  it("reads an overlay network of a swarm, and what has nothing in it", () => {
    const [overlay, none] = parse(sample("swarm")).data;
    expect(overlay).toMatchObject({
      scope: "swarm",
      attachable: true,
      configFrom: "app_config",
      ipam: [{ ipRange: "10.0.1.128/25", auxiliary: { router: "10.0.1.5" } }],
      labels: { "com.docker.compose.project": "app", "com.docker.compose.network": "net" },
      peers: [
        { name: "6869d7c1732b", ip: "192.0.2.10" },
        { name: "c8b4adcf2381", ip: "192.0.2.11" },
      ],
    });
    expect(Object.keys(overlay?.labels ?? {})).toHaveLength(2);
    expect(overlay?.endpoints.map(({ key, line }) => [key.slice(0, 7), line])).toEqual([
      ["0ba7de3", 32],
      ["ep-4373", 39],
      ["lb-app_", 46],
    ]);
    expect(none).toMatchObject({ driver: "null", ipam: [], endpoints: [], options: {}, labels: {}, peers: [] });
  });

  it("keeps a network when one of its endpoints is of a wrong shape", () => {
    const text = '[{"Name":"n","Id":"1","Driver":"bridge",\n"Containers":{"a":{"Name":"x"},\n"b":{"Name":7}}}]';
    const { data, notes } = parse(text);
    expect(data[0]?.endpoints).toMatchObject([{ key: "a", name: "x", endpointId: "", mac: null }]);
    expect(notes).toEqual([{ line: 3, text: '"b":{"Name":7}}}]', why: "Name: expected string, received number" }]);
  });

  it.each(["10.0.0.2/33", "10.0.0.2/x", "fd00::2/129", "web/24"])(
    "notes an endpoint with the address %s",
    (address) => {
      const containers = { a: { Name: "x", IPv4Address: address } };
      const { data, notes } = parse(JSON.stringify([{ Name: "n", Id: "1", Driver: "bridge", Containers: containers }]));
      expect(data).toMatchObject([{ endpoints: [] }]);
      expect(notes).toMatchObject([{ line: 1, why: "IPv4Address: not an address with its length" }]);
    },
  );

  it("notes an element that is no network, and keeps the others", () => {
    const { data, notes } = parse('[\n{"Id":"1"},\n{"Name":"n","Id":"2","Driver":"d"}]');
    expect(data.map(({ id }) => id)).toEqual(["2"]);
    expect(notes).toEqual([{ line: 2, text: '{"Id":"1"},', why: "Name: expected string, received undefined" }]);
  });

  it("takes an endpoint named like a member of every object for an endpoint", () => {
    const { data } = parse(
      '[{"Name":"n","Id":"1","Driver":"d","Options":{"constructor":"x"},"Containers":{"toString":{}}}]',
    );
    expect(data[0]?.endpoints.map(({ key }) => key)).toEqual(["toString"]);
    expect(data[0]?.options).toEqual({ constructor: "x" });
  });

  it("stays linear with thousands of endpoints", () => {
    const endpoint = (i: number) => [`c${i}`, { Name: `n${i}`, EndpointID: "e".repeat(64), IPv4Address: "10.0.0.2/8" }];
    const Containers = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => endpoint(i)));
    const text = JSON.stringify([{ Name: "n", Id: "1", Driver: "bridge", Containers }], null, 4);
    expect(parse(text).data[0]?.endpoints[4999]).toMatchObject({ key: "c4999", line: 7 + 5 * 4999 });
  });
});
