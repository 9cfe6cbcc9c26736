import { expect, test } from "vitest";
import { rebuildHost } from "../../../src/operations/analyze.ts";
import { asTexts } from "../../support/as-texts.ts";
import { contradictionsOf, hostOf, namespaceOf, snapshotFrom } from "../../support/host-of.ts";
import { rawManifest } from "../../support/raw-captures.ts";

const info = {
  ServerVersion: "28.5.2",
  OperatingSystem: "Debian",
  KernelVersion: "6.18.44",
  LiveRestoreEnabled: true,
  SecurityOptions: ["name=rootless"],
  FirewallBackend: { Driver: "iptables" },
};
const version = {
  Client: { Version: "28.5.2" },
  Server: { Version: "28.5.2", ApiVersion: "1.51", Os: "linux", KernelVersion: "6.18.44" },
};

test("the engine is what it says of itself, and what it was told", () => {
  const host = hostOf({
    "docker_info.json": info,
    "docker_version.json": version,
    "daemon.json": {
      "userland-proxy": false,
      dns: ["192.0.2.53"],
      "live-restore": false,
      "firewall-backend": "nftables",
    },
  });
  expect(asTexts(host.engine)).toMatchObject({
    version: "28.5.2",
    apiVersion: "1.51",
    rootless: true,
    firewallBackend: "iptables",
    settings: { userlandProxy: false, dns: ["192.0.2.53"], liveRestore: true, icc: null },
  });
  expect(host.engine.sources.map(({ file }) => file)).toEqual([
    "docker_version.json",
    "docker_info.json",
    "daemon.json",
  ]);
  expect(host.contradictions).toEqual([]);
});

test("two versions are of different moments", () => {
  const host = hostOf({ "docker_info.json": { ...info, ServerVersion: "29.0.0" }, "docker_version.json": version });
  expect(contradictionsOf(host)).toEqual(["the engine's version: docker version says 28.5.2, docker info 29.0.0"]);
  expect(host.engine.version).toBe("28.5.2");
});

test("without captures of the engine nothing is known of it", () => {
  const { engine, identity } = hostOf({ "resolv_conf.txt": "nameserver 192.0.2.53\n" });
  expect(engine).toMatchObject({
    version: null,
    rootless: null,
    settings: { dns: [], userlandProxy: null },
    sources: [],
  });
  expect(identity).toEqual({ hostname: null, kernel: null, os: null, takenAt: null, collector: null, uid: null });
});

test("the manifest says who and when, the engine what the manifest leaves out", () => {
  const files = { "manifest.json": rawManifest, "docker_info.json": info };
  expect(hostOf(files).identity).toMatchObject({
    hostname: "dockerhost",
    kernel: "6.1",
    os: "Debian 13",
    takenAt: "2026-11-23T01:40:37Z",
    uid: 1000,
  });
  expect(hostOf({ "docker_info.json": info }).identity).toMatchObject({
    hostname: null,
    kernel: "6.18.44",
    os: "Debian",
  });
});

test("settings of the kernel that changed between two captures are recorded", () => {
  const host = hostOf({
    "sysctl.txt": "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 2\n",
    "sysctl_a.txt": "net.ipv4.ip_forward = 0\nnet.ipv4.conf.all.rp_filter = 2\n",
  });
  expect(contradictionsOf(host)).toEqual(["net.ipv4.ip_forward: it is 1 and 0"]);
  expect(namespaceOf(host).sysctls).toMatchObject({
    value: { "net.ipv4.conf.all.rp_filter": { value: "2", sources: [{}, {}] } },
  });
});

test("what a person should know about a capture stands with it", () => {
  const files = {
    "manifest.json": {
      ...rawManifest,
      captures: [
        {
          id: "brctl-show",
          path: "captures/brctl-show.txt",
          command: "brctl show",
          netns: null,
          exit: 0,
          ms: 1,
          bytes: 1,
          truncated: false,
          why: "no brctl: from /sys/class/net",
        },
        {
          id: "iptables-save",
          path: "captures/iptables-save.txt",
          command: "iptables-save -c",
          netns: null,
          exit: null,
          ms: 0,
          bytes: 0,
          truncated: false,
          why: "needs root",
        },
      ],
    },
    "captures/brctl-show.txt":
      "bridge name\tbridge id\t\tSTP enabled\tinterfaces\ndocker0\t\t8000.000000000000\tno\t\t\n",
  };
  const { captures } = rebuildHost(snapshotFrom(files));
  expect(captures.filter(({ kind }) => kind.match(/brctl|^iptables-save/))).toMatchObject([
    { kind: "brctl-show", state: "ok", why: "no brctl: from /sys/class/net" },
    { kind: "iptables-save", state: "absent", why: "needs root" },
  ]);
});
