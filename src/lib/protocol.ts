/**
 * Names and numbers of IP protocols, lower case: /etc/protocols, and the names that iptables adds (`xtables_chain_protos` in
 * libxtables/xtables.c). 0 is "all" for iptables; otherwise it would be IPv6's hop-by-hop options. The first name of a number
 * is the usual one.
 */
const numbers: ReadonlyMap<string, number> = new Map(
  Object.entries({
    all: 0,
    icmp: 1,
    igmp: 2,
    ipencap: 4,
    st: 5,
    tcp: 6,
    egp: 8,
    igp: 9,
    pup: 12,
    udp: 17,
    hmp: 20,
    "xns-idp": 22,
    rdp: 27,
    "iso-tp4": 29,
    dccp: 33,
    xtp: 36,
    ddp: 37,
    "idpr-cmtp": 38,
    ipv6: 41,
    "ipv6-route": 43,
    "ipv6-frag": 44,
    idrp: 45,
    rsvp: 46,
    gre: 47,
    esp: 50,
    "ipv6-crypt": 50,
    ah: 51,
    "ipv6-auth": 51,
    skip: 57,
    icmpv6: 58,
    "ipv6-icmp": 58,
    icmp6: 58,
    "ipv6-nonxt": 59,
    "ipv6-opts": 60,
    rspf: 73,
    vmtp: 81,
    eigrp: 88,
    ospf: 89,
    ospfigp: 89,
    "ax.25": 93,
    ipip: 94,
    etherip: 97,
    encap: 98,
    pim: 103,
    ipcomp: 108,
    vrrp: 112,
    l2tp: 115,
    isis: 124,
    sctp: 132,
    fc: 133,
    mh: 135,
    "mobility-header": 135,
    "ipv6-mh": 135,
    udplite: 136,
    "mpls-in-ip": 137,
    manet: 138,
    hip: 139,
    shim6: 140,
    wesp: 141,
    rohc: 142,
    ethernet: 143,
  }),
);

/** The number of a protocol by its name, in whatever case; null when it is none of the known names. */
export const protocolNumber = (name: string): number | null => numbers.get(name.toLowerCase()) ?? null;

/** The protocols whose ports Docker publishes, and of which `ss` lists the listeners. */
export type Transport = "tcp" | "udp" | "sctp";

export const transportNumbers: Readonly<Record<Transport, number>> = { tcp: 6, udp: 17, sctp: 132 };

export const isTransport = (name: string): name is Transport => Object.hasOwn(transportNumbers, name);

/** The transport of a protocol number; null for all others. */
export const transportOf = (number: number): Transport | null =>
  number === 6 ? "tcp" : number === 17 ? "udp" : number === 132 ? "sctp" : null;

/** Those whose header begins with two ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
export const protocolsWithPorts: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/** ICMP, and ICMPv6. */
export const icmpNumbers: Readonly<Record<4 | 6, number>> = { 4: 1, 6: 58 };

export const isIcmp = (number: number): boolean => number === 1 || number === 58;
