import { printOption } from "../../../parsers/iptables/options.ts";
import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import type { Match } from "../../matches.ts";
import type { MatchExtension } from "./extension.ts";
import { always, impliedBy, matchOf, never, type ReadOption } from "./make-match.ts";

/** A module about which only the reason is known why nobody can say whether it matches. */
export function unknowableModule(name: string, why: string): MatchExtension {
  return {
    options: "any",
    compile: (options): readonly Match[] => [
      {
        kind: "unknowable",
        why: `-m ${name}: ${why}`,
        negated: false,
        text: [`-m ${name}`, ...options.map(printOption)].join(" "),
      },
    ],
  };
}

const reasons: Readonly<Record<string, string>> = {
  limit: "it depends on how many packets came before",
  hashlimit: "it depends on how many packets came before",
  dstlimit: "it depends on how many packets came before",
  connlimit: "it depends on how many connections there are",
  connbytes: "it depends on how much the connection has carried",
  quota: "it depends on how much traffic came before",
  quota2: "it depends on how much traffic came before",
  rateest: "it depends on how much traffic came before",
  nfacct: "it depends on how much traffic came before",
  time: "it depends on the time of day",
  string: "it depends on what the packet carries",
  u32: "it depends on bytes of the packet that are not part of the question",
  bpf: "it depends on a program that is not followed",
  tcpmss: "it depends on a TCP option of the packet",
  osf: "it depends on the sender's operating system",
  l2tp: "it depends on bytes of the packet that are not part of the question",
  ipv4options: "it depends on IP options of the packet",
  ipv6header: "it depends on the packet's extension headers",
  srh: "it depends on the packet's extension headers",
  ah: "it depends on bytes of the packet that are not part of the question",
  esp: "it depends on bytes of the packet that are not part of the question",
  ipcomp: "it depends on bytes of the packet that are not part of the question",
  socket: "it depends on which sockets are open",
  rpfilter: "it depends on the way back to the sender",
  policy: "IPsec policies were not captured",
  realm: "it depends on the realms of routes",
  cgroup: "which control group a socket belongs to was not captured",
  cluster: "it depends on a hash of the connection",
  cpu: "it depends on the processor that handles the packet",
  devgroup: "the groups of interfaces are not followed",
  connlabel: "the labels of connections were not captured",
  ipvs: "the state of IPVS was not captured",
  geoip: "the address database was not captured",
  condition: "it depends on a switch under /proc that was not captured",
  account: "it is not known to this program",
};

export const unknowableModules: ReadonlyMap<string, MatchExtension> = new Map(
  Object.entries(reasons).map(([name, why]) => [name, unknowableModule(name, why)]),
);

/** `-m recent` (`recent_mt` in net/netfilter/xt_recent.c): `--set` only notes the address, and matches. */
export const recent: MatchExtension = {
  options: "any",
  compile: (options, context) => {
    const set = options.find(({ name }) => name === "--set");
    if (set !== undefined) return set.negated ? [impliedBy(set, never)] : [];
    return unknowableModule("recent", "it depends on which addresses were seen before").compile(options, context);
  },
};

/** `-m statistic` (net/netfilter/xt_statistic.c): certain only where the probability leaves no choice. */
const probabilityTest: ReadOption = (value) => {
  const probability = Number(value);
  if (probability === 0) return never;
  if (probability === 1) return always;
  return { kind: "unknowable", why: `it matches ${value} of all packets at random`, isRandom: true };
};

export const statistic: MatchExtension = {
  options: "any",
  compile: (options, context) => {
    const probability = options.find((option: IptablesOption) => option.name === "--probability");
    const test = probability && probabilityTest(probability.values[0] ?? "", probability, context);
    if (probability && test) return [matchOf(probability, test)];
    return unknowableModule("statistic", "it depends on how many packets came before").compile(options, context);
  },
};
