import { bitsOf, parsePrefix } from "../../../lib/address.ts";
import { printOption } from "../../../parsers/iptables/options.ts";
import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import type { Action, Nat } from "../../actions.ts";
import type { AddressRange } from "../../fields.ts";
import type { PortRange } from "../../packet.ts";
import { readRange } from "../numbers.ts";
import { readAddressRange, readMaskedAddress } from "./addresses.ts";
import type { RuleContext, TargetExtension } from "./extension.ts";

interface Rewrite {
  readonly addresses: AddressRange | null;
  readonly ports: PortRange | null;
}

/**
 * `10.0.0.2`, `10.0.0.2-10.0.0.9:80-90`, `:80`, `[fd00::2]:80` (`parse_to` in extensions/libxt_NAT.c). Null when it cannot
 * be read, the port shift `80-90/8000` included.
 */
function readRewrite(text: string, family: 4 | 6): Rewrite | null {
  const match =
    family === 4
      ? /^([^:]*)(?::([\d-]+))?$/.exec(text)
      : (/^\[([^\]]*)\](?::([\d-]+))?$/.exec(text) ?? plainIpv6(text));
  if (match === null) return null;
  const [, address = "", port] = match;
  const addresses = address === "" ? null : readAddressRange(address.replaceAll(/[[\]]/g, ""), family);
  const ports = port === undefined ? null : readRange(port, "-", 65535);
  if ((address !== "" && addresses === null) || (port !== undefined && ports === null)) return null;
  return addresses === null && ports === null ? null : { addresses, ports };
}

/** An IPv6 address without brackets has no port; `:80` alone has no address. */
function plainIpv6(text: string): readonly [string, string, string | undefined] | null {
  return /^:\d[\d-]*$/.test(text) ? [text, "", text.slice(1)] : [text, text, undefined];
}

const unreadable = (target: string, options: readonly IptablesOption[]): Action => ({
  kind: "unknowable",
  why: `-j ${[target, ...options.map(printOption)].join(" ")} cannot be read`,
});

const has = (options: readonly IptablesOption[], ...names: string[]): boolean =>
  options.some(({ name }) => names.includes(name));

function addressNat(target: "SNAT" | "DNAT"): TargetExtension {
  const to = target === "SNAT" ? "--to-source" : "--to-destination";
  return {
    options: new Set([to, "--random", "--random-fully", "--persistent"]),
    compile: (options, { family }) => {
      const rewrites = options.filter(({ name }) => name === to);
      // Several ranges were possible before Linux 2.6.11.
      const rewrite = rewrites.length === 1 ? readRewrite(rewrites[0]?.values[0] ?? "", family) : null;
      if (rewrite === null) return unreadable(target, options);
      const kind = target === "SNAT" ? "source" : "destination";
      return natAction({ kind, ...rewrite, random: has(options, "--random", "--random-fully") });
    },
  };
}

const natAction = (nat: Nat): Action => ({ kind: "nat", nat });

/** net/netfilter/xt_nat.c */
export const snat = addressNat("SNAT");
export const dnat = addressNat("DNAT");

/** The ports of `--to-ports`; null without it, undefined when they cannot be read. */
function toPorts(options: readonly IptablesOption[]): PortRange | null | undefined {
  const option = options.find(({ name }) => name === "--to-ports");
  return option === undefined ? null : (readRange(option.values[0] ?? "", "-", 65535) ?? undefined);
}

const portOptions: ReadonlySet<string> = new Set(["--to-ports", "--random", "--random-fully"]);

/** net/netfilter/xt_MASQUERADE.c: the source becomes the address that the outgoing interface would answer from. */
export const masquerade: TargetExtension = {
  options: portOptions,
  compile: (options) => {
    const ports = toPorts(options);
    if (ports === undefined) return unreadable("MASQUERADE", options);
    return natAction({ kind: "masquerade", ports, random: has(options, "--random", "--random-fully") });
  },
};

/** net/netfilter/nf_nat_redirect.c: the destination becomes the machine itself. */
export const redirect: TargetExtension = {
  options: portOptions,
  compile: (options) => {
    const ports = toPorts(options);
    return ports === undefined ? unreadable("REDIRECT", options) : natAction({ kind: "redirect", ports });
  },
};

/**
 * net/netfilter/xt_NETMAP.c: keeps the host part. Which side it rewrites depends on the hook, which the evaluator knows:
 * here it is the one of PREROUTING and OUTPUT.
 */
export const netmap: TargetExtension = {
  options: new Set(["--to"]),
  compile: (options, { family }: RuleContext) => {
    const text = options[0]?.values[0] ?? "";
    const prefix = parsePrefix(text) ?? prefixOfMask(text, family);
    if (options.length !== 1 || prefix?.address.family !== family) return unreadable("NETMAP", options);
    const { address, length } = prefix;
    return natAction({ kind: "netmap", side: "destination", prefix: { value: address.value, length } });
  },
};

/** `10.0.0.0/255.255.0.0` as a prefix. */
function prefixOfMask(text: string, family: 4 | 6): ReturnType<typeof parsePrefix> {
  const masked = readMaskedAddress(text, family);
  if (masked === null || masked.mask !== null) return null;
  const [range] = masked.ranges;
  if (range === undefined) return null;
  const hostBits = (range.to - range.from).toString(2).replace(/^0$/, "").length;
  return { address: { family, value: range.from }, length: bitsOf(family) - hostBits };
}
