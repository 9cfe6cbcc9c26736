import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import type { Action } from "../../actions.ts";
import { readMark, readNumber } from "../numbers.ts";
import type { TargetExtension } from "./extension.ts";

const complement = (mask: number): number => ~mask >>> 0;

/** new = (old & ~clear) ^ xor, as `mark_tg` in net/netfilter/xt_mark.c computes it. */
type Change = { readonly clear: number; readonly xor: number };

/** The options that change a mark, as `mark_tg_parse` in extensions/libxt_MARK.c turns them into mask and value. */
const changes = new Map<string, (text: string) => Change | null>(
  Object.entries<(text: string) => Change | null>({
    "--set-mark": (text) => {
      const found = readMark(text);
      return found === null ? null : { clear: (found.value | found.mask) >>> 0, xor: found.value };
    },
    "--set-xmark": (text) => {
      const found = readMark(text);
      return found === null ? null : { clear: found.mask, xor: found.value };
    },
    "--and-mark": (text) => withBits(text, (bits) => ({ clear: complement(bits), xor: 0 })),
    "--or-mark": (text) => withBits(text, (bits) => ({ clear: bits, xor: bits })),
    "--xor-mark": (text) => withBits(text, (bits) => ({ clear: 0, xor: bits })),
  }),
);

function withBits(text: string, change: (bits: number) => Change): Change | null {
  const bits = readNumber(text, 0xffffffff);
  return bits === null ? null : change(bits);
}

function changeMark(of: "packet" | "connection", options: readonly IptablesOption[]): Action | null {
  const [option, ...more] = options;
  const change = more.length > 0 || option === undefined ? null : changes.get(option.name)?.(option.values[0] ?? "");
  return change ? { kind: "mark", of, ...change } : null;
}

export const mark: TargetExtension = {
  options: new Set(changes.keys()),
  compile: (options) => changeMark("packet", options) ?? { kind: "unknowable", why: "-j MARK with options not known" },
};

const masks = ["--nfmask", "--ctmask", "--mask"];

/** `connmark_tg` in net/netfilter/xt_connmark.c, options as in extensions/libxt_CONNMARK.c. */
export const connmark: TargetExtension = {
  options: new Set([...changes.keys(), "--save-mark", "--restore-mark", ...masks]),
  compile: (options) => changeMark("connection", options) ?? transferMark(options),
};

function transferMark(options: readonly IptablesOption[]): Action {
  const unknown: Action = { kind: "unknowable", why: "-j CONNMARK with options not known" };
  const maskOf = (...names: string[]): number | null => {
    const option = options.find(({ name }) => names.includes(name));
    return option === undefined ? 0xffffffff : readNumber(option.values[0] ?? "", 0xffffffff);
  };
  const verbs = options.filter(({ name }) => !masks.includes(name)).map(({ name }) => name);
  const [verb] = verbs;
  const packetMask = maskOf("--nfmask", "--mask");
  const connectionMask = maskOf("--ctmask", "--mask");
  if (packetMask === null || connectionMask === null || verbs.length !== 1) return unknown;
  if (verb === "--save-mark") return { kind: "save-mark", connectionMask, packetMask };
  return verb === "--restore-mark" ? { kind: "restore-mark", connectionMask, packetMask } : unknown;
}
