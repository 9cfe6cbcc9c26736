import * as z from "zod";
import { type JsonText, printJson, readJson } from "./json.ts";
import type { Parser } from "./parser.ts";

/** From `daemon.json`: the settings that bear on the network; null or empty where not set. */
export interface DaemonJson {
  readonly line: number;
  /** The name in the file of each setting found (`ip-forward`), to the line it stands on. */
  readonly lines: Readonly<Record<string, number>>;
  readonly iptables: boolean | null;
  readonly ip6tables: boolean | null;
  readonly ipForward: boolean | null;
  readonly ipForwardNoDrop: boolean | null;
  readonly ipMasq: boolean | null;
  readonly userlandProxy: boolean | null;
  readonly icc: boolean | null;
  readonly ip: string | null;
  readonly bip: string | null;
  readonly bip6: string | null;
  readonly bridge: string | null;
  readonly fixedCidr: string | null;
  readonly fixedCidrV6: string | null;
  readonly ipv6: boolean | null;
  readonly mtu: number | null;
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly defaultAddressPools: readonly { readonly base: string; readonly size: number }[];
  readonly defaultGateway: string | null;
  readonly liveRestore: boolean | null;
  readonly firewallBackend: string | null;
  readonly allowDirectRouting: boolean | null;
  readonly bridgeAcceptFwmark: string | null;
  readonly hosts: readonly string[];
  readonly tlsVerify: boolean | null;
  readonly experimental: boolean | null;
  readonly features: Readonly<Record<string, boolean>>;
}

const bool = z.boolean();
const string = z.string();
const strings = z.array(z.string());

// The names: the `json` tags of moby daemon/config/config.go and config_linux.go (v20.10 to v29). `ip-forward-no-drop` and
// `bip6` came with 28.0, `allow-direct-routing` with 28.2, `bridge-accept-fwmark` and `firewall-backend` with 29.
const settings = {
  iptables: ["iptables", bool],
  ip6tables: ["ip6tables", bool],
  ipForward: ["ip-forward", bool],
  ipForwardNoDrop: ["ip-forward-no-drop", bool],
  ipMasq: ["ip-masq", bool],
  userlandProxy: ["userland-proxy", bool],
  icc: ["icc", bool],
  ip: ["ip", string],
  bip: ["bip", string],
  bip6: ["bip6", string],
  bridge: ["bridge", string],
  fixedCidr: ["fixed-cidr", string],
  fixedCidrV6: ["fixed-cidr-v6", string],
  ipv6: ["ipv6", bool],
  mtu: ["mtu", z.number()],
  dns: ["dns", strings],
  dnsSearch: ["dns-search", strings],
  dnsOptions: ["dns-opts", strings],
  defaultAddressPools: ["default-address-pools", z.array(z.object({ base: z.string(), size: z.number() }))],
  defaultGateway: ["default-gateway", string],
  liveRestore: ["live-restore", bool],
  firewallBackend: ["firewall-backend", string],
  allowDirectRouting: ["allow-direct-routing", bool],
  bridgeAcceptFwmark: ["bridge-accept-fwmark", string],
  hosts: ["hosts", strings],
  tlsVerify: ["tlsverify", bool],
  experimental: ["experimental", bool],
  features: ["features", z.record(z.string(), z.boolean())],
} as const satisfies { readonly [K in Exclude<keyof DaemonJson, "line" | "lines">]: readonly [string, z.ZodType] };

type Setting = keyof typeof settings;

/** Each setting is checked alone: a wrong one is noted and does not hide the others. */
function readSettings(json: JsonText, element: object): DaemonJson {
  const lines: Record<string, number> = {};
  const read = <K extends Setting>(setting: K): z.infer<(typeof settings)[K][1]> | null => {
    const [name, schema] = settings[setting];
    if (!Object.hasOwn(element, name)) return null;
    const value = json.check<unknown>(schema, (element as Record<string, unknown>)[name], element, name);
    if (value !== null) lines[name] = json.lineOf(element, name);
    return value as z.infer<(typeof settings)[K][1]> | null;
  };
  return {
    line: json.lineOf(element),
    lines,
    iptables: read("iptables"),
    ip6tables: read("ip6tables"),
    ipForward: read("ipForward"),
    ipForwardNoDrop: read("ipForwardNoDrop"),
    ipMasq: read("ipMasq"),
    userlandProxy: read("userlandProxy"),
    icc: read("icc"),
    ip: read("ip"),
    bip: read("bip"),
    bip6: read("bip6"),
    bridge: read("bridge"),
    fixedCidr: read("fixedCidr"),
    fixedCidrV6: read("fixedCidrV6"),
    ipv6: read("ipv6"),
    mtu: read("mtu"),
    dns: read("dns") ?? [],
    dnsSearch: read("dnsSearch") ?? [],
    dnsOptions: read("dnsOptions") ?? [],
    defaultAddressPools: read("defaultAddressPools") ?? [],
    defaultGateway: read("defaultGateway"),
    liveRestore: read("liveRestore"),
    firewallBackend: read("firewallBackend"),
    allowDirectRouting: read("allowDirectRouting"),
    bridgeAcceptFwmark: read("bridgeAcceptFwmark"),
    hosts: read("hosts") ?? [],
    tlsVerify: read("tlsVerify"),
    experimental: read("experimental"),
    features: read("features") ?? {},
  };
}

function printSettings(config: DaemonJson): unknown {
  const names = Object.keys(settings) as Setting[];
  const found = names.filter((setting) => Object.hasOwn(config.lines, settings[setting][0]));
  return Object.fromEntries(found.map((setting) => [settings[setting][0], config[setting]]));
}

/** Reads `daemon.json`. Null for an empty text; only the settings that bear on the network are kept. */
export const daemonJson: Parser<DaemonJson | null> = {
  parse(text, firstLine) {
    const json = readJson(text, firstLine);
    const [element, ...others] = json.elements;
    for (const other of others) json.note(other, "one configuration was read already");
    return json.parsed(element === undefined ? null : readSettings(json, element));
  },
  print: (config) => (config === null ? "" : printJson(printSettings(config))),
};
