import { expect, test } from "vitest";
import { asTexts } from "../../support/as-texts.ts";
import { contradictionsOf, hostOf } from "../../support/host-of.ts";
import { longId, network } from "../../support/raw-captures.ts";

const id = "ed7da300a506";

test("what an engine tells for an address and is none is told of, and not taken for one", () => {
  const config = {
    Subnet: "172.18.0.0/16",
    Gateway: "nobody",
    IPRange: "172.18.0.0/99",
    AuxiliaryAddresses: { router: "172.18.0.300", printer: "172.18.0.9" },
  };
  const odd = network("mynet", id, "172.18.0.0/16", {}, { IPAM: { Config: [config, { Subnet: "172.19.0.0/16/16" }] } });
  const host = hostOf({ "docker_network_inspect.json": [odd] });
  expect(asTexts(host.networks.map(({ subnets }) => subnets))).toEqual([
    [{ family: 4, subnet: "172.18.0.0/16", gateway: null, ipRange: null, auxiliary: { printer: "172.18.0.9" } }],
  ]);
  expect(contradictionsOf(host)).toEqual(
    expect.arrayContaining([
      'network mynet: its gateway is "nobody", which is no address',
      'network mynet: its range of addresses is "172.18.0.0/99", which is no prefix',
      'network mynet: its auxiliary address router is "172.18.0.300", which is no address',
      'network mynet: its subnet is "172.19.0.0/16/16", which is no prefix',
    ]),
  );
});

test("a gateway with a length, as old engines print it, is the address", () => {
  const config = { Subnet: "172.18.0.0/16", Gateway: "172.18.0.1/16" };
  const host = hostOf({
    "docker_network_inspect.json": [network("mynet", id, "172.18.0.0/16", {}, { IPAM: { Config: [config] } })],
  });
  expect(asTexts(host.networks[0]?.subnets[0]?.gateway)).toBe("172.18.0.1");
  expect([host.contradictions, host.networks[0]?.id]).toEqual([[], longId(id)]);
});

test("nor is an address pool that is none", () => {
  const pools = [
    { Base: "nonsense", Size: 24 },
    { Base: "10.201.0.0/16", Size: 24 },
  ];
  const host = hostOf({ "docker_info.json": { ServerVersion: "29.0.0", DefaultAddressPools: pools } });
  expect(asTexts(host.addressPools)).toEqual({ known: true, value: [{ base: "10.201.0.0/16", size: 24 }] });
  expect(contradictionsOf(host)).toEqual(['docker info: its address pool is "nonsense", which is no prefix']);
});
