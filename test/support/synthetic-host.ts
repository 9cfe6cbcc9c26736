import { insides } from "./synthetic-insides.ts";

/** How large a made-up host is. */
export interface Size {
  readonly containers: number;
  /** Rules beside those that the containers' published ports need. */
  readonly rules: number;
  /** Whether the containers were captured inside as well; otherwise the pairing has to work from the forwarding database. */
  readonly inside?: boolean;
}

/** Twenty containers to a network is a usual compose host; every eighth container is on a second network. */
const perNetwork = 20;

/** A container on a network: `index` is that of the veth, `inner` that of its end inside. */
export interface Attached {
  readonly container: number;
  readonly network: number;
  readonly veth: string;
  readonly index: number;
  readonly inner: number;
  readonly ip: string;
  readonly mac: string;
}

/** The captures of a host that never was, as files of a hand-made snapshot: the same for the same size. */
export function syntheticHost({ containers, rules, inside = false }: Size): ReadonlyMap<string, string> {
  const networks = Math.max(1, Math.ceil(containers / perNetwork));
  const attached = attach(containers, networks);
  return new Map([
    ["ip_a.txt", ipAddr(networks, attached)],
    ["brctl_show.txt", brctlShow(networks, attached)],
    [
      "bridge_fdb.txt",
      attached.map(({ mac, veth, network }) => `${mac} dev ${veth} master ${bridge(network)} \n`).join(""),
    ],
    [
      "docker_network_inspect.json",
      JSON.stringify(
        range(networks).map((n) => networkInspect(n, attached)),
        null,
        4,
      ),
    ],
    [
      "docker_inspect.json",
      JSON.stringify(
        range(containers).map((c) => containerInspect(c, attached)),
        null,
        4,
      ),
    ],
    ["iptables_save.txt", iptablesSave(containers, attached, rules)],
    [
      "ip_route.txt",
      [
        "default via 192.0.2.1 dev eth0 ",
        ...range(networks).map(
          (n) => `10.${64 + (n >> 8)}.${n & 255}.0/24 dev ${bridge(n)} proto kernel scope link src ${gateway(n)} `,
        ),
        "",
      ].join("\n"),
    ],
    ["resolv_conf.txt", "nameserver 192.0.2.53\n"],
    ...(inside ? insides(attached) : []),
  ]);
}

export const loopback =
  "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
const networkId = (network: number): string => hex(network + 1, 12).padEnd(64, "a");
const containerId = (container: number): string => hex(container + 1, 12).padEnd(64, "c");
const bridge = (network: number): string => `br-${hex(network + 1, 12)}`;
export const gateway = (network: number): string => `10.${64 + (network >> 8)}.${network & 255}.1`;
export const nameOf = (container: number): string => `service-${container + 1}`;

function attach(containers: number, networks: number): Attached[] {
  const attached: Attached[] = [];
  const used = range(networks).map(() => 1);
  for (const container of range(containers)) {
    const first = Math.floor(container / perNetwork);
    const second = (first + 1) % networks;
    const own = container % 8 === 0 && second !== first ? [first, second] : [first];
    for (const [at, network] of own.entries()) {
      const index = 10 + networks + attached.length;
      const host = (used[network] ?? 1) + 1;
      used[network] = host;
      const ip = `10.${64 + (network >> 8)}.${network & 255}.${host}`;
      const mac = `02:42:${hex(index >> 16, 2)}:${hex((index >> 8) & 255, 2)}:${hex(index & 255, 2)}:${hex(network & 255, 2)}`;
      attached.push({ container, network, veth: `veth${hex(index, 7)}`, index, inner: 2 + at, ip, mac });
    }
  }
  return attached;
}

function ipAddr(networks: number, attached: readonly Attached[]): string {
  const iface = (index: number, label: string, tail: string, mac: string, address: string | null) =>
    [
      `${index}: ${label}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue ${tail}state UP group default `,
      `    link/ether ${mac} brd ff:ff:ff:ff:ff:ff${label.includes("@") ? ` link-netnsid ${index}` : ""}`,
      ...(address === null
        ? []
        : [`    inet ${address} scope global ${label}`, "       valid_lft forever preferred_lft forever"]),
      "",
    ].join("\n");
  return [
    loopback,
    iface(2, "eth0", "", "52:54:00:00:00:01", "192.0.2.10/24 brd 192.0.2.255"),
    ...range(networks).map((n) =>
      iface(
        10 + n,
        bridge(n),
        "",
        `02:42:ff:00:${hex(n >> 8, 2)}:${hex(n & 255, 2)}`,
        `${gateway(n)}/24 brd ${gateway(n)}`,
      ),
    ),
    ...attached.map(({ veth, index, inner, network }) =>
      iface(
        index,
        `${veth}@if${inner}`,
        `master ${bridge(network)} `,
        `4a:00:00:${hex(index >> 16, 2)}:${hex((index >> 8) & 255, 2)}:${hex(index & 255, 2)}`,
        null,
      ),
    ),
  ].join("");
}

function brctlShow(networks: number, attached: readonly Attached[]): string {
  const rows = range(networks).map((n) => {
    const ports = attached.filter(({ network }) => network === n).map(({ veth }) => veth);
    const head = `${bridge(n)}\t\t8000.0242ff00${hex(n, 4)}\tno\t\t`;
    return `${head}${ports.join("\n\t\t\t\t\t\t\t")}\n`;
  });
  return `bridge name\tbridge id\t\tSTP enabled\tinterfaces\n${rows.join("")}`;
}

function networkInspect(network: number, attached: readonly Attached[]): object {
  const members = attached.filter((each) => each.network === network);
  return {
    Name: `stack-${network + 1}_default`,
    Id: networkId(network),
    Scope: "local",
    Driver: "bridge",
    EnableIPv6: false,
    IPAM: {
      Driver: "default",
      Config: [{ Subnet: `${gateway(network)}/24`.replace(".1/", ".0/"), Gateway: gateway(network) }],
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigOnly: false,
    Containers: Object.fromEntries(
      members.map(({ container, mac, ip }) => [
        containerId(container),
        {
          Name: nameOf(container),
          EndpointID: containerId(container),
          MacAddress: mac,
          IPv4Address: `${ip}/24`,
          IPv6Address: "",
        },
      ]),
    ),
    Options: {},
    Labels: { "com.docker.compose.project": `stack-${network + 1}` },
  };
}

function containerInspect(container: number, attached: readonly Attached[]): object {
  const own = attached.filter((each) => each.container === container);
  const networks = own.map(({ network, mac, ip }) => [
    `stack-${network + 1}_default`,
    {
      NetworkID: networkId(network),
      EndpointID: containerId(container),
      Gateway: gateway(network),
      IPAddress: ip,
      IPPrefixLen: 24,
      MacAddress: mac,
    },
  ]);
  const bindings = { "80/tcp": [{ HostIp: "0.0.0.0", HostPort: `${10_000 + container}` }] };
  return {
    Id: containerId(container),
    Name: `/${nameOf(container)}`,
    State: { Status: "running", Running: true, Pid: 1000 + container, StartedAt: "2026-11-23T01:00:00Z" },
    Config: { Hostname: nameOf(container), ExposedPorts: { "80/tcp": {} }, Labels: {} },
    HostConfig: {
      NetworkMode: own[0] === undefined ? "none" : `stack-${own[0].network + 1}_default`,
      PortBindings: bindings,
    },
    NetworkSettings: { Ports: bindings, Networks: Object.fromEntries(networks) },
  };
}

function iptablesSave(containers: number, attached: readonly Attached[], rules: number): string {
  const published = range(containers).flatMap(
    (container) => attached.find((each) => each.container === container) ?? [],
  );
  const nat = published.map(
    ({ container, ip, network }) =>
      `[0:0] -A DOCKER ! -i ${bridge(network)} -p tcp -m tcp --dport ${10_000 + container} -j DNAT --to-destination ${ip}:80`,
  );
  const filter = published.map(
    ({ ip, network }) =>
      `[0:0] -A DOCKER -d ${ip}/32 ! -i ${bridge(network)} -o ${bridge(network)} -p tcp -m tcp --dport 80 -j ACCEPT`,
  );
  const further = range(rules).map(
    (i) =>
      `[${i}:${i * 60}] -A INPUT -s 198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}/32 -p tcp -m tcp --dport ${1 + (i % 65_000)} -m comment --comment "rule ${i}" -j DROP`,
  );
  return [
    "# Generated by iptables-save v1.8.9 (nf_tables)",
    "*nat",
    ":PREROUTING ACCEPT [0:0]",
    ":DOCKER - [0:0]",
    "[0:0] -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
    ...nat,
    "COMMIT",
    "*filter",
    ":INPUT ACCEPT [0:0]",
    ":FORWARD DROP [0:0]",
    ":DOCKER - [0:0]",
    "[0:0] -A FORWARD -j DOCKER",
    ...further,
    ...filter,
    "COMMIT",
    "",
  ].join("\n");
}
