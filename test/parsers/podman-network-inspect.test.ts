import { describe, expect, it } from "vitest";
import { podmanNetworkInspect } from "../../src/parsers/podman-network-inspect.ts";
import { itObeysTheJsonLaws } from "../support/json-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";

const [sample = ""] = parserSamples("podman-network-inspect").map(({ text }) => text);

describe("podman network inspect", () => {
  itObeysTheJsonLaws(podmanNetworkInspect, [sample]);

  it("reads networks in Docker's terms", () => {
    const { data, notes } = podmanNetworkInspect.parse(sample);
    expect(notes).toEqual([]);
    expect(data).toMatchObject([
      {
        line: 2,
        name: "podman",
        driver: "bridge",
        scope: "local",
        enableIPv4: true,
        enableIPv6: false,
        internal: false,
        ipamDriver: "host-local",
        ipam: [{ line: 9, subnet: "10.88.0.0/16", gateway: "10.88.0.1" }],
        options: { "com.docker.network.bridge.name": "podman0" },
        endpoints: [{ line: 21, name: "web", mac: "36:9c:2b:12:34:56", ipv4: "10.88.0.2/16", ipv6: null }],
      },
      {
        driver: "macvlan",
        enableIPv4: true,
        enableIPv6: true,
        internal: true,
        ipam: [{ subnet: "192.0.2.0/24" }, { subnet: "2001:db8::/64", gateway: null }],
        options: { mtu: "1400", parent: "eth0" },
        endpoints: [],
      },
    ]);
  });
});
