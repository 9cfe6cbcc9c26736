import { describe, expect, it } from "vitest";
import { daemonJson } from "../../src/parsers/daemon-json.ts";
import { itObeysTheJsonLaws } from "../support/json-laws.ts";
import { parserSamples } from "../support/parser-samples.ts";

const [everything] = parserSamples("daemon-json").map(({ text }) => text);
const parse = (text: string) => daemonJson.parse(text);

describe("daemon.json", () => {
  itObeysTheJsonLaws(daemonJson, [everything ?? "", '{\n"iptables": false,\n"dns": ["192.0.2.1"]\n}\n']);

  it("reads every setting, with the line it stands on", () => {
    const { data, notes } = parse(everything ?? "");
    expect(notes).toEqual([]);
    expect(data).toMatchObject({
      line: 1,
      lines: { iptables: 2, "default-address-pools": 20, "default-gateway": 24, features: 31 },
      iptables: false,
      ip6tables: true,
      ipForward: false,
      ipForwardNoDrop: true,
      userlandProxy: false,
      bip: "172.26.0.1/16",
      mtu: 1400,
      dns: ["192.0.2.53", "2001:db8::53"],
      dnsOptions: ["ndots:2"],
      defaultAddressPools: [
        { base: "10.201.0.0/16", size: 24 },
        { base: "fd00:201::/48", size: 64 },
      ],
      firewallBackend: "nftables",
      allowDirectRouting: true,
      bridgeAcceptFwmark: "0x1/0x3",
      hosts: ["unix:///var/run/docker.sock", "tcp://127.0.0.1:2375"],
      tlsVerify: true,
      features: { "containerd-snapshotter": true },
    });
    expect(Object.values(data ?? {})).not.toContain(null);
    expect(JSON.stringify(data)).not.toContain("secret");
  });

  it("tells what is not set from what is set to nothing", () => {
    expect(parse("{}").data).toMatchObject({ lines: {}, iptables: null, dns: [], features: {} });
    expect(parse('{"dns":[]}').data).toMatchObject({ lines: { dns: 1 }, dns: [] });
    expect(parse("")).toEqual({ data: null, notes: [] });
  });

  it.each([
    ['"mtu": "1500"', "expected number, received string"],
    ['"dns": "192.0.2.1"', "expected array, received string"],
    ['"default-address-pools": [{"base": "10.0.0.0/8"}]', "0.size: expected number, received undefined"],
    ['"features": {"x": "yes"}', "x: expected boolean, received string"],
  ])("notes %s and keeps the rest", (setting, why) => {
    const { data, notes } = parse(`{\n"icc": false,\n${setting}\n}`);
    expect(data).toMatchObject({ icc: false, lines: { icc: 2 } });
    expect(notes).toEqual([{ line: 3, text: setting, why }]);
  });

  it("notes what the engine itself refuses: comments", () => {
    expect(parse('{\n// no\n"icc": false }')).toMatchObject({ data: null, notes: [{ line: 2, text: "// no" }] });
  });
});
