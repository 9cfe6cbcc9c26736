import { expect, test } from "vitest";
import { hostAddresses, serviceAddresses } from "../../src/dataplane/service-addresses.ts";
import { formatAddress } from "../../src/lib/address.ts";
import { literalAddress, unspecified } from "../../src/lib/literals.ts";
import type { Port } from "../../src/model/queries/services.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { asTexts } from "../support/as-texts.ts";
import { bundledHost } from "../support/fixtures.ts";
import { app, type ContainerSpec, db, far, type LabWishes, labSnapshot, other, web } from "../trace/lab.ts";

const port80: Port = { protocol: "tcp", port: 80 };

function lab(wishes: LabWishes) {
  const host = rebuildHost(labSnapshot(wishes));
  const { dataplane, trace } = makeTracer(host);
  const ways = (from: string, to: string, port = port80) => serviceAddresses(dataplane, from, to, port);
  const texts = (from: string, to: string, port = port80) => ways(from, to, port).map((way) => way.to);
  return { host, dataplane, trace, ways, texts };
}

const published: ContainerSpec = { ...web, published: { 8080: 80 } };

test("the host's addresses, each with what its interface is; not the link-local ones", () => {
  const { dataplane } = lab({
    interfaces: [
      "3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default",
      "    link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff",
      "    inet 10.0.0.5/24 scope global eth1",
      "    inet 169.254.3.4/16 scope link eth1",
      "    inet6 fe80::5/64 scope link",
      "    inet6 2001:db8:1::5/64 scope global tentative",
      "    inet6 2001:db8:1::6/64 scope global dadfailed tentative",
    ],
  });
  expect(
    hostAddresses(dataplane).map(({ address, interface: name, at }) => `${formatAddress(address)} ${name} ${at}`),
  ).toEqual([
    "127.0.0.1 lo loopback",
    "::1 lo loopback",
    "192.0.2.10 eth0 uplink",
    "2001:db8::10 eth0 uplink",
    "10.0.0.5 eth1 other",
    "172.18.0.1 br-app bridge",
    "fd00:18::1 br-app bridge",
    "172.19.0.1 br-other bridge",
  ]);
});

test("an interface that is down keeps its IPv4 address local, as the kernel does, and loses the IPv6 one", () => {
  const interfaces = [
    "3: eth1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default",
    "    link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff",
    "    inet 10.0.0.5/24 scope global eth1",
  ];
  const { dataplane, trace } = lab({ interfaces });
  expect(hostAddresses(dataplane).map(({ address }) => formatAddress(address))).toContain("10.0.0.5");
  expect(trace({ from: "web", to: "10.0.0.5:22" }).deliveredTo?.kind).toBe("host");
});

test("between containers: every address of either family", () => {
  expect(asTexts(lab({}).ways("db", "web"))).toEqual([
    { kind: "direct", network: "app", to: "172.18.0.2:80", address: "172.18.0.2" },
    { kind: "direct", network: "app", to: "[fd00:18::2]:80", address: "fd00:18::2" },
  ]);
});

test("protocols are written as questions write them", () => {
  expect(lab({}).texts("db", "web", { protocol: "udp", port: 53 })).toEqual([
    "172.18.0.2:53/udp",
    "[fd00:18::2]:53/udp",
  ]);
});

test("a port published on all addresses: where the origin meets the host", () => {
  const { texts, ways } = lab({ containers: [published, db, far] });
  const own = ["172.18.0.2:80", "[fd00:18::2]:80"];
  expect(texts("eth0", "web")).toEqual(["192.0.2.10:8080", ...own]);
  expect(texts("db", "web")).toEqual(["192.0.2.10:8080", "172.18.0.1:8080", "172.19.0.1:8080", ...own]);
  expect(texts("host", "web")).toEqual([
    "127.0.0.1:8080",
    "192.0.2.10:8080",
    "172.18.0.1:8080",
    "172.19.0.1:8080",
    ...own,
  ]);
  expect(texts("eth0", "web", { protocol: "tcp", port: 81 })).toEqual(["172.18.0.2:81", "[fd00:18::2]:81"]);
  expect(ways("eth0", "web")[0]).toMatchObject({
    kind: "published",
    hostPort: 8080,
    binding: { hostAddress: unspecified[4] },
  });
});

test.each([
  ["192.0.2.10", { eth0: true, db: true, host: true }],
  ["::", { eth0: "[2001:db8::10]:8080", db: "[fd00:18::1]:8080", host: "[::1]:8080" }],
  // By way of outside only a host that routes loopback addresses is reached: the tracer's to say.
  ["127.0.0.1", { eth0: true, db: false, host: true }],
])("a port published on %s", (hostAddress, expected) => {
  const { host, dataplane } = lab({ containers: [published, db, far] });
  const bound = {
    ...host,
    publishedPorts: host.publishedPorts.map((one) => ({ ...one, hostAddress: literalAddress(hostAddress) })),
  };
  for (const [from, text] of Object.entries(expected)) {
    const texts = serviceAddresses({ ...dataplane, host: bound }, from, "web", port80).map(({ to }) => to);
    const wanted = typeof text === "string" ? text : `${hostAddress}:8080`;
    expect([from, texts.includes(wanted)]).toEqual([from, text !== false]);
  }
});

test("a container in the host's namespace is asked at the host's addresses, first those that strangers come by", () => {
  const { texts, ways } = lab({ containers: [{ ...web, networkMode: "host" }, db, far] });
  const addresses = ["192.0.2.10:80", "[2001:db8::10]:80", "172.18.0.1:80", "[fd00:18::1]:80", "172.19.0.1:80"];
  expect(texts("eth0", "web")).toEqual(addresses);
  expect(texts("db", "web")).toEqual(addresses);
  expect(texts("host", "web")).toEqual(["127.0.0.1:80", "[::1]:80", ...addresses]);
  expect(texts("db", "host")).toEqual(addresses);
  expect(ways("db", "web")[0]).toMatchObject({ kind: "direct", network: "host" });
});

test("who shares a namespace shares what is published for it, and its loopback", () => {
  const sidecar: ContainerSpec = { name: "sidecar", number: 6, network: "none", networkMode: "container:web" };
  const { texts } = lab({ containers: [published, db, far, sidecar] });
  expect(texts("eth0", "sidecar")).toEqual(["192.0.2.10:8080", "172.18.0.2:80", "[fd00:18::2]:80"]);
  expect(texts("web", "sidecar")).toContain("127.0.0.1:80");
  expect(texts("db", "sidecar")).not.toContain("127.0.0.1:80");
});

test("a container that does not run cannot be asked", () => {
  expect(lab({ containers: [{ ...web, running: false }, db, far] }).ways("db", "web")).toEqual([]);
  expect(lab({}).ways("db", "nobody")).toEqual([]);
});

test("addresses that were seen inside count beside those that the engine gave", () => {
  const inside = {
    web: {
      "ip-addr": [
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default",
        "    inet 127.0.0.1/8 scope host lo",
        "2: eth0@if22: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default",
        "    link/ether 02:42:ac:00:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0",
        "    inet 172.18.0.2/16 scope global eth0",
        "    inet 172.18.0.77/16 scope global secondary eth0",
        "",
      ].join("\n"),
    },
  };
  expect(lab({ inside, networks: [app, other] }).texts("db", "web")).toContain("172.18.0.77:80");
});

test("every way of a real host is a question that can be asked", async () => {
  const { host, dataplane, trace } = await realHost("drivers-docker28");
  const names = ["host", ...host.containers.filter(({ namespace }) => namespace !== null).map(({ name }) => name)];
  let asked = 0;
  for (const from of ["eth0", ...names])
    for (const to of names)
      for (const way of serviceAddresses(dataplane, from, to, port80)) {
        expect(trace({ from, to: way.to }).verdict).toBeDefined();
        asked++;
      }
  expect(asked).toBeGreaterThan(100);
});

async function realHost(name: string) {
  const host = await bundledHost(name);
  return { host, ...makeTracer(host) };
}
