import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import type { Action } from "../../actions.ts";
import { readNumber } from "../numbers.ts";
import type { TargetExtension } from "./extension.ts";
import { readDscp, readTos } from "./match-header.ts";

type ReadAction = (text: string) => Action | null;

/** A target with exactly one option. */
function oneOption(name: string, table: Readonly<Record<string, ReadAction>>): TargetExtension {
  const readers = new Map(Object.entries(table));
  return {
    options: new Set(readers.keys()),
    compile: (options: readonly IptablesOption[]) => {
      const [option, ...more] = options;
      const action =
        more.length > 0 || option === undefined ? null : readers.get(option.name)?.(option.values[0] ?? "");
      return action ?? { kind: "unknowable", why: `-j ${name} with options not known` };
    },
  };
}

const byte =
  (change: (bits: number) => { clear: number; xor: number }): ReadAction =>
  (text) => {
    const bits = readNumber(text, 255);
    return bits === null ? null : { kind: "set-tos", ...change(bits) };
  };

const masked =
  (clear: (value: number, mask: number) => number): ReadAction =>
  (text) => {
    const found = readTos(text);
    return found === null ? null : { kind: "set-tos", clear: clear(found.value, found.mask), xor: found.value };
  };

/** `tos_tg` in net/netfilter/xt_DSCP.c, options as in extensions/libxt_TOS.c. */
export const tos = oneOption("TOS", {
  "--set-tos": masked((_value, mask) => mask),
  "--set-xtos": masked((_value, mask) => mask),
  "--and-tos": byte((bits) => ({ clear: ~bits & 255, xor: 0 })),
  "--or-tos": byte((bits) => ({ clear: bits, xor: bits })),
  "--xor-tos": byte((bits) => ({ clear: 0, xor: bits })),
});

const setDscp: ReadAction = (text) => {
  const value = readDscp(text);
  return value === null ? null : { kind: "set-tos", clear: 0xfc, xor: value << 2 };
};

/** `dscp_tg` in net/netfilter/xt_DSCP.c. */
export const dscp = oneOption("DSCP", { "--set-dscp": setDscp, "--set-dscp-class": setDscp });

const ttlOf =
  (how: "set" | "add", sign: 1 | -1): ReadAction =>
  (text) => {
    const value = readNumber(text, 255);
    return value === null ? null : { kind: "set-ttl", how, value: sign * value };
  };

/** `ttl_tg` and `hl_tg6` in net/netfilter/xt_HL.c. */
export const ttl = oneOption("TTL", {
  "--ttl-set": ttlOf("set", 1),
  "--ttl-inc": ttlOf("add", 1),
  "--ttl-dec": ttlOf("add", -1),
});
export const hl = oneOption("HL", {
  "--hl-set": ttlOf("set", 1),
  "--hl-inc": ttlOf("add", 1),
  "--hl-dec": ttlOf("add", -1),
});
