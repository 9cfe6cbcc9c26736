import * as z from "zod";
import { familyOf } from "../lib/address.ts";
import type { DockerEndpoint, DockerNetwork } from "./docker-network-inspect.ts";
import { flag, list, map, onlyKeys, text, textMap, textOrNull } from "./go-json.ts";
import { type JsonText, printJson, readJson } from "./json.ts";
import type { Parser } from "./parser.ts";

// The shape: containers/common libnetwork/types/network.go (`Network`), and podman pkg/domain/entities/network.go
// (`NetworkInspectReport`, whose `containers` came with 5.0).
const networkSchema = z.object({
  name: z.string(),
  id: z.string(),
  driver: z.string(),
  network_interface: textOrNull,
  subnets: list,
  ipv6_enabled: flag(false),
  internal: flag(false),
  labels: onlyKeys("com.docker.compose.project", "com.docker.compose.network"),
  options: textMap,
  ipam_options: z.object({ driver: textOrNull }).nullish(),
  containers: map,
});

const subnetSchema = z.object({ subnet: textOrNull, gateway: textOrNull });

const interfaceSchema = z.object({
  subnets: z.array(z.object({ ipnet: text })).nullish(),
  mac_address: textOrNull,
});

const endpointSchema = z.object({ name: text, interfaces: z.record(z.string(), interfaceSchema).nullish() });

/** The option of Docker's drivers that names the same thing as podman's `network_interface`. */
const interfaceOption = (driver: string): string =>
  driver === "macvlan" || driver === "ipvlan" ? "parent" : "com.docker.network.bridge.name";

function readNetwork(json: JsonText, element: object): DockerNetwork[] {
  const network = json.check(networkSchema, element, element);
  if (network === null) return [];
  const ipam = network.subnets.flatMap((value) => readSubnet(json, value, element));
  const isIpv6 = ipam.map(({ subnet }) => subnet !== null && familyOf(subnet) === 6);
  const named =
    network.network_interface === null ? {} : { [interfaceOption(network.driver)]: network.network_interface };
  return [
    {
      line: json.lineOf(element),
      printedBy: { from: null, before: null },
      id: network.id,
      name: network.name,
      driver: network.driver,
      scope: "local",
      enableIPv4: ipam.length === 0 || isIpv6.includes(false),
      enableIPv6: network.ipv6_enabled || isIpv6.includes(true),
      internal: network.internal,
      attachable: false,
      ingress: false,
      configOnly: false,
      configFrom: null,
      ipamDriver: network.ipam_options?.driver ?? null,
      ipam,
      options: { ...network.options, ...named },
      labels: network.labels,
      endpoints: Object.entries(network.containers).flatMap(([key, value]) => readEndpoint(json, key, value, element)),
      peers: [],
    },
  ];
}

function readSubnet(json: JsonText, value: unknown, element: object): DockerNetwork["ipam"] {
  const config = json.check(subnetSchema, value, element, "subnets");
  if (config === null) return [];
  const { subnet, gateway } = config;
  return [{ line: json.lineOf(value as object), subnet, gateway, ipRange: null, auxiliary: {} }];
}

function readEndpoint(json: JsonText, key: string, value: unknown, element: object): DockerEndpoint[] {
  const endpoint = json.check(endpointSchema, value, element, "containers");
  if (endpoint === null) return [];
  const [port] = Object.values(endpoint.interfaces ?? {});
  const addresses = (port?.subnets ?? []).map(({ ipnet }) => ipnet);
  return [
    {
      line: json.lineOf(value as object),
      key,
      name: endpoint.name,
      endpointId: "",
      mac: port?.mac_address ?? null,
      ipv4: addresses.find((address) => familyOf(address) === 4) ?? null,
      ipv6: addresses.find((address) => familyOf(address) === 6) ?? null,
    },
  ];
}

function printNetwork(network: DockerNetwork): unknown {
  const { [interfaceOption(network.driver)]: name, ...options } = network.options;
  return {
    name: network.name,
    id: network.id,
    driver: network.driver,
    ...(name === undefined ? {} : { network_interface: name }),
    subnets: network.ipam.map(({ subnet, gateway }) => ({
      ...(subnet === null ? {} : { subnet }),
      ...(gateway === null ? {} : { gateway }),
    })),
    ipv6_enabled: network.enableIPv6,
    internal: network.internal,
    labels: network.labels,
    options,
    ipam_options: { driver: network.ipamDriver ?? "" },
    containers: Object.fromEntries(network.endpoints.map((endpoint) => [endpoint.key, printEndpoint(endpoint)])),
  };
}

function printEndpoint({ name, ipv4, ipv6, mac }: DockerEndpoint): unknown {
  const subnets = [ipv4, ipv6].flatMap((ipnet) => (ipnet === null ? [] : [{ ipnet }]));
  return { name, interfaces: { eth0: { subnets, mac_address: mac ?? "" } } };
}

/** Reads `podman network inspect` of podman 4 and later into the terms of Docker's networks. */
export const podmanNetworkInspect: Parser<readonly DockerNetwork[]> = {
  parse(text, firstLine) {
    const json = readJson(text, firstLine);
    return json.parsed(json.elements.flatMap((element) => readNetwork(json, element)));
  },
  print: (networks) => printJson(networks.map(printNetwork)),
};
