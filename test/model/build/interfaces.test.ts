import { describe, expect, test } from "vitest";
import { formatPrefix, formatPrefixedAddress, parseAddress } from "../../../src/lib/address.ts";
import { contradictionsOf, hostOf, interfaceOf, namespaceOf } from "../../support/host-of.ts";
import { ipA, link } from "../../support/raw-captures.ts";

const veth = link("8: veth4866e91@if7", { master: "docker0", netnsid: 0, mac: "02:42:ac:11:00:01" });

describe("interfaces", () => {
  test("carry what ip a says, and where", () => {
    const host = hostOf({ "ip_a.txt": ipA(link("2: eth0", { inet: ["192.0.2.10/24", "2001:db8::10/64"] }), veth) });
    expect(interfaceOf(host, "veth4866e91")).toMatchObject({
      index: 8,
      kind: "veth",
      master: "docker0",
      peer: { kind: "index", index: 7 },
      netnsId: 0,
      mac: "02:42:ac:11:00:01",
      up: true,
      carrier: true,
      sources: [{ file: "ip_a.txt", line: 11 }],
    });
    expect(interfaceOf(host, "eth0")).toMatchObject({
      kind: null,
      addresses: [
        { address: parseAddress("192.0.2.10"), prefixLength: 24, sources: [{ file: "ip_a.txt", line: 7 }] },
        { address: parseAddress("2001:db8::10"), prefixLength: 64 },
      ],
    });
  });

  test("lead to the prefix around their peer, where they have one", () => {
    const text = [
      "4: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN group default ",
      "    link/none ",
      "    inet 10.9.0.1 peer 10.9.0.66/26 scope global wg0",
      "    inet 10.9.1.1/24 scope global wg0",
      "",
    ].join("\n");
    const { addresses } = interfaceOf(hostOf({ "ip_a.txt": text }), "wg0");
    expect(addresses.map(({ prefix }) => formatPrefix(prefix))).toEqual(["10.9.0.64/26", "10.9.1.0/24"]);
    expect(addresses.map(({ peer }) => peer && formatPrefixedAddress(peer))).toEqual(["10.9.0.66/26", null]);
  });

  test("are known without addresses from ip link alone", () => {
    const text = veth.replace(/\n {4}inet.*/g, "");
    const namespace = namespaceOf(hostOf({ "ip_link.txt": text }));
    expect(namespace).toMatchObject({ addressesKnown: false, interfaces: { known: true } });
  });

  test("are unknown, and why, when nothing lists them", () => {
    expect(namespaceOf(hostOf({ "resolv_conf.txt": "nameserver 192.0.2.53\n" })).interfaces).toEqual({
      known: false,
      why: "ip-addr is absent: not captured",
      lacks: "ip-addr",
    });
    const failed = hostOf({ "resolv_conf.txt": "nameserver 192.0.2.53\n", "ip_a.txt": "sh: ip: not found\n" });
    expect(namespaceOf(failed).interfaces).toEqual({
      known: false,
      why: "ip-addr failed: sh: ip: not found",
      lacks: "ip-addr",
    });
  });

  test("of ip a and ip -d link are one, the details from the latter", () => {
    const detailed = `${veth.trimEnd()} promiscuity 1\n    veth\n    bridge_slave state forwarding priority 32 hairpin on isolated off\n`;
    const host = hostOf({ "ip_a.txt": ipA(veth), "ip_d_link.txt": detailed });
    expect(host.contradictions).toEqual([]);
    expect(interfaceOf(host, "veth4866e91")).toMatchObject({
      kind: "veth",
      port: { state: "forwarding", hairpin: true, isolated: false },
      sources: [
        { file: "ip_a.txt", line: 5 },
        { file: "ip_d_link.txt", line: 1 },
      ],
    });
  });

  test("that two captures describe differently are recorded, and ip a counts", () => {
    const host = hostOf({
      "ip_a.txt": ipA(link("8: veth4866e91@if7", { master: "docker0", mac: "02:42:ac:11:00:01" })),
      "ip_link.txt": link("9: veth4866e91@if7", { mac: "02:42:ac:11:00:02" }),
    });
    expect(contradictionsOf(host)).toEqual([
      "veth4866e91: index is 8 at ip_a.txt:5, but 9 at ip_link.txt:1",
      "veth4866e91: MAC address is 02:42:ac:11:00:01 at ip_a.txt:5, but 02:42:ac:11:00:02 at ip_link.txt:1",
    ]);
    expect(interfaceOf(host, "veth4866e91")).toMatchObject({ index: 8, mac: "02:42:ac:11:00:01" });
  });

  test("pasted in pieces come together", () => {
    const text = `$ ip a | grep eth0\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n    inet 192.0.2.10/24 scope global eth0\n$ ip a | grep -A3 veth\n${ipA(veth)}`;
    const host = hostOf({ "ticket.txt": text });
    expect(interfaceOf(host, "eth0").addresses).toMatchObject([{ address: parseAddress("192.0.2.10") }]);
    expect(interfaceOf(host, "veth4866e91").index).toBe(8);
  });

  test("take port settings from bridge link and bridge vlan", () => {
    const host = hostOf({
      "ip_a.txt": ipA(veth),
      "bridge_link.txt":
        "8: veth4866e91@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master docker0 state forwarding priority 32 cost 2 \n    hairpin on guard off root_block off fastleave off learning on flood on mcast_flood on isolated on \n",
      "bridge_vlan.txt": "port              vlan-id  \nveth4866e91       1 PVID Egress Untagged\n",
    });
    expect(interfaceOf(host, "veth4866e91").port).toEqual({
      state: "forwarding",
      hairpin: true,
      isolated: true,
      vlans: [{ from: 1, to: 1, pvid: true, untagged: true }],
    });
  });
});
