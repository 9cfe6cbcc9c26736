/**
 * The little world of the fuzz: a router whose rules are tested, a client and a server on links of their own, and two
 * machines behind one bridge of the router.
 */
export type Machine = "router" | "client" | "server" | "left" | "right";

export const machines: readonly Machine[] = ["router", "client", "server", "left", "right"];
export const hostNames = machines.filter((machine) => machine !== "router");

export interface Link {
  readonly machine: Machine;
  /** The router's end. */
  readonly router: string;
  readonly mac: string;
  readonly routerMac: string;
  /** The interface that the router's IP layer sees: the bridge for its ports. */
  readonly interface: string;
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
}

function link(machine: Machine, router: string, net: number, first: number, ports: string): Link {
  const hosts = [first, first + 1, first + 2, first + 3];
  return {
    machine,
    router,
    mac: `02:00:00:00:0${net}:${first.toString(16).padStart(2, "0")}`,
    routerMac: `02:00:00:00:1${net}:${first.toString(16).padStart(2, "0")}`,
    interface: ports,
    addresses: [
      ...hosts.map((host) => `10.77.${net}.${host}/24`),
      ...hosts.map((host) => `fd77:${net}::${host.toString(16)}/64`),
    ],
    gateways: [`10.77.${net}.1`, `fd77:${net}::1`],
  };
}

export const links: readonly Link[] = [
  link("client", "lan0", 1, 2, "lan0"),
  link("server", "srv0", 2, 2, "srv0"),
  link("left", "port1", 3, 2, "br0"),
  link("right", "port2", 3, 16, "br0"),
];

/** The bridge's own hardware address. */
const bridgeMac = "02:00:00:00:13:00";

/** Fixed neighbours, so that nothing has to be asked through the rules that are tested. */
export function neighbours(of: Link): readonly { readonly address: string; readonly mac: string }[] {
  const gateways = of.gateways.map((address) => ({
    address,
    mac: of.interface === "br0" ? bridgeMac : of.routerMac,
  }));
  const peers = links.filter((other) => other.interface === of.interface && other !== of);
  return gateways.concat(
    peers.flatMap(({ addresses, mac }) => addresses.map((text) => ({ address: bare(text), mac }))),
  );
}

/** An address without its prefix length. */
export const bare = (text: string): string => text.replace(/\/.*/, "");

/** The router's own addresses. */
export const routerAddresses: Readonly<Record<string, readonly string[]>> = {
  lan0: ["10.77.1.1/24", "fd77:1::1/64"],
  srv0: ["10.77.2.1/24", "fd77:2::1/64"],
  br0: ["10.77.3.1/24", "fd77:3::1/64"],
};

/** Where the router's own table leads packets that carry the mark 3: nowhere, in all the ways there are. Others it does not have. */
export const markedRoutes: Readonly<Record<string, "unreachable" | "prohibit" | "blackhole">> = {
  "10.77.1.4": "unreachable",
  "10.77.2.4": "prohibit",
  "10.77.3.4": "blackhole",
  "10.77.3.18": "unreachable",
  "fd77:1::4": "unreachable",
  "fd77:2::4": "prohibit",
  "fd77:3::4": "blackhole",
  "fd77:3::12": "unreachable",
};

/** Commands of `ip`, without its name. */
export const routerInterfaces: readonly string[] = [
  "link add br0 type bridge",
  `link set br0 address ${bridgeMac}`,
  "link set port1 master br0",
  "link set port2 master br0",
  "link set br0 up",
  ...Object.entries(routerAddresses).flatMap(([name, addresses]) =>
    addresses.map((address) => `address add ${address} dev ${name}${address.includes(":") ? " nodad" : ""}`),
  ),
  ...links.flatMap(({ addresses, mac, interface: name }) =>
    addresses.map((address) => `neighbour replace ${bare(address)} lladdr ${mac} dev ${name}`),
  ),
  ...Object.entries(markedRoutes).map(([address, type]) => `route add ${type} ${address} table 77`),
];

export const routerSettings: readonly string[] = [
  "net.bridge.bridge-nf-call-iptables=1",
  "net.bridge.bridge-nf-call-ip6tables=1",
];
