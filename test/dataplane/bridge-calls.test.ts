import { describe, expect, it } from "vitest";
import { bridgeCalls } from "../../src/dataplane/bridge-calls.ts";
import { hostOf } from "../support/host-of.ts";

const on = "net.bridge.bridge-nf-call-iptables = 1\n";
const many = (...first: readonly string[]) =>
  [...first, ...Array.from({ length: 200 }, (_, i) => `net.ipv4.conf.if${i}.rp_filter = 0`), ""].join("\n");
const info = (told: boolean, version = "27.3.1") =>
  JSON.stringify({ ID: "x", ServerVersion: version, BridgeNfIptables: told, BridgeNfIp6tables: told });

const callsOf = (captures: Parameters<typeof hostOf>[0]) => bridgeCalls(hostOf(captures), 4)?.value ?? null;

describe("whether switched packets pass iptables", () => {
  it.each<[string, Parameters<typeof hostOf>[0], boolean | null]>([
    ["the setting says so", { "sysctl.txt": on }, true],
    ["the setting beats the engine, which looked earlier", { "sysctl.txt": on, "docker_info.json": info(false) }, true],
    ["one other setting says nothing", { "sysctl.txt": "net.ipv4.ip_forward = 1\n" }, null],
    ["some other settings say nothing", { "sysctl.txt": "kernel.x = 1\nnet.ipv4.ip_forward = 1\n" }, null],
    ["many of one kind say nothing: nobody asked for the others", { "sysctl.txt": many() }, null],
    [
      "a list of all of them says that the module is not loaded",
      { "sysctl.txt": many("kernel.ostype = Linux") },
      false,
    ],
    [
      "but what the engine saw counts more",
      { "sysctl.txt": many("kernel.ostype = Linux"), "docker_info.json": info(true) },
      true,
    ],
    [
      "a few settings leave the engine's word",
      { "sysctl.txt": "net.ipv4.ip_forward = 1\n", "docker_info.json": info(true) },
      true,
    ],
    ["since 28 the engine's no means nothing", { "docker_info.json": info(false, "28.2.2") }, null],
    ["before it does", { "docker_info.json": info(false) }, false],
    ["nothing was captured", { "daemon.json": "{}" }, null],
  ])("%s", (_, captures, expected) => {
    expect(callsOf(captures)).toBe(expected);
  });
});
