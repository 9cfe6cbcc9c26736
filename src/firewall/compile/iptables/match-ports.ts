import { protocolsWithPorts } from "../../../lib/protocol.ts";
import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import { fieldIn, fieldIs } from "../../fields.ts";
import type { Match, Test } from "../../matches.ts";
import { readNumber } from "../numbers.ts";
import type { MatchExtension, RuleContext } from "./extension.ts";
import { impliedBy, matchOf, type ReadOption, unreadable } from "./make-match.ts";
import { withMergedNegations } from "./merged-negations.ts";
import { readPortRange } from "./ports.ts";

const port =
  (side: "source" | "destination"): ReadOption =>
  (value) => {
    const range = readPortRange(value);
    return range === null ? null : fieldIn(`${side}-port`, range);
  };

const portOptions: Readonly<Record<string, ReadOption>> = {
  "--sport": port("source"),
  "--source-port": port("source"),
  "--sports": port("source"),
  "--dport": port("destination"),
  "--destination-port": port("destination"),
  "--dports": port("destination"),
};

/** The bits of the TCP flag byte, as `tcp_flag_names` in extensions/libxt_tcp.c prints them. */
const flagBits = new Map(
  Object.entries({ FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128, ALL: 63, NONE: 0 }),
);

function readFlags(text: string): number | null {
  let bits = 0;
  for (const name of text.split(",")) {
    const bit = flagBits.get(name.toUpperCase()) ?? readNumber(name, 255);
    if (bit === null) return null;
    bits |= bit;
  }
  return bits;
}

const tcpFlags: ReadOption = (value, option) => {
  const mask = readFlags(value);
  const set = readFlags(option.values[1] ?? "");
  return mask === null || set === null ? null : fieldIs("tcp-flags", set, mask);
};

/** `--syn` is FIN,SYN,RST,ACK SYN (`tcp_parse` in extensions/libxt_tcp.c). */
const syn: Test = fieldIs("tcp-flags", 2, 1 | 2 | 4 | 16);

const cannotSee = (what: string) => (): Test => ({ kind: "unknowable", why: `${what} are not part of the question` });

/**
 * `-m tcp`, `-m udp` and their kin (xt_tcpudp.c, xt_sctp.c, xt_dccp.c): the kernel takes them only after their `-p`, so a
 * negated port too is one of a packet of that protocol.
 */
function portModule(protocol: number, table: Readonly<Record<string, ReadOption>>): MatchExtension {
  const readers = new Map(Object.entries(table));
  return {
    options: new Set(readers.keys()),
    compile: (options, context) => {
      const matches = options.map((option) => {
        const test = readers.get(option.name)?.(option.values[0] ?? "", option, context) ?? null;
        return test === null ? unreadable(option) : matchOf(option, test);
      });
      const asWritten = isMergedByNft(protocol, context) ? withMergedNegations(matches) : matches;
      return [...requireProtocol(protocol, context), ...asWritten];
    },
  };
}

export const tcp = portModule(6, {
  ...portOptions,
  "--tcp-flags": tcpFlags,
  "--syn": () => syn,
  "--tcp-option": cannotSee("TCP options"),
});
export const udp = portModule(17, portOptions);
export const udplite = portModule(136, portOptions);
export const sctp = portModule(132, { ...portOptions, "--chunk-types": cannotSee("SCTP chunks") });
export const dccp = portModule(33, {
  ...portOptions,
  "--dccp-types": cannotSee("DCCP packet types"),
  "--dccp-option": cannotSee("DCCP options"),
});

/** iptables-nft writes TCP's and UDP's ports as nftables would, and leaves the others to the kernel's modules. */
const isMergedByNft = (protocol: number, { backend }: RuleContext): boolean =>
  backend !== "iptables-legacy" && (protocol === 6 || protocol === 17);

/** The kernel takes `-m tcp` only after `-p tcp`; of a rule without it, which it cannot hold, this is what is meant. */
export function requireProtocol(protocol: number, context: RuleContext): readonly Match[] {
  if (context.protocol === protocol) return [];
  return [{ ...fieldIs("protocol", protocol), negated: false, text: `-p ${protocol}` }];
}

/** A rule that names ports without a protocol that has them cannot be loaded; it matches nothing else either way. */
export function portsNeedProtocol(option: IptablesOption, context: RuleContext): readonly Match[] {
  if (context.protocol !== null && protocolsWithPorts.has(context.protocol)) return [];
  const matches = [...protocolsWithPorts].map((protocol) => impliedBy(option, fieldIs("protocol", protocol)));
  return [impliedBy(option, { kind: "any-of", matches })];
}
