import * as z from "zod";
import { addressOrNull, flag, list, map, onlyKeys, text, textMap, textOrNull } from "./go-json.ts";
import { type JsonText, printJson, readJson } from "./json.ts";
import type { Parser } from "./parser.ts";

/** One network, from `docker network inspect`. Only what is used; the engine's own names and defaults. */
export interface DockerNetwork {
  readonly line: number;
  /** The engine that prints a network so: of this major release or a later one, and before that one. */
  readonly printedBy: ReleaseRange;
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly enableIPv4: boolean;
  readonly enableIPv6: boolean;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly configOnly: boolean;
  readonly configFrom: string | null;
  readonly ipamDriver: string | null;
  readonly ipam: readonly {
    readonly line: number;
    readonly subnet: string | null;
    readonly gateway: string | null;
    readonly ipRange: string | null;
    readonly auxiliary: Readonly<Record<string, string>>;
  }[];
  readonly options: Readonly<Record<string, string>>;
  /** `com.docker.compose.project` and `com.docker.compose.network` only. */
  readonly labels: Readonly<Record<string, string>>;
  readonly endpoints: readonly DockerEndpoint[];
  /** Overlay peers (`Peers`): other nodes of the network. */
  readonly peers: readonly { readonly name: string; readonly ip: string }[];
}

/** Major releases of Docker Engine; null where nothing tells. */
export interface ReleaseRange {
  readonly from: number | null;
  readonly before: number | null;
}

/** An entry of a network's `Containers`. */
export interface DockerEndpoint {
  readonly line: number;
  /** A container's id, `ep-<endpoint id>` for an endpoint without a sandbox, `lb-<network>`, `ingress-sbox`. */
  readonly key: string;
  readonly name: string;
  readonly endpointId: string;
  readonly mac: string | null;
  /** Address with prefix length, as printed (`172.18.0.2/16`). */
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}

// The shape: moby api/types/types.go (`NetworkResource`, v20.10 and v26.1), api/types/network/network.go (`Inspect`, v28.5),
// api/types/network/{network,inspect}.go (v29). `EnableIPv4` came with 28, `Status` (counts of used addresses) with 29;
// `Services` are in `-v` output only, `Peers` on overlay networks.
const networkSchema = z.object({
  Name: z.string(),
  Id: z.string(),
  Driver: z.string(),
  Scope: text,
  EnableIPv4: flag(true),
  EnableIPv6: flag(false),
  Internal: flag(false),
  Attachable: flag(false),
  Ingress: flag(false),
  ConfigOnly: flag(false),
  ConfigFrom: z.object({ Network: textOrNull }).nullish(),
  IPAM: z.object({ Driver: textOrNull, Config: list }).nullish(),
  Options: textMap,
  Labels: onlyKeys("com.docker.compose.project", "com.docker.compose.network"),
  Containers: map,
  Peers: list,
});

const ipamSchema = z.object({
  Subnet: textOrNull,
  Gateway: textOrNull,
  IPRange: textOrNull,
  AuxiliaryAddresses: textMap,
});

// Engines before 1.10 gave an endpoint no name.
const endpointSchema = z.object({
  Name: text,
  EndpointID: text,
  MacAddress: textOrNull,
  IPv4Address: addressOrNull,
  IPv6Address: addressOrNull,
});

const peerSchema = z.object({ Name: text, IP: text });

function readNetwork(json: JsonText, element: object): DockerNetwork[] {
  const network = json.check(networkSchema, element, element);
  if (network === null) return [];
  return [
    {
      line: json.lineOf(element),
      printedBy: printedBy(element),
      id: network.Id,
      name: network.Name,
      driver: network.Driver,
      scope: network.Scope,
      enableIPv4: network.EnableIPv4,
      enableIPv6: network.EnableIPv6,
      internal: network.Internal,
      attachable: network.Attachable,
      ingress: network.Ingress,
      configOnly: network.ConfigOnly,
      configFrom: network.ConfigFrom?.Network ?? null,
      ipamDriver: network.IPAM?.Driver ?? null,
      ipam: (network.IPAM?.Config ?? []).flatMap((config) => readIpam(json, config, element)),
      options: network.Options,
      labels: network.Labels,
      endpoints: Object.entries(network.Containers).flatMap(([key, value]) => readEndpoint(json, key, value, element)),
      peers: network.Peers.flatMap((value) => {
        const peer = json.check(peerSchema, value, element, "Peers");
        return peer === null ? [] : [{ name: peer.Name, ip: peer.IP }];
      }),
    },
  ];
}

/**
 * What tells releases apart: 29 prints `Labels` before `Containers` (moby, api/types/network/inspect.go at docker-v29.0.0), 28
 * has `EnableIPv4` (network.go at v28.0.0), and 25 prints `null` for the empty `Config` of networks like `host`, where those
 * before it print `[]` (daemon/network.go, buildIPAMResources at v25.0.0 and v24.0.9). Sorted keys are not the engine's print.
 */
function printedBy(element: object): ReleaseRange {
  const keys = Object.keys(element);
  const isEngines = keys[0] === "Name" && keys[1] === "Id";
  const [labels, containers] = [keys.indexOf("Labels"), keys.indexOf("Containers")];
  if (isEngines && labels >= 0 && labels < containers) return { from: 29, before: null };
  const before = isEngines && containers >= 0 && labels > containers ? 29 : null;
  if ("EnableIPv4" in element) return { from: 28, before };
  const config = "IPAM" in element ? emptyConfig(element.IPAM) : undefined;
  if (config === undefined) return { from: null, before: isEngines ? 28 : null };
  return config === null ? { from: 25, before: 28 } : { from: null, before: 25 };
}

/** The `Config` of an IPAM without any; undefined for all others. */
function emptyConfig(ipam: unknown): null | readonly [] | undefined {
  if (typeof ipam !== "object" || ipam === null || !("Config" in ipam)) return undefined;
  if (ipam.Config === null) return null;
  return Array.isArray(ipam.Config) && ipam.Config.length === 0 ? [] : undefined;
}

function readIpam(json: JsonText, value: unknown, element: object): DockerNetwork["ipam"] {
  const config = json.check(ipamSchema, value, element, "IPAM");
  if (config === null) return [];
  return [
    {
      line: json.lineOf(value as object),
      subnet: config.Subnet,
      gateway: config.Gateway,
      ipRange: config.IPRange,
      auxiliary: config.AuxiliaryAddresses,
    },
  ];
}

function readEndpoint(json: JsonText, key: string, value: unknown, element: object): DockerEndpoint[] {
  const endpoint = json.check(endpointSchema, value, element, "Containers");
  if (endpoint === null) return [];
  return [
    {
      line: json.lineOf(value as object),
      key,
      name: endpoint.Name,
      endpointId: endpoint.EndpointID,
      mac: endpoint.MacAddress,
      ipv4: endpoint.IPv4Address,
      ipv6: endpoint.IPv6Address,
    },
  ];
}

function printNetwork(network: DockerNetwork): unknown {
  const { from, before } = network.printedBy;
  const config = network.ipam.map(({ subnet, gateway, ipRange, auxiliary }) => ({
    ...(subnet === null ? {} : { Subnet: subnet }),
    ...(ipRange === null ? {} : { IPRange: ipRange }),
    ...(gateway === null ? {} : { Gateway: gateway }),
    ...(Object.keys(auxiliary).length === 0 ? {} : { AuxiliaryAddresses: auxiliary }),
  }));
  const options = { Options: network.options, Labels: network.labels };
  return {
    ...(before === null && from !== 29
      ? { Id: network.id, Name: network.name }
      : { Name: network.name, Id: network.id }),
    Scope: network.scope,
    Driver: network.driver,
    ...(from !== null && from >= 28 ? { EnableIPv4: network.enableIPv4 } : {}),
    EnableIPv6: network.enableIPv6,
    IPAM: {
      Driver: network.ipamDriver ?? "",
      Options: null,
      ...(config.length > 0 || before === 25 ? { Config: config } : from === null ? {} : { Config: null }),
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: network.ingress,
    ConfigFrom: { Network: network.configFrom ?? "" },
    ConfigOnly: network.configOnly,
    ...(from === 29 ? options : {}),
    Containers: Object.fromEntries(
      network.endpoints.map((endpoint) => [
        endpoint.key,
        {
          Name: endpoint.name,
          EndpointID: endpoint.endpointId,
          MacAddress: endpoint.mac ?? "",
          IPv4Address: endpoint.ipv4 ?? "",
          IPv6Address: endpoint.ipv6 ?? "",
        },
      ]),
    ),
    ...(from === 29 ? {} : options),
    ...(network.peers.length === 0 ? {} : { Peers: network.peers.map(({ name, ip }) => ({ Name: name, IP: ip })) }),
  };
}

/** Reads `docker network inspect`, of all versions from 20.10 to 29, with or without `-v`. */
export const dockerNetworkInspect: Parser<readonly DockerNetwork[]> = {
  parse(text, firstLine) {
    const json = readJson(text, firstLine);
    return json.parsed(json.elements.flatMap((element) => readNetwork(json, element)));
  },
  print: (networks) => printJson(networks.map(printNetwork)),
};
