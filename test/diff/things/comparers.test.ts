import { describe, expect, test } from "vitest";
import type { Files } from "../../support/host-of.ts";
import { container, ipA, link, longId, network } from "../../support/raw-captures.ts";
import { changesOf } from "../../support/say-changes.ts";

const front = "aaaaaaaaaaaa";
const anew = "bbbbbbbbbbbb";
const web = container("web", { front: [front, "172.18.0.2"] });
const frontNet = network("front", front, "172.18.0.0/16", { web: ["172.18.0.2/16"] });
const base: Files = { "docker_inspect.json": [web], "docker_network_inspect.json": [frontNet] };

/** The same object with some members others. */
const but = (thing: object, more: object): object => ({ ...thing, ...more });

type Case = readonly [what: string, before: Files, after: Files, changes: readonly string[]];

const check = (cases: readonly Case[]) =>
  test.each(cases)("%s", (_, before, after, changes) => {
    expect(changesOf(before, after)).toEqual(changes);
  });

describe("containers", () => {
  const started = (time: string) => [
    but(web, { State: { Status: "running", Running: true, Pid: 1, StartedAt: time } }),
  ];
  check([
    [
      "one that was made anew is replaced",
      base,
      {
        "docker_inspect.json": [but(web, { Id: longId("dddddddddddd") })],
        "docker_network_inspect.json": [
          but(frontNet, {
            Containers: { [longId("dddddddddddd")]: { Name: "web", IPv4Address: "172.18.0.2/16", MacAddress: "" } },
          }),
        ],
      },
      ["replaced container web; id: c776562fffff → dddddddddddd"],
    ],
    [
      "one that has another name",
      { "docker_inspect.json": [web] },
      { "docker_inspect.json": [but(web, { Name: "/www" })] },
      ["changed container www (was web); name: web → www"],
    ],
    [
      "one that was started again",
      { "docker_inspect.json": started("2026-01-01T00:00:00Z") },
      { "docker_inspect.json": started("2026-01-02T00:00:00Z") },
      ["changed container web; started: 2026-01-01T00:00:00Z → 2026-01-02T00:00:00Z"],
    ],
    [
      "one more",
      { "docker_inspect.json": [] },
      { "docker_inspect.json": [container("job", {}, { mode: "none" })] },
      ["added container job"],
    ],
  ]);
});

describe("networks and endpoints", () => {
  const made = (options: object) => ({ "docker_network_inspect.json": [but(frontNet, options)] });
  check([
    [
      "nothing, where a subnet is listed twice with a gateway each",
      made({ IPAM: { Config: ["172.18.0.1", "172.18.0.9"].map((Gateway) => ({ Subnet: "172.18.0.0/16", Gateway })) } }),
      made({ IPAM: { Config: ["172.18.0.1", "172.18.0.9"].map((Gateway) => ({ Subnet: "172.18.0.0/16", Gateway })) } }),
      [],
    ],
    [
      "a network that was made anew with another option",
      made({}),
      {
        "docker_network_inspect.json": [
          network("front", anew, "172.18.0.0/16", { web: ["172.18.0.2/16"] }, { Internal: true }),
        ],
      },
      ["replaced network front; id: aaaaaaaaaaaa → bbbbbbbbbbbb; internal: no → yes"],
    ],
    [
      "an option",
      made({}),
      made({ Options: { "com.docker.network.bridge.enable_icc": "false" } }),
      ["changed network front; option com.docker.network.bridge.enable_icc: none → false"],
    ],
    [
      "the default network, which each start of the engine makes anew",
      { "docker_network_inspect.json": [network("bridge", front, "172.17.0.0/16")] },
      { "docker_network_inspect.json": [network("bridge", anew, "172.17.0.0/16")] },
      [],
    ],
    [
      "another address",
      base,
      {
        "docker_inspect.json": [container("web", { front: [front, "172.18.0.7"] })],
        "docker_network_inspect.json": [network("front", front, "172.18.0.0/16", { web: ["172.18.0.7/16"] })],
      },
      ["changed endpoint web on front; IPv4 address: 172.18.0.2/16 → 172.18.0.7/16"],
    ],
  ]);
});

describe("published ports", () => {
  const publishes = (...bindings: readonly (readonly [ip: string, port: string])[]): Files => ({
    "docker_inspect.json": [
      container("web", {}, { ports: { "80/tcp": bindings.map(([HostIp, HostPort]) => ({ HostIp, HostPort })) } }),
    ],
  });
  check([
    [
      "another port of the host",
      publishes(["0.0.0.0", "32768"]),
      publishes(["0.0.0.0", "32770"]),
      ["changed published-port 0.0.0.0:32770/tcp → web:80 (was 0.0.0.0:32768/tcp → web:80); host port: 32768 → 32770"],
    ],
    [
      "one address more",
      publishes(["127.0.0.1", "80"]),
      publishes(["127.0.0.1", "80"], ["192.0.2.1", "80"]),
      ["added published-port 192.0.2.1:80/tcp → web:80"],
    ],
  ]);
});

describe("interfaces and bridges", () => {
  const eth0 = (more: object = {}) => link("2: eth0", { inet: ["192.0.2.10/24"], ...more });
  const ports = (...veths: readonly string[]): Files => ({
    "docker_network_inspect.json": [frontNet],
    "ip_a.txt": ipA(eth0(), link(`3: br-${front}`, { inet: ["172.18.0.1/16"] }), ...veths),
  });
  check([
    [
      "the index, a temporary address and one made of the MAC address",
      { "ip_a.txt": ipA(eth0()) },
      {
        "ip_a.txt": ipA(
          link("7: eth0", { inet: ["192.0.2.10/24", "fe80::200:ff:fe00:2/64"], mac: "02:00:00:00:00:02" }),
        ),
      },
      [],
    ],
    [
      "another address, and down",
      { "ip_a.txt": ipA(eth0()) },
      { "ip_a.txt": ipA(eth0({ inet: ["192.0.2.11/24"], flags: "BROADCAST,MULTICAST" })) },
      ["changed interface host: eth0; state: up → down; IPv4 addresses: 192.0.2.10/24 → 192.0.2.11/24"],
    ],
    [
      "one more",
      { "ip_a.txt": ipA(eth0()) },
      { "ip_a.txt": ipA(eth0(), link("3: wg0", { inet: ["10.9.0.1/24"] })) },
      ["added interface host: wg0; IPv4 addresses: none → 10.9.0.1/24"],
    ],
    [
      "the veth of the same container by another name",
      ports(link("8: veth1111111@if2", { master: `br-${front}`, netnsid: 0 })),
      ports(link("20: veth2222222@if2", { master: `br-${front}`, netnsid: 3 })),
      [],
    ],
    [
      "a veth that no endpoint accounts for",
      ports(link("8: veth1111111@if2", { master: `br-${front}`, netnsid: 0 })),
      ports(
        link("8: veth1111111@if2", { master: `br-${front}`, netnsid: 0 }),
        link("9: veth3333333@if2", { master: `br-${front}`, netnsid: 1 }),
      ),
      ["changed bridge bridge of front; ports beyond its endpoints: 0 → 1"],
    ],
    [
      "the bridge of a network that somebody deleted",
      ports(),
      { "docker_network_inspect.json": [frontNet], "ip_a.txt": ipA(eth0()) },
      ["changed bridge bridge of front; state: up → missing"],
    ],
  ]);
});

describe("routes and policy rules", () => {
  const routes = (...lines: readonly string[]): Files => ({ "ip_route.txt": `${lines.join("\n")}\n` });
  const connected = "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10";
  check([
    [
      "another gateway",
      routes("default via 192.0.2.1 dev eth0", connected),
      routes(connected, "default via 192.0.2.254 dev eth0"),
      [
        "changed route host: default via 192.0.2.254 dev eth0 (was host: default via 192.0.2.1 dev eth0); next hop: via 192.0.2.1 dev eth0 → via 192.0.2.254 dev eth0",
      ],
    ],
    [
      "a link without carrier",
      routes("10.0.0.0/24 dev eth1 scope link", connected),
      routes("10.0.0.0/24 dev eth1 scope link linkdown", connected),
      ["changed route host: 10.0.0.0/24 dev eth1; state: none → linkdown"],
    ],
    [
      "one more",
      routes(connected),
      routes(connected, "blackhole 198.51.100.0/24"),
      ["added route host: blackhole 198.51.100.0/24"],
    ],
    [
      "a policy rule",
      { "ip_rule.txt": "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n" },
      { "ip_rule.txt": "0:\tfrom all lookup local\n100:\tfrom 10.0.0.0/8 lookup 7\n32766:\tfrom all lookup main\n" },
      ["added policy-rule host: 100: from 10.0.0.0/8 lookup 7"],
    ],
  ]);
});

describe("settings, listeners, resolvers, sets", () => {
  const listens = (...rows: readonly string[]): Files => ({
    "ss_lntu.txt": ["Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process", ...rows, ""].join("\n"),
  });
  check([
    [
      "a setting, and one that only one side lists",
      { "sysctl.txt": "net.ipv4.ip_forward = 1\n" },
      { "sysctl.txt": "net.ipv4.ip_forward = 0\nnet.ipv4.conf.all.rp_filter = 1\n" },
      [
        "changed sysctl host: net.ipv4.ip_forward; value: 1 → 0",
        "? a kernel setting of host: sysctl does not list net.ipv4.conf.all.rp_filter | known",
      ],
    ],
    [
      "a listener",
      listens("tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*"),
      listens("tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*", "udp UNCONN 0 0 127.0.0.1:53 0.0.0.0:*"),
      ["added listener host: 127.0.0.1:53/udp"],
    ],
    [
      "another name server",
      { "resolv_conf.txt": "nameserver 192.0.2.53\n" },
      { "resolv_conf.txt": "nameserver 192.0.2.54\nsearch example.org\n" },
      [
        "changed resolver host: name resolution; name servers: 192.0.2.53 → 192.0.2.54; search domains: none → example.org",
      ],
    ],
    [
      "members of a set, whatever their order, timeouts and counters are",
      {
        "ipset_save.txt":
          "create b hash:ip family inet hashsize 1024 maxelem 65536\nadd b 10.0.0.1 timeout 5\nadd b 10.0.0.2\n",
      },
      {
        "ipset_save.txt":
          "create b hash:ip family inet hashsize 4096 maxelem 65536\nadd b 10.0.0.3\nadd b 10.0.0.1 timeout 4\n",
      },
      ["changed ipset host: b; member: 10.0.0.2 → none; member: none → 10.0.0.3"],
    ],
  ]);
});
