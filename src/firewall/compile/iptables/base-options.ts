import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import { fieldIs } from "../../fields.ts";
import type { Match, Test } from "../../matches.ts";
import { readProtocol } from "../protocols.ts";
import { readMaskedAddress } from "./addresses.ts";
import { matchOf, never, unreadable } from "./make-match.ts";
import { readInterface } from "./match-device.ts";

/** What an option of iptables itself is, by its name. */
export type BaseOption =
  | "source"
  | "destination"
  | "in"
  | "out"
  | "protocol"
  | "fragment"
  | "match"
  | "jump"
  | "goto"
  | "ignored";

const spellings: Readonly<Record<BaseOption, string>> = {
  source: "-s --source --src",
  destination: "-d --destination --dst",
  in: "-i --in-interface",
  out: "-o --out-interface",
  protocol: "-p --protocol --proto",
  fragment: "-f --fragment --fragments",
  match: "-m --match",
  jump: "-j --jump",
  goto: "-g --goto",
  ignored: "-c --set-counters -t --table -w --wait -4 --ipv4 -6 --ipv6",
};

const byName = new Map<string, BaseOption>(
  Object.entries(spellings).flatMap(([kind, names]) => names.split(" ").map((name) => [name, kind as BaseOption])),
);

export const baseOption = (name: string): BaseOption | null => byName.get(name) ?? null;

/**
 * The matches of iptables' own options (`ip_packet_match` in net/ipv4/netfilter/ip_tables.c). `-p all` and a zero mask
 * ask for nothing.
 */
export function compileBaseOption(kind: BaseOption, option: IptablesOption, family: 4 | 6): readonly Match[] {
  const value = option.values[0] ?? "";
  switch (kind) {
    case "source":
    case "destination": {
      const test = addressTest(value, kind, family);
      return [test === null ? unreadable(option) : matchOf(option, test)];
    }
    case "in":
    case "out":
      return [matchOf(option, { kind: "interface", side: kind, ...readInterface(value) })];
    case "protocol": {
      const protocol = readProtocol(value);
      if (protocol === null) return [unreadable(option)];
      if (protocol !== 0) return [matchOf(option, fieldIs("protocol", protocol))];
      return option.negated ? [unreadable(option)] : [];
    }
    case "fragment":
      // Only the second and later fragments match, and what is traced is a whole packet.
      return [matchOf(option, never)];
    default:
      return [];
  }
}

function addressTest(value: string, side: "source" | "destination", family: 4 | 6): Test | null {
  const address = readMaskedAddress(value, family);
  if (address === null) return null;
  return { kind: "field", field: side, ...address };
}
