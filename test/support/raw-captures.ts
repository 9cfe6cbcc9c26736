/* Small raw captures, as the commands print them: what tests of the model are made from. */

/** What `ip a` prints of one interface. */
export interface RawLink {
  readonly master?: string;
  readonly netnsid?: number;
  readonly mac?: string;
  readonly inet?: readonly string[];
  readonly flags?: string;
}

/** One interface of `ip a`: `link("8: veth4866e91@if7", { master: "docker0", netnsid: 0 })`. */
export function link(head: string, { master, netnsid, mac, inet = [], flags }: RawLink = {}): string {
  const loopback = head.includes(": lo");
  const ether =
    mac ?? (loopback ? "00:00:00:00:00:00" : `02:00:00:00:00:${head.split(":")[0]?.padStart(2, "0").slice(-2)}`);
  const tail = netnsid === undefined ? "" : ` link-netnsid ${netnsid}`;
  return [
    `${head}: <${flags ?? (loopback ? "LOOPBACK,UP,LOWER_UP" : "BROADCAST,MULTICAST,UP,LOWER_UP")}> mtu 1500 qdisc noqueue ${master === undefined ? "" : `master ${master} `}state UP group default`,
    `    link/${loopback ? "loopback" : "ether"} ${ether} brd ff:ff:ff:ff:ff:ff${tail}`,
    ...inet.flatMap((address) => [
      `    ${address.includes(":") ? "inet6" : "inet"} ${address} scope global`,
      "       valid_lft forever preferred_lft forever",
    ]),
    "",
  ].join("\n");
}

/** `ip a` of a namespace: loopback first. */
export const ipA = (...links: readonly string[]): string =>
  [link("1: lo", { inet: ["127.0.0.1/8"] }), ...links].join("");

/** An id of 64 digits that starts with the given ones. */
export const longId = (start: string): string => start.padEnd(64, "0");

/** A network of `docker network inspect`; `containers` by name: the address with its length, and the MAC address. */
export function network(
  name: string,
  id: string,
  subnet: string,
  containers: Readonly<Record<string, readonly [ip: string, mac?: string]>> = {},
  more: object = {},
): object {
  return {
    Name: name,
    Id: longId(id),
    Scope: "local",
    Driver: "bridge",
    EnableIPv6: false,
    IPAM: { Driver: "default", Config: [{ Subnet: subnet, Gateway: subnet.replace(/0\/\d+$/, "1") }] },
    Internal: false,
    Containers: Object.fromEntries(
      Object.entries(containers).map(([container, [ip, mac = ""]]) => [
        longId(idOf(container)),
        { Name: container, EndpointID: longId("e"), MacAddress: mac, IPv4Address: ip, IPv6Address: "" },
      ]),
    ),
    Options: {},
    Labels: {},
    ...more,
  };
}

/** The id that `network` and `container` give a container of that name. */
export const idOf = (name: string): string => `c${Buffer.from(name).toString("hex")}`.slice(0, 12).padEnd(12, "f");

/** A container of `docker inspect`; `networks` by name: the network's id and the address. */
export function container(
  name: string,
  networks: Readonly<Record<string, readonly [id: string, ip: string, mac?: string]>> = {},
  { mode = Object.keys(networks)[0] ?? "none", running = true, pid = 4711, ports = {}, ...host }: ContainerOptions = {},
): object {
  return {
    Id: longId(idOf(name)),
    Name: `/${name}`,
    State: { Status: running ? "running" : "exited", Running: running, Pid: running ? pid : 0 },
    Config: { Hostname: name, ExposedPorts: {}, Labels: {} },
    HostConfig: { NetworkMode: mode, PortBindings: ports, ...host },
    NetworkSettings: {
      SandboxKey: `/var/run/docker/netns/${idOf(`sandbox ${name}`)}`,
      Ports: running ? ports : {},
      Networks: Object.fromEntries(
        Object.entries(networks).map(([label, [id, ip, mac = ""]]) => [
          label,
          {
            NetworkID: longId(id),
            EndpointID: longId("e"),
            Gateway: ip.replace(/\d+$/, "1"),
            IPAddress: ip,
            IPPrefixLen: 16,
            MacAddress: mac,
          },
        ]),
      ),
    },
  };
}

export interface ContainerOptions {
  readonly mode?: string;
  readonly running?: boolean;
  readonly pid?: number;
  readonly ports?: object;
  readonly Dns?: readonly string[];
}

/** What the collector says of itself, with nothing captured. */
export const rawManifest = {
  format: "vethscope-snapshot",
  version: 1,
  collector: "1.0.0",
  takenAt: "2026-11-23T01:40:37Z",
  finishedAt: "2026-11-23T01:40:39Z",
  host: { hostname: "dockerhost", kernel: "6.1", os: "Debian 13" },
  user: { uid: 1000, groups: [] },
  captures: [],
};

/** FORWARD of iptables' filter table, as `nft -j list ruleset` prints it, alone and with its table. */
export const nftForward = {
  chain: {
    family: "ip",
    table: "filter",
    name: "FORWARD",
    handle: 1,
    type: "filter",
    hook: "forward",
    prio: 0,
    policy: "accept",
  },
};
export const nftFilter = (flags: string | readonly string[], ...more: readonly object[]) => [
  { table: { family: "ip", name: "filter", handle: 1, flags } },
  nftForward,
  ...more,
];
