import type { EndpointLabel, NodeOf, PairingLabel, TopologyNode } from "../../results/topology.ts";

/** The lines that a picture writes into a node, unescaped. The first is its name. */
export function labelOf(node: TopologyNode): string[] {
  switch (node.type) {
    case "host":
      return [node.hostname ?? "host", ...node.containers.map(({ name }) => `${name} (network host)`)];
    case "interface":
      return [node.name, ...addressLines(node.addresses), ...stateLines(node)];
    case "bridge":
      return [node.name, ...bridgeLines(node)];
    case "port":
    case "veth":
      return [node.name, ...(node.type === "veth" ? ["on no bridge"] : []), ...stateLines(node)];
    case "network": {
      const { name, driver, mode, subnets } = node.network;
      return [name, [driver, mode].filter((word) => word !== null).join(" "), ...subnets.map(({ subnet }) => subnet)];
    }
    case "container": {
      const others = node.containers.map(({ name }) => name).filter((name) => name !== node.name);
      const mode = { own: [], none: ["network none"], stopped: ["not running"], unknown: ["place not known"] }[
        node.mode
      ];
      return [node.name, ...others.map((name) => `+ ${name}`), ...mode, ...node.endpoints.flatMap(endpointAddress)];
    }
  }
}

const addressLines = (addresses: NodeOf<"interface">["addresses"]): string[] =>
  addresses.flatMap(({ address, prefixLength, scope }) => (scope === "link" ? [] : [`${address}/${prefixLength}`]));

function bridgeLines({ networks, owner, addresses, ...state }: NodeOf<"bridge">): string[] {
  const owners = { docker: [], leftover: ["leftover"], foreign: ["not Docker's"] };
  const lines = addressLines(addresses);
  const none = lines.length === 0 && state.addressesKnown ? ["no address"] : [];
  return [...networks.map(({ name }) => `network ${name}`), ...owners[owner], ...lines, ...none, ...stateLines(state)];
}

const stateLines = ({ up }: { readonly up: boolean | null }): string[] => (up === false ? ["down"] : []);

function endpointAddress({ ipv4, ipv6 }: EndpointLabel): string[] {
  const address = ipv4 ?? ipv6;
  return address === null ? [] : [address.split("/")[0] ?? address];
}

/** Which colour a node gets: what it is, or that something is wrong with it. */
export function toneOf(node: TopologyNode): "host" | "device" | "bridge" | "network" | "container" | "odd" {
  switch (node.type) {
    case "host":
    case "network":
      return node.type;
    case "bridge":
      return node.owner === "docker" && node.up !== false ? "bridge" : "odd";
    case "container":
      return node.mode === "own" || node.mode === "none" ? "container" : "odd";
    case "veth":
      return "odd";
    case "port":
      return node.up === false || isOpen(node.pairing) ? "odd" : "device";
    case "interface":
      return node.up === false ? "odd" : "device";
  }
}

const isOpen = (pairing: PairingLabel | null): boolean => pairing !== null && pairing.kind !== "paired";

/** Fill and line of each colour, readable on white and with the usual colour blindnesses. */
export const tones = {
  host: { fill: "#e8eaf6", line: "#3949ab" },
  device: { fill: "#eceff1", line: "#546e7a" },
  bridge: { fill: "#e1f5fe", line: "#0277bd" },
  network: { fill: "#f3e5f5", line: "#7b1fa2" },
  container: { fill: "#e8f5e9", line: "#2e7d32" },
  odd: { fill: "#fff8e1", line: "#ef6c00" },
} as const;

/** Loopback without addresses of its own is left out of pictures. */
export function isDrawn(node: TopologyNode): boolean {
  return (
    node.type !== "interface" || node.role !== "loopback" || node.addresses.some(({ scope }) => scope === "global")
  );
}
