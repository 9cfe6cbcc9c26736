import { addressWithin, fieldIn, fieldIs } from "../../fields.ts";
import type { Test } from "../../matches.ts";
import { readNumber, readRange } from "../numbers.ts";
import { readAddressRange } from "./addresses.ts";
import { independentOptions, never, type ReadOption } from "./make-match.ts";

const range =
  (side: "source" | "destination"): ReadOption =>
  (value, _option, { family }) => {
    const found = readAddressRange(value, family);
    return found === null ? null : addressWithin(side, found);
  };

/** `-m iprange` (net/netfilter/xt_iprange.c): both ends belong to the range. */
export const iprange = independentOptions({ "--src-range": range("source"), "--dst-range": range("destination") });

/** `-m length` (net/netfilter/xt_length.c): bytes of the whole IP packet, its own header included. */
export const length = independentOptions({
  "--length": (value) => {
    const found = readRange(value, ":", 65535);
    return found === null ? null : fieldIn("length", found);
  },
});

function ttlTest(value: string, range: (ttl: number) => { from: number; to: number }): Test | null {
  const ttl = readNumber(value, 255);
  if (ttl === null) return null;
  const found = range(ttl);
  return found.from > found.to ? never : fieldIn("ttl", found);
}

const equal: ReadOption = (value) => ttlTest(value, (ttl) => ({ from: ttl, to: ttl }));
const less: ReadOption = (value) => ttlTest(value, (ttl) => ({ from: 0, to: ttl - 1 }));
const greater: ReadOption = (value) => ttlTest(value, (ttl) => ({ from: ttl + 1, to: 255 }));

/** `-m ttl` and `-m hl` (net/netfilter/xt_hl.c). */
export const ttl = independentOptions({ "--ttl-eq": equal, "--ttl": equal, "--ttl-lt": less, "--ttl-gt": greater });
export const hl = independentOptions({ "--hl-eq": equal, "--hl": equal, "--hl-lt": less, "--hl-gt": greater });

/** `tos_symbol_names` in extensions/tos_values.c; a name leaves the lowest two bits alone. */
const tosNames = new Map(
  Object.entries({
    "minimize-delay": 0x10,
    "maximize-throughput": 0x08,
    "maximize-reliability": 0x04,
    "minimize-cost": 0x02,
    "normal-service": 0x00,
  }),
);

/** A value of `-m tos` or `-j TOS`, with or without its mask. */
export function readTos(text: string): { readonly value: number; readonly mask: number } | null {
  const named = tosNames.get(text.toLowerCase());
  if (named !== undefined) return { value: named, mask: 0x3f };
  const [first = "", second, ...rest] = text.split("/");
  const value = readNumber(first, 255);
  const mask = second === undefined ? 255 : readNumber(second, 255);
  return value === null || mask === null || rest.length > 0 ? null : { value, mask };
}

/** `-m tos` (`tos_mt` in net/netfilter/xt_dscp.c): the byte under the mask is the value. */
export const tos = independentOptions({
  "--tos": (text) => {
    const found = readTos(text);
    return found === null ? null : fieldIs("tos", found.value, found.mask);
  },
});

/** The names of `ds_classes` in extensions/dscp_helper.c. */
const classes = new Map(
  Object.entries({
    ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((n) => [`cs${n}`, n << 3])),
    be: 0,
    af11: 10,
    af12: 12,
    af13: 14,
    af21: 18,
    af22: 20,
    af23: 22,
    af31: 26,
    af32: 28,
    af33: 30,
    af41: 34,
    af42: 36,
    af43: 38,
    ef: 46,
  }),
);

/** A DSCP as a number or as a class's name. */
export const readDscp = (text: string): number | null =>
  readNumber(text, 63) ?? classes.get(text.toLowerCase()) ?? null;

const dscpTest: ReadOption = (text) => {
  const found = readDscp(text);
  return found === null ? null : fieldIs("tos", found << 2, 0xfc);
};

/** `-m dscp` (`dscp_mt` in net/netfilter/xt_dscp.c): the upper six bits. */
export const dscp = independentOptions({ "--dscp": dscpTest, "--dscp-class": dscpTest });

/** `-m ecn` (net/ipv4/netfilter/ipt_ecn.c): the lowest two bits, or flags of the TCP header. */
export const ecn = independentOptions({
  "--ecn-ip-ect": (text) => {
    const ect = readNumber(text, 3);
    return ect === null ? null : fieldIs("tos", ect, 3);
  },
  "--ecn-tcp-ece": () => fieldIs("tcp-flags", 64, 64),
  "--ecn-tcp-cwr": () => fieldIs("tcp-flags", 128, 128),
});

/**
 * Modules that look for an IPv6 extension header (`ipv6_find_hdr` in net/ipv6/exthdrs_core.c and its callers): a packet
 * without one does not match, whatever is asked of it. Traced packets have none.
 */
export const extensionHeader = {
  options: "any" as const,
  compile: () => [{ ...never, negated: false, text: "an extension header" }],
};

/** `-m comment` says nothing about the packet. */
export const comment = { options: new Set(["--comment"]), compile: () => [] };
