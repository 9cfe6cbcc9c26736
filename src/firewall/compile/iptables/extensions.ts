import type { MatchExtension, TargetExtension } from "./extension.ts";
import { addrtype } from "./match-addrtype.ts";
import { conntrack, helper } from "./match-conntrack.ts";
import { mac, owner, physdev, pkttype } from "./match-device.ts";
import { comment, dscp, ecn, extensionHeader, hl, iprange, length, tos, ttl } from "./match-header.ts";
import { icmp, icmp6 } from "./match-icmp.ts";
import { connmark, mark } from "./match-mark.ts";
import { multiport } from "./match-multiport.ts";
import { dccp, sctp, tcp, udp, udplite } from "./match-ports.ts";
import { set } from "./match-set.ts";
import { recent, statistic, unknowableModules } from "./match-unknowable.ts";
import * as header from "./target-header.ts";
import * as marks from "./target-mark.ts";
import * as nat from "./target-nat.ts";
import * as others from "./target-others.ts";

/** Every module that may follow `-m`. One line adds one; what is not here is never certain to match. */
const matches: ReadonlyMap<string, MatchExtension> = new Map<string, MatchExtension>([
  ...unknowableModules,
  ...Object.entries<MatchExtension>({
    addrtype,
    comment,
    connmark,
    conntrack,
    dccp,
    dscp,
    dst: extensionHeader,
    ecn,
    frag: extensionHeader,
    hbh: extensionHeader,
    helper,
    hl,
    icmp,
    icmp6,
    icmpv6: icmp6,
    iprange,
    length,
    mac,
    mark,
    mh: extensionHeader,
    multiport,
    owner,
    physdev,
    pkttype,
    recent,
    rt: extensionHeader,
    sctp,
    set,
    state: conntrack,
    statistic,
    tcp,
    tos,
    ttl,
    udp,
    udplite,
  }),
]);

const targets: ReadonlyMap<string, TargetExtension> = new Map<string, TargetExtension>([
  ...others.otherTargets,
  ...Object.entries<TargetExtension>({
    ACCEPT: others.accept,
    CONNMARK: marks.connmark,
    CT: others.ct,
    DNAT: nat.dnat,
    DROP: others.drop,
    DSCP: header.dscp,
    HL: header.hl,
    MARK: marks.mark,
    MASQUERADE: nat.masquerade,
    NETMAP: nat.netmap,
    NOTRACK: others.notrack,
    REDIRECT: nat.redirect,
    REJECT: others.reject,
    RETURN: others.returns,
    SET: others.set,
    SNAT: nat.snat,
    TOS: header.tos,
    TTL: header.ttl,
  }),
]);

export const matchExtension = (name: string): MatchExtension | null => matches.get(name) ?? null;
export const targetExtension = (name: string): TargetExtension | null => targets.get(name) ?? null;

/** The module that iptables loads for `-p` when an option asks for it. */
const protocolModules: ReadonlyMap<number, string> = new Map([
  [1, "icmp"],
  [6, "tcp"],
  [17, "udp"],
  [33, "dccp"],
  [58, "icmp6"],
  [132, "sctp"],
  [136, "udplite"],
]);

export const protocolModule = (protocol: number): string | null => protocolModules.get(protocol) ?? null;
