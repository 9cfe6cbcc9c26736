import { describe, expect, it } from "vitest";
import { readSnapshot } from "../../../src/captures/read-snapshot.ts";
import { SeveralHostsError, SnapshotError } from "../../../src/captures/snapshot.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const ipA = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n";
const brctl = "bridge name\tbridge id\tSTP enabled\tinterfaces\n";
const rules = "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n";

const read = (text: string, host: string | null = null, more: Record<string, string> = {}) =>
  readSnapshot(
    new Map(Object.entries({ "log.txt": text, ...more }).map(([file, each]) => [file, bytes(each)])),
    "log.txt",
    host,
  );
const kindsOf = (text: string, host: string | null = null) =>
  read(text, host).captures.flatMap(({ kind, state }) => (state === "ok" ? [kind] : []));

const hostsOf = (text: string): readonly string[] => {
  try {
    read(text);
    return [];
  } catch (error) {
    if (error instanceof SeveralHostsError) return error.hosts;
    throw error;
  }
};

describe("outputs of several hosts", () => {
  it.each([
    ["Debian and RHEL", `root@web1:~# ip a\n${ipA}[root@web2 ~]# brctl show\n${brctl}`],
    ["fish and bash", `me@web1 ~> ip a\n${ipA}me@web2:~$ brctl show\n${brctl}`],
    ["zsh", `me@web1 ~ % ip a\n${ipA}me@web2 /etc % brctl show\n${brctl}`],
    ["a shell of ssh", `root@web1:~# ip a\n${ipA}root@web1:~# ssh web2\nroot@web2:~# brctl show\n${brctl}`],
    [
      "a shell of ssh, with no name in its prompt",
      `root@web1:~# ip a\n${ipA}root@web1:~# ssh me@web2\n$ brctl show\n${brctl}`,
    ],
    ["one command over ssh", `root@web1:~# ip a\n${ipA}root@web1:~# ssh web2 brctl show\n${brctl}`],
    ["a machine inside", `root@web1:~# ip a\n${ipA}root@web1:~# lxc exec web2 -- brctl show\n${brctl}`],
    ["names alone", `web1# ip a\n${ipA}web2# brctl show\n${brctl}`],
  ])("are not one snapshot: %s", (_, text) => {
    expect(hostsOf(text)).toEqual(["web1", "web2"]);
    expect(kindsOf(text, "web1")).toEqual(["ip-addr"]);
    expect(kindsOf(text, "web2")).toEqual(["brctl-show"]);
    expect(kindsOf(text, "WEB2.example.com")).toEqual(["brctl-show"]);
  });

  it("are not where only one of them printed anything that is read", () => {
    expect(
      kindsOf(`me@laptop:~$ ssh root@web1\nroot@web1:~# ip a\n${ipA}root@web1:~# exit\nlogout\nme@laptop:~$ ls\n`),
    ).toEqual(["ip-addr"]);
  });

  it("come back to the first when the shell of ssh ends", () => {
    const text = `root@web1:~# ssh web2\nroot@web2:~# brctl show\n${brctl}root@web2:~# exit\nlogout\nConnection to web2 closed.\nroot@web1:~# ip a\n${ipA}`;
    expect(kindsOf(text, "web1")).toEqual(["ip-addr"]);
  });

  it("are told apart with their containers", () => {
    const text = `root@web1:~# docker exec -it db sh\n/ # ip a\n${ipA}/ # exit\nroot@web2:~# iptables-save\n${rules}`;
    expect(hostsOf(text)).toEqual(["web1", "web2"]);
    expect(read(text, "web1").captures.find(({ state }) => state === "ok")).toMatchObject({
      kind: "ip-addr",
      netns: "db",
    });
    expect(kindsOf(text, "web2")).toEqual(["iptables-save"]);
  });

  it("say what was left out, and that what no prompt names is nobody's", () => {
    const text = `root@web1:~# ip a\n${ipA}root@web2:~# brctl show\n${brctl}`;
    expect(read(text, "web1", { "iptables-save.txt": rules }).unread).toEqual([
      { file: "iptables-save.txt", why: "what no prompt ascribes to a host" },
      { file: "log.txt", why: "the outputs of web2, another host" },
    ]);
  });

  it("are read as one with what no prompt names where there is but one", () => {
    const { captures } = read(`root@web1:~# ip a\n${ipA}`, "web1", { "iptables-save.txt": rules });
    expect(captures.filter(({ state }) => state === "ok")).toHaveLength(2);
  });

  it("have to hold the chosen one", () => {
    const text = `root@web1:~# ip a\n${ipA}`;
    expect(() => read(text, "web9")).toThrow(
      new SnapshotError("log.txt holds no outputs of web9; it holds those of web1"),
    );
    expect(() => read(ipA, "web9")).toThrow(
      new SnapshotError("log.txt holds no outputs of web9; no prompt in it names a host"),
    );
    expect(() => read(`${text}root@web2:~# brctl show\n${brctl}`)).toThrow(
      "log.txt holds the outputs of 2 hosts, web1, web2, which are not one snapshot",
    );
  });

  it("may be a manifest's and others", () => {
    const manifest = JSON.stringify({
      format: "vethscope-snapshot",
      version: 1,
      host: { hostname: "web1" },
      captures: [{ id: "ip-addr", path: "captures/ip-addr.txt", exit: 0 }],
    });
    const files = { "manifest.json": manifest, "captures/ip-addr.txt": ipA };
    const more = `root@web2:~# brctl show\n${brctl}`;
    expect(() => read(more, null, files)).toThrow(SeveralHostsError);
    const okOf = (host: string) =>
      read(more, host, files).captures.flatMap(({ kind, state }) => (state === "ok" ? [kind] : []));
    expect(okOf("web1")).toEqual(["ip-addr"]);
    expect(okOf("web2")).toEqual(["brctl-show"]);
  });
});
