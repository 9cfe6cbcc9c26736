import { describe, expect, it } from "vitest";
import { sysctl } from "../../src/parsers/sysctl.ts";
import { itObeysTheLaws } from "../support/parser-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";

const samples = parserSamples("sysctl");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";
const parse = (text: string) => sysctl.parse(text);

describe("sysctl", () => {
  itObeysTheLaws(
    sysctl,
    samples.map(({ text }) => text),
  );

  it("reads settings and prints them byte for byte", () => {
    const text = sample("docker-28");
    const { data, notes } = parse(text);
    expect(notes).toEqual([]);
    expect(data).toContainEqual({ line: expect.any(Number), key: "net.ipv4.conf.docker0.rp_filter", value: "0" });
    expect(sysctl.print(data)).toBe(text);
  });

  it("keeps odd values as they stand, and notes what sysctl could not read", () => {
    const { data, notes } = parse(sample("odd"));
    expect(data.map(({ key, value }) => [key, value])).toEqual([
      ["net.ipv4.ip_forward", "1"],
      ["net.ipv4.ip_local_port_range", "32768\t60999"],
      ["net.ipv4.ip_local_reserved_ports", ""],
      ["net.ipv4.conf.eth0/5.rp_filter", "2"],
      ["net.ipv4.tcp_available_congestion_control", "reno cubic"],
      ["kernel.core_pattern", "|/usr/lib/systemd/systemd-coredump %P %u = %h"],
    ]);
    expect(notes.map(({ line, why }) => [line, why])).toEqual([
      [7, "sysctl could not read this setting"],
      [8, "sysctl could not read this setting"],
      [9, "sysctl could not read this setting"],
    ]);
  });

  it.each([
    ["net.ipv4.ip_forward=1", "net.ipv4.ip_forward", "1"],
    ["  net.ipv4.ip_forward = 1", "net.ipv4.ip_forward", "1"],
    ["net.ipv4.ip_local_reserved_ports =", "net.ipv4.ip_local_reserved_ports", ""],
    ["net/ipv4/conf/eth0.5/rp_filter = 1", "net.ipv4.conf.eth0/5.rp_filter", "1"],
    ["/proc/sys/net/ipv4/conf/eth0.5/rp_filter:1", "net.ipv4.conf.eth0/5.rp_filter", "1"],
    ["/proc/sys/net/ipv4/ip_local_port_range:32768\t60999", "net.ipv4.ip_local_port_range", "32768\t60999"],
    ["net.ipv4.conf.br-0d095a2873ec.forwarding = 1", "net.ipv4.conf.br-0d095a2873ec.forwarding", "1"],
    ["net.ipv4.conf.eth0:1@x.forwarding = 1", "net.ipv4.conf.eth0:1@x.forwarding", "1"],
  ])("reads %j", (text, key, value) => {
    expect(parse(text)).toEqual({ data: [{ line: 1, key, value }], notes: [] });
  });

  it.each(["net.ipv4.ip_forward", "net.ipv4.ip_forward 1", "root@host:~# sysctl -a", "= 1", "x = 1"])(
    "notes %j",
    (text) => {
      expect(parse(text)).toMatchObject({ data: [], notes: [{ line: 1, text }] });
    },
  );
});
