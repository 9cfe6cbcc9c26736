import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import type { Action } from "../../actions.ts";
import type { TargetExtension } from "./extension.ts";

const fixed = (action: Action): TargetExtension => ({ options: new Set(), compile: () => action });

export const accept = fixed({ kind: "accept" });
export const drop = fixed({ kind: "drop" });
export const returns = fixed({ kind: "return" });

/** `reject_table` in extensions/libipt_REJECT.c and libip6t_REJECT.c: each answer and its short name. */
const answers: Readonly<Record<4 | 6, ReadonlyMap<string, string>>> = {
  4: new Map([
    ["icmp-net-unreachable", "net-unreach"],
    ["icmp-host-unreachable", "host-unreach"],
    ["icmp-proto-unreachable", "proto-unreach"],
    ["icmp-port-unreachable", "port-unreach"],
    ["icmp-net-prohibited", "net-prohib"],
    ["icmp-host-prohibited", "host-prohib"],
    ["tcp-reset", "tcp-rst"],
    ["icmp-admin-prohibited", "admin-prohib"],
  ]),
  6: new Map([
    ["icmp6-no-route", "no-route"],
    ["icmp6-adm-prohibited", "adm-prohibited"],
    ["icmp6-addr-unreachable", "addr-unreach"],
    ["icmp6-port-unreachable", "port-unreach"],
    ["tcp-reset", "tcp-reset"],
    ["icmp6-policy-fail", "policy-fail"],
    ["icmp6-reject-route", "reject-route"],
  ]),
};

export const reject: TargetExtension = {
  options: new Set(["--reject-with"]),
  compile: (options, { family }) => {
    const asked = options[0]?.values[0] ?? (family === 4 ? "icmp-port-unreachable" : "icmp6-port-unreachable");
    for (const [name, short] of answers[family])
      if (asked === name || asked === short) return { kind: "reject", with: name };
    return { kind: "unknowable", why: `-j REJECT --reject-with ${asked} is not known` };
  },
};

/**
 * `-j CT` (net/netfilter/xt_CT.c) works only in the raw table, before conntrack has seen the packet. A zone makes another
 * set of connections that this program does not follow.
 */
export const ct: TargetExtension = {
  options: "any",
  compile: (options: readonly IptablesOption[]) => {
    if (options.some(({ name }) => name === "--notrack")) return { kind: "notrack" };
    const zone = options.some(({ name }) => name.startsWith("--zone"));
    return zone
      ? { kind: "unknowable", why: "-j CT: connection tracking zones are not followed" }
      : { kind: "continue" };
  },
};
export const notrack = fixed({ kind: "notrack" });

/** `-j SET` (net/netfilter/xt_set.c): `--map-set` writes the mark that an entry holds; the others change the set. */
export const set: TargetExtension = {
  options: "any",
  compile: (options: readonly IptablesOption[]) => {
    const change = options.find(({ name }) => name === "--add-set" || name === "--del-set");
    if (options.some(({ name }) => name === "--map-set")) {
      return { kind: "unknowable", why: "-j SET --map-set: what the set's entries map to is not followed" };
    }
    return change === undefined ? { kind: "continue" } : { kind: "change-set", set: change.values[0] ?? "" };
  },
};

/** Targets that return XT_CONTINUE and change nothing that matches here look at. */
const continuing = `LOG NFLOG ULOG AUDIT TRACE TCPOPTSTRIP CHECKSUM CLASSIFY SECMARK CONNSECMARK TEE IDLETIMER LED
  RATEEST ECN ACCOUNT`;

/** What happens after these is not in any capture. */
const reasons: Readonly<Record<string, string>> = {
  NFQUEUE: "a program decides what becomes of the packet",
  QUEUE: "a program decides what becomes of the packet",
  TPROXY: "a transparent proxy takes the packet if it listens",
  SYNPROXY: "the kernel answers for the server",
  HMARK: "the mark becomes a hash of the packet",
  CLUSTERIP: "which node answers depends on a hash of the packet",
  SAME: "it is not known to this program",
  MIRROR: "it is not known to this program",
  DNPT: "stateless prefix translation is not followed",
  SNPT: "stateless prefix translation is not followed",
};

const continues: TargetExtension = { options: "any", compile: () => ({ kind: "continue" }) };

/** `-j TCPMSS` (net/netfilter/xt_TCPMSS.c). */
const tcpmss: TargetExtension = { options: "any", compile: () => ({ kind: "clamp-mss" }) };

export const otherTargets: ReadonlyMap<string, TargetExtension> = new Map([
  ...continuing.split(/\s+/).map((name): [string, TargetExtension] => [name, continues]),
  ["TCPMSS", tcpmss],
  ...Object.entries(reasons).map(([name, why]): [string, TargetExtension] => [
    name,
    { options: "any", compile: () => ({ kind: "unknowable", why: `-j ${name}: ${why}` }) },
  ]),
]);
