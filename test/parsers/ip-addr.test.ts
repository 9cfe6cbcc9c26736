import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ipAddr, type Link, type LinkAddress, type LinkDetail } from "../../src/parsers/ip-addr.ts";
import { address, interfaceName, mac, orNull, someOf } from "../support/network-arbitraries.ts";
import { withoutLines } from "../support/without-lines.ts";

const parse = (text: string) => ipAddr.parse(text);
const onlyLink = (text: string): Link => {
  const { data, notes } = parse(text);
  expect(notes).toEqual([]);
  expect(data).toHaveLength(1);
  return data[0] as Link;
};
const header = "7: eth0: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP group default qlen 1000";

describe("the first line of an interface", () => {
  it.each<[string, Partial<Link>]>([
    ["7: eth0@if8: <BROADCAST,UP,LOWER_UP> mtu 1500", { name: "eth0", peer: { kind: "index", index: 8 } }],
    ["7: tunl0@NONE: <NOARP> mtu 1480", { name: "tunl0", peer: { kind: "none" } }],
    [
      "7: eth0.5@eth0: <UP,M-DOWN> mtu 1500",
      { name: "eth0.5", peer: { kind: "name", name: "eth0" }, flags: ["UP", "M-DOWN"] },
    ],
    ["7: we#ird.x: <> mtu 1500", { name: "we#ird.x", peer: null, flags: [] }],
    ["7: a@b@if2: <UP> mtu 1500", { name: "a@b", peer: { kind: "index", index: 2 } }],
    ["7: a:b: <UP> mtu 1500", { name: "a:b" }],
    ["7: ütün: <UP> mtu 1500", { name: "ütün" }],
    ["7: mv0: <UP300,M-DOWN> mtu 1500 qdisc noqueue", { flags: ["UP300", "M-DOWN"], state: null }],
    [
      "7: eth0: <UP> mtu 9000 xdp/id:12 qdisc mq master br0 state LOWERLAYERDOWN mode DORMANT group 7 qlen 1000 event NOTIFY",
      {
        mtu: 9000,
        master: "br0",
        state: "LOWERLAYERDOWN",
        attributes: [
          ["xdp/id:12", ""],
          ["qdisc", "mq"],
          ["mode", "DORMANT"],
          ["group", "7"],
          ["qlen", "1000"],
          ["event", "NOTIFY"],
        ],
      },
    ],
    ["7: eth0: <UP> mtu 1500 newword 5", { attributes: [["newword", "5"]] }],
  ])("%s", (text, expected) => {
    expect(onlyLink(text)).toMatchObject(expected);
  });

  it.each([
    ["7: eth0: <UP> mtu 1500 # the uplink", 'a remark: "# the uplink"'],
    ["7: eth0: <UP> mtu 1500 odd", "expected a value after odd"],
    ["7: eth0 <UP> mtu 1500", "expected an interface"],
  ])("notes what is left of %s", (text, why) => {
    expect(parse(text).notes).toEqual([{ line: 1, text, why }]);
  });
});

describe("the link line", () => {
  it.each<[string, Partial<Link>]>([
    [
      "link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 3",
      { type: "ether", mac: "02:42:ac:12:00:02", netnsId: 3 },
    ],
    ["link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff link-netns blue", { netnsName: "blue", netnsId: null }],
    [
      "link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff permaddr 02:42:ac:12:00:99",
      { permanentMac: "02:42:ac:12:00:99" },
    ],
    ["link/none ", { type: "none", mac: null }],
    ["link/[65534] ", { type: "[65534]" }],
    ["link/sit 0.0.0.0 brd 0.0.0.0", { type: "sit", mac: "0.0.0.0", broadcast: "0.0.0.0" }],
    ["link/tunnel6 :: brd ::", { type: "tunnel6", mac: "::" }],
    ["link/gre 192.0.2.1 peer 192.0.2.2", { linkPeer: "192.0.2.2", broadcast: null }],
    [
      "link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff protodown on",
      { linkDetails: { text: "protodown on", values: { protodown: "on" } } },
    ],
    [
      "link/none  promiscuity 0  allmulti 0 netns-immutable",
      {
        linkDetails: {
          text: "promiscuity 0  allmulti 0 netns-immutable",
          values: { promiscuity: "0", allmulti: "0", "netns-immutable": "" },
        },
      },
    ],
  ])("%s", (text, expected) => {
    expect(onlyLink(`${header}\n    ${text}`)).toMatchObject(expected);
    expect(onlyLink(`${header}\n${text}`), "without indentation").toMatchObject(expected);
  });
});

describe("details", () => {
  it.each<[string, string, LinkDetail["values"]]>([
    ["vlan", "protocol 802.1Q id 5 <REORDER_HDR>", { protocol: "802.1Q", id: "5" }],
    ["macvlan", "mode passthru nopromisc bcqueuelen 1000", { mode: "passthru", nopromisc: "", bcqueuelen: "1000" }],
    ["ipvlan", " mode l2 bridge", { mode: "l2", bridge: "" }],
    [
      "vxlan",
      "id 42 remote 192.0.2.2 srcport 0 0 dstport 4789 nolearning ttl auto udpcsum",
      { id: "42", remote: "192.0.2.2", srcport: "0 0", dstport: "4789", nolearning: "", ttl: "auto", udpcsum: "" },
    ],
    ["bond", "mode 802.3ad miimon 100 lacp_active on", { mode: "802.3ad", miimon: "100", lacp_active: "on" }],
    [
      "bridge",
      "stp_state 0 hello_timer    0.00 vlan_filtering 1",
      { stp_state: "0", hello_timer: "0.00", vlan_filtering: "1" },
    ],
    ["wireguard", "addrgenmode none", { addrgenmode: "none" }],
    [
      "netkit",
      "mode l3 type peer policy forward peer policy blackhole",
      { mode: "l3", type: "peer", policy: "forward", "peer policy": "blackhole" },
    ],
    ["veth", "", {}],
  ])("%s %s", (kind, text, values) => {
    expect(onlyLink(`${header}\n    link/ether 02:42:ac:12:00:02\n    ${kind} ${text}`).kind).toEqual({
      kind,
      text,
      values,
    });
  });

  it("tells the interface's kind from its part in another one", () => {
    const link = onlyLink(`${header}\n    veth \n    bridge_slave state forwarding learning on hairpin off`);
    expect(link.kind?.kind).toBe("veth");
    expect(link.slave).toEqual({
      kind: "bridge_slave",
      text: "state forwarding learning on hairpin off",
      values: { state: "forwarding", learning: "on", hairpin: "off" },
    });
  });

  it("knows a kind that is newer than itself by what follows it", () => {
    expect(onlyLink(`${header}\n    newkind speed 9 numtxqueues 1`).kind?.values).toMatchObject({ speed: "9" });
  });

  it("keeps the alias and all alternative names", () => {
    const text = `${header}\n    alias rack 12 \\ port 3\n    altname enp1s0\n    altname uplink`;
    expect(onlyLink(text)).toMatchObject({ alias: "rack 12 \\ port 3", altNames: ["enp1s0", "uplink"] });
  });
});

describe("addresses", () => {
  it.each<[string, Partial<LinkAddress>]>([
    [
      "inet 192.0.2.1/24 metric 100 brd 192.0.2.255 scope global dynamic noprefixroute eth0",
      {
        address: "192.0.2.1",
        prefixLength: 24,
        metric: 100,
        broadcast: "192.0.2.255",
        scope: "global",
        flags: ["dynamic", "noprefixroute"],
        label: "eth0",
      },
    ],
    ["inet 192.0.2.5/24 scope global secondary eth0:1", { flags: ["secondary"], label: "eth0:1" }],
    [
      "inet 10.9.0.1 peer 10.9.0.2/32 scope global eth0",
      { address: "10.9.0.1", prefixLength: 32, peer: "10.9.0.2/32" },
    ],
    ["inet 10.8.0.1 peer 10.8.1.7/24 scope global eth0", { prefixLength: 32, peer: "10.8.1.7/24" }],
    [
      "inet6 FE80:0::1/64 scope link proto kernel_ll ",
      { family: 6, address: "fe80::1", protocol: "kernel_ll", label: null },
    ],
    [
      "inet6 2001:db8::1/64 scope global deprecated dadfailed tentative mngtmpaddr",
      { flags: ["deprecated", "dadfailed", "tentative", "mngtmpaddr"] },
    ],
    ["inet6 2001:db8::1/64 scope global tentative flags 110", { flags: ["tentative", "flags 110"] }],
    [
      "inet 192.0.2.1/24 scope global eth0 valid_lft forever preferred_lft 10sec",
      { validLifetime: "forever", preferredLifetime: "10sec" },
    ],
  ])("%s", (text, expected) => {
    expect(onlyLink(`${header}\n${text}`).addresses[0]).toMatchObject(expected);
  });

  it("takes an interface's own name for the label, whatever word it is", () => {
    const text = "7: dynamic: <UP> mtu 1500\n    inet 192.0.2.1/24 scope global dynamic dynamic";
    expect(parse(text).data[0]?.addresses[0]).toMatchObject({ flags: ["dynamic"], label: "dynamic" });
  });

  it.each([
    ["inet 192.0.2.300/24 scope global eth0", "expected an IPv4 address"],
    ["inet 2001:db8::1/64 scope global", "expected an IPv4 address"],
    ["inet6 fe80::1%eth0/64 scope link", "expected an IPv6 address"],
    ["inet6 fe80::1/64 scope link what ever", '"what ever" was not expected here'],
    ["inet 192.0.2.1/24 scope global eth0 # mine", 'a remark: "# mine"'],
    ["inet 192.0.2.1/24 scope global scope host eth0", "scope stands here twice"],
    ["valid_lft forever preferred_lft forever", "lifetimes without an address"],
  ])("notes %s", (text, why) => {
    expect(parse(`${header}\n${text}`).notes).toEqual([{ line: 2, text, why }]);
  });
});

describe("lines whose interface is missing", () => {
  it("gives nothing to a wrong interface", () => {
    const lines = [
      header,
      "    link/ether 02:42:ac:12:00:02",
      "    link/ether 02:42:ac:12:00:03",
      "    inet 192.0.2.1/24 scope global eth9",
    ];
    const { data, notes } = parse(lines.join("\n"));
    expect(data).toMatchObject([{ mac: "02:42:ac:12:00:02", addresses: [] }]);
    expect(notes.map(({ line }) => line)).toEqual([3, 4]);
  });

  it.each(["$ ip a | grep inet", "root@host:~# ip a | grep inet", "[root@host ~]# ip a", "9: eth9 is broken"])(
    "takes %j for the end of the interface before it",
    (line) => {
      const { data, notes } = parse(`${header}\n${line}\n    inet 192.0.2.1/24 scope global eth9`);
      expect(data[0]?.addresses).toEqual([]);
      expect(notes.map((note) => note.line)).toEqual([2, 3]);
    },
  );
});

describe("-o", () => {
  it("joins the lines of an interface", () => {
    const lines = [
      "7: eth0    inet 192.0.2.1/24 scope global eth0\\       valid_lft forever preferred_lft forever",
      "7: eth0    inet6 fe80::1/64 scope link \\       valid_lft 9sec preferred_lft 0sec",
      "8: lo    inet 127.0.0.1/8 scope host lo",
    ];
    const { data, notes } = parse(lines.join("\n"));
    expect(notes).toEqual([]);
    expect(data.map(({ line, name, addresses }) => [line, name, addresses.length])).toEqual([
      [1, "eth0", 2],
      [3, "lo", 1],
    ]);
  });

  it("says all that several lines say", () => {
    const text =
      "7: eth0: <UP> mtu 1500 qdisc mq\n    link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff\n    altname x";
    expect(parse(text.replaceAll("\n", "\\")).data).toEqual(parse(text).data);
  });
});

const detail = fc.constantFrom<LinkDetail>(
  { kind: "veth", text: "", values: {} },
  { kind: "vlan", text: "protocol 802.1Q id 5 <REORDER_HDR>", values: { protocol: "802.1Q", id: "5" } },
);
const linkAddress: fc.Arbitrary<LinkAddress> = fc.constantFrom<(4 | 6)[]>(4, 6).chain((family) =>
  fc.tuple(fc.boolean(), address(family), orNull(address(family))).chain(([isPeer, local, other]) => {
    const bits = family === 4 ? 32 : 128;
    return fc.record({
      line: fc.constant(0),
      family: fc.constant(family),
      address: fc.constant(local),
      prefixLength: isPeer ? fc.constant(bits) : fc.nat(bits),
      peer: fc.constant(isPeer ? `${other ?? local}/${bits}` : null),
      broadcast: orNull(address(family)),
      scope: fc.constantFrom("global", "host", "link", "200"),
      label: family === 4 ? orNull(interfaceName) : fc.constant(null),
      metric: orNull(fc.nat()),
      protocol: orNull(fc.constantFrom("kernel_ll", "kernel_ra", "7")),
      flags: someOf("secondary", "nodad", "tentative", "dynamic", "noprefixroute", "flags 110"),
      validLifetime: fc.constant("forever"),
      preferredLifetime: fc.constantFrom("forever", "0sec", "1798sec"),
    });
  }),
);
const link: fc.Arbitrary<Link> = fc.record({
  line: fc.constant(0),
  index: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  name: interfaceName,
  peer: fc.oneof(
    fc.constant(null),
    fc.constant({ kind: "none" as const }),
    fc.record({ kind: fc.constant("index" as const), index: fc.nat() }),
    fc.record({ kind: fc.constant("name" as const), name: interfaceName }),
  ),
  flags: someOf("NO-CARRIER", "LOOPBACK", "BROADCAST", "MULTICAST", "UP", "LOWER_UP", "M-DOWN"),
  mtu: fc.nat(),
  master: orNull(interfaceName),
  state: orNull(fc.constantFrom("UP", "DOWN", "UNKNOWN", "LOWERLAYERDOWN")),
  attributes: someOf(["qdisc", "noqueue"], ["mode", "DEFAULT"], ["group", "default"], ["qlen", "1000"]),
  type: fc.constantFrom("ether", "none", "loopback", "sit"),
  mac: orNull(mac),
  broadcast: orNull(mac),
  linkPeer: orNull(mac),
  permanentMac: orNull(mac),
  netnsId: orNull(fc.nat()),
  netnsName: orNull(fc.constantFrom("blue", "3")),
  linkDetails: orNull(fc.constant({ text: "promiscuity 0  allmulti 0", values: { promiscuity: "0", allmulti: "0" } })),
  kind: orNull(detail),
  slave: orNull(fc.constant({ kind: "bond_slave", text: "state ACTIVE", values: { state: "ACTIVE" } })),
  altNames: fc.array(interfaceName, { maxLength: 3 }),
  alias: orNull(fc.constantFrom("uplink", "to the \\ left")),
  addresses: fc.array(linkAddress, { maxLength: 4 }),
});

it("prints what it reads back", () => {
  fc.assert(
    fc.property(fc.array(link, { maxLength: 5 }), (links) => {
      const { data, notes } = ipAddr.parse(ipAddr.print(links));
      expect(notes).toEqual([]);
      expect(withoutLines(data)).toEqual(withoutLines(links));
    }),
  );
});

it("is done within the test's time limit, whatever the text is: nothing in it takes quadratic time", () => {
  for (const unit of ["veth { a ", "a@", "brd x ", "\\ ", "1: a:", "<>", "inet 1.2.3.4 peer "]) {
    const text = `${header}\n    link/ether 02:42:ac:12:00:02 ${unit.repeat(50_000)}\n${unit.repeat(50_000)}`;
    expect(ipAddr.parse(ipAddr.print(ipAddr.parse(text).data)).notes).toEqual([]);
  }
});
