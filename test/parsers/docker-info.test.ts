import { describe, expect, it } from "vitest";
import { dockerInfo } from "../../src/parsers/docker-info.ts";
import { itObeysTheJsonLaws } from "../support/json-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";
import { withoutLines } from "../support/without-lines.ts";

const samples = parserSamples("docker-info");
const sample = (name: string) => samples.find((file) => file.name.startsWith(name))?.text ?? "";
const parse = (text: string) => dockerInfo.parse(text);

describe("docker info", () => {
  describe("as JSON", () => {
    itObeysTheJsonLaws(
      dockerInfo,
      samples.flatMap(({ name, text }) => (name.endsWith(".json") ? [text] : [])),
    );
  });

  it.each(samples)("understands all of $name and prints what it reads again", ({ text }) => {
    const { data, notes } = parse(text);
    expect(notes).toEqual([]);
    expect(withoutLines(parse(dockerInfo.print(data)).data)).toEqual(withoutLines(data));
  });

  it("reads JSON", () => {
    expect(parse(sample("29.json")).data).toMatchObject({
      line: 1,
      serverVersion: "29.x-dev",
      rootless: false,
      liveRestore: false,
      swarm: "inactive",
      containers: 8,
      containersRunning: 8,
      firewallBackend: "nftables (EnableUserlandProxy: true, UserlandProxyPath: /usr/sbin/docker-proxy)",
      bridgeNfIptables: null,
      ipv4Forwarding: true,
      securityOptions: ["name=seccomp,profile=builtin"],
    });
    expect(parse(sample("28.json")).data?.firewallBackend).toBe("iptables");
    expect(parse(sample("20.json")).data).toMatchObject({
      firewallBackend: null,
      ipv4Forwarding: false,
      warnings: ["WARNING: IPv4 forwarding is disabled"],
    });
  });

  const newer = {
    line: 1,
    serverVersion: "29.1.0",
    operatingSystem: "Debian GNU/Linux 13 (trixie)",
    kernel: "6.12.57+deb13-amd64",
    rootless: true,
    liveRestore: true,
    swarm: "active",
    containers: 5,
    containersRunning: 3,
    firewallBackend: "nftables+firewalld (ReloadedAt: 2025-07-16T16:59:14Z)",
    bridgeNfIptables: false,
    bridgeNfIp6tables: null,
    ipv4Forwarding: null,
    securityOptions: ["name=apparmor", "name=seccomp,profile=builtin", "name=rootless", "name=cgroupns"],
    defaultAddressPools: [
      { base: "10.123.0.0/16", size: 24 },
      { base: "fd00:123::/48", size: 64 },
    ],
    warnings: [
      "WARNING: bridge-nf-call-iptables is disabled",
      "[DEPRECATION NOTICE]: API is accessible on http://0.0.0.0:2375 without encryption.",
    ],
  };

  it("reads the text of 29", () => {
    expect(parse(sample("29-text"))).toEqual({ data: newer, notes: [] });
  });

  it("reads the text without indentation", () => {
    const label = "  Server Version: not this one\n";
    expect(parse(sample("29-text").replace(label, "").replace(/^ +/gm, ""))).toEqual({ data: newer, notes: [] });
  });

  it("reads the text of 20.10", () => {
    expect(parse(sample("20-text")).data).toMatchObject({
      serverVersion: "20.10.24+dfsg1",
      rootless: false,
      swarm: "inactive",
      containersRunning: 2,
      firewallBackend: null,
      bridgeNfIptables: false,
      bridgeNfIp6tables: false,
      ipv4Forwarding: false,
      defaultAddressPools: [],
    });
  });

  it("reads a text without headings, as before 19.03", () => {
    const text = "Containers: 3\n Running: 1\nServer Version: 18.09.1\nKernel Version: 4.9\n";
    expect(parse(text)).toMatchObject({
      data: { containers: 3, containersRunning: 1, serverVersion: "18.09.1" },
      notes: [],
    });
  });

  it("notes that the engine did not answer", () => {
    const json = '{"ID":"","Containers":0,"ServerErrors":["Cannot connect to the Docker daemon"]}';
    expect(parse(json).notes).toMatchObject([
      { why: "the engine did not answer: Cannot connect to the Docker daemon" },
    ]);
    expect(parse(json).data).toMatchObject({ serverVersion: null, rootless: null });
    const text = "Client:\n Version: 28.2.2\n\nServer:\nERROR: Cannot connect to the Docker daemon\n";
    expect(parse(text).notes).toMatchObject([{ line: 5, why: "the engine did not answer" }]);
  });

  it("notes lines that are not docker info's", () => {
    const text = sample("20-text").replace(" Swarm:", "lorem ipsum\n Swarm:");
    expect(parse(text).notes).toMatchObject([{ line: 24, text: "lorem ipsum" }]);
    expect(parse("docker: command not found")).toMatchObject({ data: null, notes: [{ line: 1 }] });
  });

  it("keeps no proxy, label or name", () => {
    expect(JSON.stringify(samples.map(({ text }) => parse(text).data))).not.toMatch(
      /proxy\.example|not this one|"dockerhost"/,
    );
  });
});
