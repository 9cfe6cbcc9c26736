import { describe, expect, it } from "vitest";
import type { Action } from "../../src/firewall/actions.ts";
import { lastAction } from "../../src/firewall/statements.ts";
import { address, packet } from "./packets.ts";
import { compileText, outcomes, rule } from "./rules.ts";

const range = (from: string, to = from) => ({ from: address(from).value, to: address(to).value });
const ports = (from: number, to = from) => ({ from, to });
const source = (rest: object) => ({ kind: "nat", nat: { kind: "source", random: false, ports: null, ...rest } });
const destination = (rest: object) => ({
  kind: "nat",
  nat: { kind: "destination", random: false, ports: null, ...rest },
});
const unknowable = { kind: "unknowable" };

describe("targets", () => {
  it.each<[string, object]>([
    ["-j ACCEPT", { kind: "accept" }],
    ["-j DROP", { kind: "drop" }],
    ["-j RETURN", { kind: "return" }],
    ["-s 192.0.2.1", { kind: "continue" }],
    ["-j REJECT", { kind: "reject", with: "icmp-port-unreachable" }],
    ["-j REJECT --reject-with icmp-host-prohibited", { kind: "reject", with: "icmp-host-prohibited" }],
    ["-p tcp -j REJECT --reject-with tcp-reset", { kind: "reject", with: "tcp-reset" }],
    ["-j REJECT --reject-with admin-prohib", { kind: "reject", with: "icmp-admin-prohibited" }],
    ["-j REJECT --reject-with icmp6-no-route", unknowable],
    ["-p tcp -j DNAT --to-destination 10.0.0.2:80", destination({ addresses: range("10.0.0.2"), ports: ports(80) })],
    ["-j DNAT --to-destination 10.0.0.2", destination({ addresses: range("10.0.0.2") })],
    [
      "-p udp -j DNAT --to-destination 10.0.0.2-10.0.0.9:80-90 --random --persistent",
      destination({ addresses: range("10.0.0.2", "10.0.0.9"), ports: ports(80, 90), random: true }),
    ],
    ["-p tcp -j DNAT --to-destination :8080", destination({ addresses: null, ports: ports(8080) })],
    ["-p tcp -j DNAT --to-destination 10.0.0.2:80-90/8000", unknowable],
    ["-j DNAT --to-destination 10.0.0.2 --to-destination 10.0.0.3", unknowable],
    ["-j DNAT", unknowable],
    ["-j DNAT --to-destination fd00::2", unknowable],
    ["-j SNAT --to-source 10.0.0.2", source({ addresses: range("10.0.0.2") })],
    ["-p tcp -j SNAT --to-source :53", source({ addresses: null, ports: ports(53) })],
    [
      "-p tcp -j SNAT --to-source 10.0.0.2:1-5 --random-fully",
      source({ addresses: range("10.0.0.2"), ports: ports(1, 5), random: true }),
    ],
    ["-j MASQUERADE", { kind: "nat", nat: { kind: "masquerade", ports: null, random: false } }],
    [
      "-p tcp -j MASQUERADE --to-ports 1024-31000",
      { kind: "nat", nat: { kind: "masquerade", ports: ports(1024, 31_000) } },
    ],
    ["-j MASQUERADE --random-fully", { kind: "nat", nat: { kind: "masquerade", ports: null, random: true } }],
    ["-p tcp -j REDIRECT --to-ports 8080", { kind: "nat", nat: { kind: "redirect", ports: ports(8080) } }],
    ["-j REDIRECT", { kind: "nat", nat: { kind: "redirect", ports: null } }],
    [
      "-j NETMAP --to 10.1.0.0/16",
      { kind: "nat", nat: { kind: "netmap", prefix: { value: address("10.1.0.0").value, length: 16 } } },
    ],
    ["-j MARK --set-xmark 0x10/0xff", { kind: "mark", of: "packet", clear: 0xff, xor: 0x10 }],
    ["-j MARK --set-mark 0x10/0x1", { kind: "mark", of: "packet", clear: 0x11, xor: 0x10 }],
    ["-j MARK --set-mark 16", { kind: "mark", of: "packet", clear: 0xffffffff, xor: 16 }],
    ["-j MARK --and-mark 0xf0", { kind: "mark", of: "packet", clear: 0xffffff0f, xor: 0 }],
    ["-j MARK --or-mark 0xf0", { kind: "mark", of: "packet", clear: 0xf0, xor: 0xf0 }],
    ["-j MARK --xor-mark 0xf0", { kind: "mark", of: "packet", clear: 0, xor: 0xf0 }],
    ["-j CONNMARK --set-xmark 0x1/0xffffffff", { kind: "mark", of: "connection", clear: 0xffffffff, xor: 1 }],
    [
      "-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xf0",
      { kind: "save-mark", packetMask: 0xff, connectionMask: 0xf0 },
    ],
    ["-j CONNMARK --restore-mark --mask 0x3", { kind: "restore-mark", packetMask: 3, connectionMask: 3 }],
    ["-j CONNMARK --restore-mark", { kind: "restore-mark", packetMask: 0xffffffff, connectionMask: 0xffffffff }],
    ["-j CONNMARK --save-mark --left-shift-mark 3", unknowable],
    ["-j CT --notrack", { kind: "notrack" }],
    ["-j NOTRACK", { kind: "notrack" }],
    ["-p tcp -j CT --helper ftp", { kind: "continue" }],
    ["-j CT --zone 3", unknowable],
    ["-j TOS --set-tos 0x10/0x3f", { kind: "set-tos", clear: 0x3f, xor: 0x10 }],
    ["-j TOS --or-tos 0x4", { kind: "set-tos", clear: 4, xor: 4 }],
    ["-j DSCP --set-dscp 0x2e", { kind: "set-tos", clear: 0xfc, xor: 0xb8 }],
    ["-j DSCP --set-dscp-class EF", { kind: "set-tos", clear: 0xfc, xor: 0xb8 }],
    ["-j TTL --ttl-set 3", { kind: "set-ttl", how: "set", value: 3 }],
    ["-j TTL --ttl-dec 3", { kind: "set-ttl", how: "add", value: -3 }],
    ["-j HL --hl-inc 3", { kind: "set-ttl", how: "add", value: 3 }],
    ['-j LOG --log-prefix "[x] " --log-level 4', { kind: "continue" }],
    ["-j NFLOG --nflog-group 5", { kind: "continue" }],
    ["-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu", { kind: "clamp-mss" }],
    ["-j CHECKSUM --checksum-fill", { kind: "continue" }],
    ["-j SET --add-set banned src --exist", { kind: "change-set", set: "banned" }],
    ["-j SET --map-set x src --map-mark", unknowable],
    ["-j NFQUEUE --queue-num 0 --queue-bypass", unknowable],
    ["-p tcp -j TPROXY --on-port 1 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1", unknowable],
    ["-p tcp -j SYNPROXY --sack-perm", unknowable],
    ["-j NOSUCH --what ever", unknowable],
    ["-g NOSUCH", unknowable],
  ])("%s", (text, action) => {
    expect(lastAction(rule(text))).toMatchObject(action);
  });

  it.each<[string, object]>([
    ["-j REJECT", { kind: "reject", with: "icmp6-port-unreachable" }],
    ["-j REJECT --reject-with icmp6-adm-prohibited", { kind: "reject", with: "icmp6-adm-prohibited" }],
    ["-p tcp -j DNAT --to-destination [fd00::2]:80", destination({ addresses: range("fd00::2"), ports: ports(80) })],
    ["-j DNAT --to-destination fd00::2", destination({ addresses: range("fd00::2") })],
    ["-p tcp -j DNAT --to-destination :80", destination({ addresses: null, ports: ports(80) })],
    [
      "-p tcp -j SNAT --to-source [fd00::2-fd00::9]:1-9",
      source({ addresses: range("fd00::2", "fd00::9"), ports: ports(1, 9) }),
    ],
    ["-j NETMAP --to fd00::/64", { kind: "nat", nat: { kind: "netmap", prefix: { length: 64 } } }],
  ])("IPv6: %s", (text, action) => {
    expect(lastAction(rule(text, 6))).toMatchObject(action);
  });

  it("keep the text, the counters and the line", () => {
    const [table] = compileText("*filter\n:FORWARD DROP [5:6]\n[3:4] -A FORWARD -i eth0 ! -o eth0 -j ACCEPT\nCOMMIT\n");
    const base = table?.baseChains[0];
    expect(base).toMatchObject({ policy: "drop", counters: { packets: 5, bytes: 6 }, hook: "forward", priority: 0 });
    expect(base?.chain.rules[0]).toMatchObject({
      text: "-A FORWARD -i eth0 ! -o eth0 -j ACCEPT",
      position: 1,
      source: { file: "rules", line: 3 },
      counters: { packets: 3, bytes: 4 },
    });
    expect(base?.chain.rules[0]?.statements).toMatchObject([
      { text: "-i eth0" },
      { text: "! -o eth0" },
      { kind: "accept" },
    ]);
  });
});

describe("base chains", () => {
  it("have the hooks and priorities of their tables", () => {
    const text = ["raw", "mangle", "nat", "filter", "security"].map((name) => {
      const chains = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];
      return `*${name}\n${chains.map((chain) => `:${chain} ACCEPT [0:0]\n`).join("")}:USER - [0:0]\nCOMMIT\n`;
    });
    const found = compileText(text.join("")).flatMap((table) =>
      table.baseChains.map(
        ({ chain, hook, priority, type }) => `${table.name} ${chain.name} ${hook} ${priority} ${type}`,
      ),
    );
    expect(found).toEqual([
      "raw PREROUTING prerouting -300 filter",
      "raw OUTPUT output -300 filter",
      "mangle PREROUTING prerouting -150 filter",
      "mangle INPUT input -150 filter",
      "mangle FORWARD forward -150 filter",
      "mangle OUTPUT output -150 route",
      "mangle POSTROUTING postrouting -150 filter",
      "nat PREROUTING prerouting -100 nat",
      "nat INPUT input 100 nat",
      "nat OUTPUT output -100 nat",
      "nat POSTROUTING postrouting 100 nat",
      "filter INPUT input 0 filter",
      "filter FORWARD forward 0 filter",
      "filter OUTPUT output 0 filter",
      "security INPUT input 50 filter",
      "security FORWARD forward 50 filter",
      "security OUTPUT output 50 filter",
    ]);
  });

  it("end in an unknown outcome when their declaration is missing", () => {
    const [table] = compileText("*filter\n-A FORWARD -p udp -j ACCEPT\n");
    expect(table && outcomes(table, packet())[0]?.verdict).toEqual({
      kind: "unknown",
      why: {
        code: "action-unknowable",
        why: "the chain FORWARD is not declared: its end and its policy may be missing",
      },
    });
  });

  it("follow the later one of two tables of a name", () => {
    const tables = compileText("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n");
    expect(tables.map(({ baseChains }) => baseChains[0]?.policy)).toEqual(["accept"]);
  });
});

describe("what targets write", () => {
  const after = (text: string, changes = {}) => {
    const rules = text.split("; ").map((one) => `-A PREROUTING ${one}\n`);
    const [table] = compileText(`*mangle\n:PREROUTING ACCEPT [0:0]\n${rules.join("")}COMMIT\n`);
    const connection = { mark: 0x1234, ...(text.includes("notrack") ? { state: "invalid" as const } : {}) };
    const tested = packet({ mark: 0xabcd, tos: 0x28, connection, ...changes });
    return table && outcomes(table, tested, { hook: "prerouting" })[0];
  };
  const cases: [string, Action | object][] = [
    ["-j MARK --set-xmark 0x1/0xff", { mark: 0xab01 }],
    ["-j MARK --set-xmark 0x80000000/0x0", { mark: 0x8000abcd }],
    ["-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff00", { connection: { mark: 0xf9 } }],
    ["-j CONNMARK --restore-mark", { mark: 0x1234 }],
    ["-j CONNMARK --restore-mark --nfmask 0xf --ctmask 0xf0", { mark: 0xabf0 }],
    ["-j CONNMARK --set-xmark 0x5/0xffffffff; -j CONNMARK --restore-mark", { mark: 5, connection: { mark: 5 } }],
    ["-j MARK --set-xmark 0x7/0xffffffff; -m mark --mark 0x7 -j TOS --set-tos 0x01/0xff", { mark: 7, tos: 1 }],
    ["-j DSCP --set-dscp 0x3f", { tos: 0xfc }],
    ["-j TTL --ttl-dec 70", { ttl: { from: 0, to: 0 } }],
    ["-j TTL --ttl-set 9; -m ttl --ttl-eq 9 -j MARK --set-xmark 0x9/0xffffffff", { mark: 9 }],
    ["-j CT --notrack; -m conntrack --ctstate UNTRACKED -j MARK --set-xmark 0x3/0xffffffff", { mark: 3 }],
    ["-j CT --notrack; -j CONNMARK --set-xmark 0x3/0xffffffff", { connection: { mark: 0x1234, state: "untracked" } }],
  ];
  it.each(cases)("%s", (text, changed) => {
    const outcome = after(text);
    expect(outcome?.packet).toMatchObject(changed);
    expect(outcome?.untracked).toBe(text.includes("notrack"));
  });

  it("takes NETMAP's side from the hook", () => {
    const text = "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:BOTH - [0:0]\n-A PREROUTING -j BOTH\n";
    const [table] = compileText(`${text}-A POSTROUTING -j BOTH\n-A BOTH -j NETMAP --to 10.0.0.0/8\nCOMMIT\n`);
    const side = (hook: "prerouting" | "postrouting") => table && outcomes(table, packet(), { hook })[0]?.verdict;
    expect(side("prerouting")).toMatchObject({ nat: { kind: "netmap", side: "destination" } });
    expect(side("postrouting")).toMatchObject({ nat: { kind: "netmap", side: "source" } });
  });
});
