import { describe, expect, it } from "vitest";
import { type Listener, listsProtocol, ssListen } from "../../src/parsers/ss-listen.ts";
import { itObeysTheLaws } from "../support/parser-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";

const samples = parserSamples("ss-listen");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";
const parse = (text: string) => ssListen.parse(text);
const one = (text: string) => parse(text).data[0];

/** A listener in short: `tcp4 *:22`, `udp6 fe80::1%eth0:546`, `tcp* *:80`. */
const short = ({ protocol, family, address, interface: name, port }: Listener) =>
  `${protocol}${family ?? "*"} ${address ?? "*"}${name === null ? "" : `%${name}`}:${port}`;

describe("ss and netstat", () => {
  itObeysTheLaws(
    ssListen,
    // The laws begin with samples that are understood in full.
    samples.flatMap(({ name, text }) => (/squeezed|-all/.test(name) ? [] : [text])),
  );

  const listeners = [
    "tcp* *:80",
    "tcp4 *:22",
    "tcp4 127.0.0.53:53",
    "tcp4 192.0.2.10:8443",
    "tcp6 *:22",
    "tcp6 2001:db8::10:8080",
    "tcp6 ::1:631",
    "udp* *:5353",
    "udp4 *:68",
    "udp4 127.0.0.53:53",
    "udp6 fe80::1:546",
  ];

  it.each(["ss-6.1.txt", "netstat-2.10.txt", "netstat-2.10-user", "busybox"])(
    "%s gives the same as the other tools",
    (name) => {
      const { data, notes } = parse(sample(name));
      expect(notes).toEqual([]);
      expect(data.map((listener) => short({ ...listener, interface: null })).sort()).toEqual(listeners);
    },
  );

  it("reads interfaces and processes, whatever they are called", () => {
    const { data } = parse(sample("ss-6.1.txt"));
    expect(data.slice(0, 3).map(({ interface: name }) => name)).toEqual(["lo", "eth0", "eth0"]);
    const processes = [
      { name: "worker", pid: 9856 },
      { name: 'odd ",pid=1', pid: 9807 },
    ];
    expect(data.every((listener) => JSON.stringify(listener.processes) === JSON.stringify(processes))).toBe(true);
    expect(parse(sample("netstat-2.10.txt")).data[0]?.processes).toEqual([{ name: "python3", pid: 9807 }]);
    expect(parse(sample("netstat-2.10-user")).data[0]?.processes).toEqual([{ name: "python3", pid: 9807 }]);
  });

  it("reads what a Docker host listens on", () => {
    const { data, notes } = parse(sample("ss-docker-29"));
    expect(notes).toEqual([]);
    expect(data).toHaveLength(15);
    expect(data[0]).toEqual({
      line: 2,
      protocol: "udp",
      family: 4,
      address: null,
      interface: null,
      port: 5353,
      state: "UNCONN",
      processes: [{ name: "docker-proxy", pid: 12738 }],
    });
  });

  it("passes connections by among listeners, and notes them where there are none: that is no list of listeners", () => {
    const { data, notes } = parse(sample("ss-6.1-all"));
    expect(data.map((listener) => short({ ...listener, interface: null })).sort()).toEqual(listeners);
    expect(notes).toEqual([]);
    const alone = "State Recv-Q Send-Q Local Address:Port Peer Address:Port\nESTAB 0 0 192.0.2.1:22 192.0.2.9:5000\n";
    expect(parse(alone)).toMatchObject({ data: [], notes: [{ line: 2, why: "a connection (ESTAB), not a listener" }] });
    const unix =
      "Active UNIX domain sockets (only servers)\nProto RefCnt Flags Type State I-Node Path\nunix 2 [ ACC ] STREAM LISTENING 1 /run/a\n";
    expect(parse(`tcp 0 0 *:22 *:* LISTEN\n${unix}`).notes).toEqual([]);
  });

  it.each([
    ["Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port\n", [true, true, false]],
    ["Netid State Recv-Q\nsctp LISTEN 0 5 *:3868 *:*\n", [true, true, true]],
    ["State Recv-Q Send-Q Local Address:Port\nLISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n", [true, false, false]],
    ["Active Internet connections (only servers)\nudp 0 0 *:53 *:*\n", [false, true, false]],
  ])("%j lists TCP, UDP, SCTP: %j", (text, expected) => {
    const listed = (["tcp", "udp", "sctp"] as const).map((one) => listsProtocol(text, parse(text).data, one));
    expect(listed).toEqual(expected);
  });

  it("reads an older ss, where * is IPv4 alone", () => {
    expect(parse(sample("ss-3.10")).data.map(short)).toEqual([
      "udp4 127.0.0.1:323",
      "udp6 ::1:323",
      "tcp4 *:22",
      "tcp4 127.0.0.1:25",
      "tcp6 *:22",
      "tcp* *:8080",
    ]);
  });

  it("reads squeezed columns, and notes the prompt before them", () => {
    const { data, notes } = parse(sample("netstat-squeezed"));
    expect(data.map(({ line, ...listener }) => [line, short(listener as Listener), listener.state])).toEqual([
      [4, "tcp4 127.0.0.11:39527", "LISTEN"],
      [5, "udp4 127.0.0.11:35031", "UNCONN"],
    ]);
    expect(notes).toEqual([{ line: 1, text: "ccd72fe225c8:/# netstat -ntlup", why: "not a line of ss or netstat" }]);
    const squeezed = sample("ss-6.1.txt").replace(/ +/g, " ");
    expect(parse(squeezed).notes).toEqual([]);
    expect(parse(squeezed).data.map(short)).toEqual(parse(sample("ss-6.1.txt")).data.map(short));
  });

  it.each([
    ["LISTEN 0 128 0.0.0.0:22 0.0.0.0:*", "tcp4 *:22"],
    ["UNCONN 0 0 0.0.0.0:68 0.0.0.0:*", "udp4 *:68"],
    ["sctp LISTEN 0 5 *:3868 *:*", "sctp* *:3868"],
    ["mptcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:*", "other4 *:80"],
    ["??? UNCONN 0 0 0.0.0.0:1 0.0.0.0:*", "other4 *:1"],
    ["tcp LISTEN 0 5 *%eth0:22 *:*", "tcp*"],
    ["tcp LISTEN 0 5 [::ffff:192.0.2.1]:80 *:*", "tcp4 192.0.2.1:80"],
    ["tcp LISTEN 0 5 127.0.0.53%lo:53 0.0.0.0:*", "tcp4 127.0.0.53%lo:53"],
    ["udp UNCONN 0 0 [fe80::1%eth0]:546 [::]:*", "udp6 fe80::1%eth0:546"],
    ["raw 0 0 0.0.0.0:1 0.0.0.0:* 7 412/ping", "other4 *:1"],
    ["tcp 0 0 *:22 *:* LISTEN", "tcp4 *:22"],
    ["tcp6 0 0 *:22 *:* LISTEN", "tcp* *:22"],
  ])("reads %j", (text, expected) => {
    expect(parse(text).notes).toEqual([]);
    expect(short(one(text) as Listener)).toContain(expected);
  });

  it.each([
    ['users:(("a b",pid=1,fd=2))', [["a b", 1]]],
    [
      'users:(("x",pid=1,fd=2),("x",pid=1,fd=3),("y)",pid=2,fd=3))',
      [
        ["x", 1],
        ["y)", 2],
      ],
    ],
    ['users:(("x",pid=1,tid=7,fd=2))', [["x", 1]]],
    ['users:(("sshd",pid=1,proc_ctx=system_u:system_r:sshd_t:s0-s0:c0.c1023,fd=3))', [["sshd", 1]]],
    ['users:(("x",pid=1,fd=2)) uid:101 ino:123 sk:1 cgroup:/system.slice/x <->', [["x", 1]]],
  ])("reads %s", (users, processes) => {
    const { data, notes } = parse(`tcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:* ${users}`);
    expect(notes).toEqual([]);
    expect(data[0]?.processes.map(({ name, pid }) => [name, pid])).toEqual(processes);
  });

  it.each([
    ["tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN 12/nginx: master pro", [{ name: "nginx: master pro", pid: 12 }]],
    ["tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN 0 123 12/a 3", [{ name: "a 3", pid: 12 }]],
    ["tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN 12/a 34", [{ name: "a 34", pid: 12 }]],
    ["udp 0 0 0.0.0.0:80 0.0.0.0:* 12/CLOSE", [{ name: "CLOSE", pid: 12 }]],
    ["udp 0 0 0.0.0.0:80 0.0.0.0:* -", []],
    ["udp 0 0 0.0.0.0:80 0.0.0.0:*", []],
    ["tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN - off (0.00/0/0)", []],
  ])("reads the program in %j", (text, processes) => {
    expect(parse(text).notes).toEqual([]);
    expect(one(text)?.processes).toEqual(processes);
  });

  it.each([
    ["u_str LISTEN 0 128 /run/x.sock 12 * 0", "not an internet socket"],
    ["nl UNCONN 0 0 rtnl:kernel *", "not an internet socket"],
    ["tcp LISTEN 0 5 *:ssh *:*", "expected an address and a port in digits (ss -n)"],
    ["tcp 0 0 0.0.0.0:ssh 0.0.0.0:* LISTEN", "expected an address and a port in digits (netstat -n)"],
    ["tcp 0 0 192.0.2.1:22 192.0.2.2:40000 TIME_WAIT", "a connection (TIME_WAIT), not a listener"],
    ["udp 0 0 192.0.2.1:22 192.0.2.2:40000 ESTABLISHED", "a connection (ESTABLISHED), not a listener"],
    ["tcp6 0 0 fe80::f816:3eff:fe1:546 :::* LISTEN", "the address may be cut (netstat -W)"],
    ["tcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:* lorem", "unknown field lorem"],
    ['tcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:* users:(("x",pid=?))', "processes that are not understood"],
    ["tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN lorem", "expected the number and name of a program"],
    ["\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)", "not a line of ss or netstat"],
    ["(Not all processes could be identified, non-owned process info", "not a line of ss or netstat"],
  ])("notes %j", (text, why) => {
    expect(parse(text).notes).toEqual([{ line: 1, text, why }]);
  });
});
