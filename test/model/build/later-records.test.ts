import { expect, test } from "vitest";
import { formatPrefix } from "../../../src/lib/address.ts";
import { contradictionsOf, hostOf } from "../../support/host-of.ts";

const network = (name: string, id: string, subnet: string) =>
  JSON.stringify([{ Name: name, Id: id.repeat(64), Driver: "bridge", IPAM: { Config: [{ Subnet: subnet }] } }]);
const subnetsOf = (text: string) =>
  hostOf({ "log.txt": text }).networks.map(
    ({ name, subnets }) => `${name} ${subnets.map(({ subnet }) => formatPrefix(subnet))}`,
  );

test("what the engine told twice in one text, asked in other words, is as it told it last", () => {
  const text = `$ docker network inspect $(docker network ls -q)\n${network("a", "1", "172.18.0.0/16")}\n$ docker network inspect a\n${network("a", "1", "172.19.0.0/16")}\n`;
  expect(subnetsOf(text)).toEqual(["a 172.19.0.0/16"]);
  expect(contradictionsOf(hostOf({ "log.txt": text }))).toEqual([
    "network a: taken twice: the later, at log.txt:4, holds; the earlier says something else",
  ]);
});

test("networks inspected one by one come together", () => {
  const text = `$ docker network inspect a\n${network("a", "1", "172.18.0.0/16")}\n$ docker network inspect b\n${network("b", "2", "172.19.0.0/16")}\n`;
  expect(subnetsOf(text)).toEqual(["a 172.18.0.0/16", "b 172.19.0.0/16"]);
  expect(contradictionsOf(hostOf({ "log.txt": text }))).toEqual([]);
});
