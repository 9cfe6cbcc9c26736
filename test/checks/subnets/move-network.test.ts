import { expect, test } from "vitest";
import { listed, network } from "../../../src/checks/examples/networks.ts";
import { printFix } from "../../../src/checks/print-fix.ts";
import { moveNetwork } from "../../../src/checks/subnets/move-network.ts";
import { parsePrefix } from "../../../src/lib/address.ts";
import { rebuildHost } from "../../../src/operations/analyze.ts";
import { exampleSnapshot } from "../../support/example-snapshot.ts";

function commandsFor(driver: string, more: string, routes = ""): readonly string[] {
  const snapshot = exampleSnapshot({
    name: "",
    captures: {
      "docker-network-inspect": listed(network("back", "7d1c0e5a2b34", driver, "172.18.0.0/16", "172.18.0.1", more)),
      "ip-route": routes,
    },
  });
  const host = rebuildHost(snapshot);
  const [own] = host.networks;
  const old = parsePrefix("172.18.0.0/16");
  if (own === undefined || old === null) throw new Error("no network");
  return printFix(moveNetwork(host, own, old)).commands;
}

test("the network is made again as it was: what kept it apart does not get lost", () => {
  const more = `"Internal": true, "EnableIPv6": true, "Options": { "com.docker.network.bridge.enable_icc": "false" }`;
  expect(commandsFor("bridge", more)).toEqual([
    "docker network rm back",
    "docker network create --internal --ipv6 --subnet 10.201.0.0/16 -o com.docker.network.bridge.enable_icc=false back",
  ]);
});

test("the new subnet is none that a route leads to", () => {
  expect(commandsFor("bridge", "", "10.201.0.0/17 via 192.0.2.1 dev eth0\n")[1]).toBe(
    "docker network create --subnet 10.202.0.0/16 back",
  );
});

test("a macvlan network has its LAN's subnet: nothing can be proposed", () => {
  expect(commandsFor("macvlan", '"Options": { "parent": "eth0" }')).toEqual([]);
});
