import * as z from "zod";
import type { DeepReadonly } from "../lib/deep-readonly.ts";

/*
 * The shape of the graph, as schemas: it is part of the published JSON, and the types are inferred from it.
 * Every node and link says where it was read (`sources`), and its `id` is made of names, so that it means the same thing in
 * two snapshots of one host.
 */

const source = z.object({ file: z.string(), line: z.int() }).meta({ id: "Source" });
const sources = z.array(source);

const address = z
  .object({
    family: z.literal([4, 6]),
    address: z.string(),
    prefixLength: z.int(),
    scope: z.string().nullable(),
  })
  .meta({ id: "Address" });

const network = z
  .object({
    id: z.string(),
    name: z.string(),
    driver: z.string(),
    scope: z.string(),
    mode: z
      .string()
      .nullable()
      .describe("Of macvlan, ipvlan or a bridge network; null where the driver's default holds."),
    internal: z.boolean(),
    ipv6: z.boolean(),
    inspected: z
      .boolean()
      .describe("False when only a listing shows the network: what is not in it is a default, not a fact."),
    subnets: z.array(z.object({ subnet: z.string(), gateway: z.string().nullable() })),
    parent: z.string().nullable().describe("The parent interface of macvlan and ipvlan."),
    options: z.record(z.string(), z.string()),
    composeProject: z.string().nullable(),
    specialEndpoints: z
      .array(z.object({ name: z.string(), ipv4: z.string().nullable(), ipv6: z.string().nullable() }))
      .describe("Endpoints without a container: the engine's own, and ones left behind."),
    sources,
  })
  .meta({ id: "Network" });

const member = z
  .object({
    name: z.string(),
    id: z.string().nullable(),
    running: z.boolean().nullable(),
    networkMode: z.enum(["own", "host", "none", "container"]).nullable(),
    composeProject: z.string().nullable(),
    composeService: z.string().nullable(),
    sources,
  })
  .meta({ id: "Container" });

const endpoint = z
  .object({
    network: z.string().describe("The network's name, or its id when nothing tells the name."),
    networkId: z.string(),
    ipv4: z.string().nullable().describe("Address and prefix length."),
    ipv6: z.string().nullable(),
    mac: z.string().nullable(),
    interface: z.string().nullable().describe("Its name inside the container."),
    sources,
  })
  .meta({ id: "Endpoint" });

const pairing = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("paired"),
      container: z.string(),
      interface: z
        .string()
        .nullable()
        .describe("The other end, inside the container; null where that was not captured."),
      networkId: z.string().nullable(),
      method: z.enum(["both-ends", "forwarding-database", "neighbour-table", "namespace-id", "elimination"]),
      certainty: z.enum(["certain", "strong"]),
      reason: z.string(),
    }),
    z.object({ kind: z.literal("candidates"), containers: z.array(z.string()), reason: z.string() }),
    z.object({ kind: z.literal("unknown"), reason: z.string() }),
  ])
  .meta({ id: "Pairing" });

const interfaceState = {
  name: z.string(),
  kind: z.string().nullable(),
  up: z.boolean().nullable().describe("Null when the interface itself is in no capture."),
  carrier: z.boolean().nullable(),
  state: z.string().nullable().describe("The operational state, as printed."),
  mac: z.string().nullable(),
  mtu: z.int().nullable(),
};

const defaultRoutes = z
  .array(z.object({ family: z.literal([4, 6]), via: z.string().nullable(), metric: z.int() }))
  .describe("Default routes that leave through it.");

const vethState = {
  ...interfaceState,
  netnsId: z.int().nullable(),
  peer: z.string().nullable().describe("The other end, where that is on the host too."),
  pairing: pairing.nullable().describe("What is behind it; null for an interface that is no veth."),
};

const node = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("host"),
    id: z.string(),
    hostname: z.string().nullable(),
    containers: z.array(member).describe("Those with --network host."),
    sources,
  }),
  z.object({
    type: z.literal("interface"),
    id: z.string(),
    ...interfaceState,
    role: z.enum(["uplink", "loopback", "other"]),
    master: z.string().nullable(),
    addresses: z.array(address),
    defaultRoutes,
    details: z.record(z.string(), z.string()),
    sources,
  }),
  z.object({
    type: z.literal("bridge"),
    id: z.string(),
    ...interfaceState,
    owner: z.enum(["docker", "leftover", "foreign"]),
    bridgeId: z.string().nullable(),
    stp: z.boolean().nullable(),
    vlanFiltering: z.boolean().nullable(),
    addresses: z.array(address),
    addressesKnown: z.boolean().describe("False where no capture lists the addresses of the host's interfaces."),
    defaultRoutes,
    networks: z.array(network),
    sources,
  }),
  z.object({
    type: z.literal("port"),
    id: z.string(),
    ...vethState,
    bridge: z.string(),
    forwarding: z.string().nullable().describe("The port's spanning tree state."),
    hairpin: z.boolean().nullable(),
    isolated: z.boolean().nullable(),
    sources,
  }),
  z.object({ type: z.literal("veth"), id: z.string(), ...vethState, sources }),
  z.object({ type: z.literal("network"), id: z.string(), network, sources }),
  z.object({
    type: z.literal("container"),
    id: z.string(),
    name: z.string().describe("The owner of the network namespace."),
    mode: z.enum(["own", "none", "stopped", "unknown"]),
    containers: z.array(member).describe("All containers that share the namespace, the owner first."),
    endpoints: z.array(endpoint),
    interfaces: z
      .array(z.object({ name: z.string(), up: z.boolean(), mac: z.string().nullable(), addresses: z.array(address) }))
      .nullable()
      .describe("Null when nothing was captured inside it."),
    sources,
  }),
]);

const linkBase = { id: z.string(), from: z.string(), to: z.string(), sources };

const link = z.discriminatedUnion("type", [
  z.object({ type: z.literal("uplink"), ...linkBase }).describe("A host's way to the outside."),
  z
    .object({ type: z.literal("routed"), ...linkBase, addressed: z.boolean() })
    .describe("A bridge and the host: it routes for it only while the bridge has an address."),
  z.object({ type: z.literal("port"), ...linkBase }).describe("A bridge and its port."),
  z
    .object({
      type: z.literal("endpoint"),
      ...linkBase,
      network: z.string().nullable(),
      method: z.enum(["both-ends", "forwarding-database", "neighbour-table", "namespace-id", "elimination"]),
      certainty: z.enum(["certain", "strong"]),
    })
    .describe("A veth and the container behind it."),
  z.object({ type: z.literal("candidate"), ...linkBase }).describe("A veth and one of those that may be behind it."),
  z
    .object({ type: z.literal("attachment"), ...linkBase, network: z.string() })
    .describe("A container on a network that has no bridge here: macvlan, ipvlan, overlay, plugins."),
  z
    .object({ type: z.literal("portless"), ...linkBase, network: z.string() })
    .describe("A container on a bridge network without a port that is known to be its own."),
  z
    .object({ type: z.literal("parent"), ...linkBase })
    .describe("An interface and what is built on it: vlan, bond, macvlan, ipvlan."),
  z.object({ type: z.literal("peer"), ...linkBase }).describe("The two ends of a veth that never left the host."),
]);

export const topologySchema = z.object({ nodes: z.array(node), links: z.array(link) });

export type Topology = DeepReadonly<z.infer<typeof topologySchema>>;
export type TopologyNode = Topology["nodes"][number];
export type TopologyLink = Topology["links"][number];
/** The node or link of one type. */
export type NodeOf<T extends TopologyNode["type"]> = Extract<TopologyNode, { readonly type: T }>;
export type LinkOf<T extends TopologyLink["type"]> = Extract<TopologyLink, { readonly type: T }>;
export type NetworkLabel = NodeOf<"bridge">["networks"][number];
export type ContainerMember = NodeOf<"container">["containers"][number];
export type EndpointLabel = NodeOf<"container">["endpoints"][number];
export type PairingLabel = NonNullable<NodeOf<"port">["pairing"]>;
export type AddressLabel = NodeOf<"interface">["addresses"][number];
/** The schema of a source, for other parts of the published JSON. */
export const sourcesSchema = sources;
