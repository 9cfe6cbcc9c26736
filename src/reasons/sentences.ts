import { several } from "../lib/several.ts";

/*
 * Every reason that a verdict may rest on or be open for, with its facts and its words: the one place where they become a
 * sentence. Longer than other files, since it is a table.
 */

/**
 * What a reason is about. `fact`: it decided, or was assumed. `not-captured`: a capture would tell. `not-evaluated`: rules or
 * settings are there that this program does not follow. `not-asked`: the packet may be one way or the other. `choice`: the
 * kernel picks at random or in turn, so that every outcome does happen. `limit`: it would take too long to follow.
 */
export type ReasonKind = "fact" | "not-captured" | "not-evaluated" | "not-asked" | "choice" | "limit";

interface Sentence<Facts> {
  readonly kind: ReasonKind;
  readonly say: (facts: Facts) => string;
}

const sentence =
  (kind: ReasonKind) =>
  <Facts = Record<never, never>>(say: (facts: Facts) => string): Sentence<Facts> => ({ kind, say });

const fact = sentence("fact");
const notCaptured = sentence("not-captured");
const notEvaluated = sentence("not-evaluated");
const notAsked = sentence("not-asked");
const choice = sentence("choice");
const limit = sentence("limit");

type Family = { readonly family: 4 | 6 };
type In = { readonly namespace: string };
type Of = { readonly address: string };
/** The words of somebody else: a capture's, or those of a rule. */
type Why = { readonly why: string; readonly lacks?: string | null };
type Range = { readonly from: string; readonly to: string };
type Within = { readonly from: number; readonly to: number };

/** What other reasons say, and the rule or policy that they name. */
type Said = { readonly said: string; readonly by: string | null };

export const sentences = {
  // Matches of rules.
  "tcp-flags-unknown": notAsked(() => "the TCP flags are not known"),
  "mac-unknown": notAsked(() => "the source MAC address is not known"),
  "socket-owner-unknown": notAsked<{ readonly of: string }>(({ of }) => `the sending socket's ${of} is not known`),
  "icmp-type-unknown": notAsked(() => "the ICMP type is not known"),
  "length-unknown": notAsked(() => "the packet's length is not known"),
  "ports-unknown": notAsked(() => "the packet's ports are not known"),
  "ttl-in-range": notAsked<Within & { readonly name: string }>(
    ({ name, from, to }) => `the packet's ${name} is only known to be one of ${from}–${to}`,
  ),
  "port-in-range": notAsked<Within & { readonly port: string }>(
    ({ port, from, to }) => `the ${port} is only known to be one of ${from}–${to}`,
  ),
  "port-in-set": notAsked<Within & { readonly side: string; readonly set: string }>(
    ({ side, from, to, set }) =>
      `the ${side} port is only known to be one of ${from}–${to}, and some of them are in ${set}`,
  ),
  "set-asks-mac": notAsked<{ readonly side: string; readonly set: string }>(
    ({ side, set }) => `the packet's ${side} MAC address is not known, and ${set} asks for it`,
  ),
  "conntrack-icmp-ports": notEvaluated(() => "of ICMP conntrack keeps an id and a type in place of ports"),
  "conntrack-gre-ports": notEvaluated(() => "of GRE conntrack keeps a key in place of ports"),
  "confirmed-unknown": notAsked(() => "whether the connection is confirmed is not known"),
  "assured-unknown": notAsked(() => "whether the connection is assured depends on its packets so far"),
  "expected-unknown": notAsked(() => "whether another connection announced this one is not known"),
  "set-missing": notCaptured<{ readonly set: string }>(({ set }) => `the set ${set} is not among the captured ones`),
  "sets-missing": notCaptured<{ readonly set: string; readonly lacks: string }>(
    ({ set }) => `the members of ipset ${set} were not captured`,
  ),
  "set-type": notEvaluated<{ readonly type: string; readonly set: string }>(
    ({ type, set }) => `sets of type ${type} (${set}) are not followed`,
  ),
  "set-entry": notEvaluated<{ readonly entry: string; readonly set: string }>(
    ({ entry, set }) => `the entry ${entry} of the set ${set} cannot be read`,
  ),
  "set-bridge-port": notEvaluated<{ readonly set: string }>(
    ({ set }) => `how ${set} compares bridge ports differs between kernels`,
  ),
  "set-changed": notEvaluated<{ readonly set: string }>(({ set }) => `a rule before has changed the set ${set}`),
  "match-unknowable": notEvaluated<Why>(({ why }) => why),
  "match-at-random": choice<Why>(({ why }) => why),
  "action-unknowable": notEvaluated<Why>(({ why }) => why),
  "chain-loop": notEvaluated<{ readonly chain: string }>(({ chain }) => `the chain ${chain} jumps to itself`),
  "chain-missing": notCaptured<{ readonly chain: string }>(({ chain }) => `there is no chain ${chain}`),
  "chains-too-deep": limit<{ readonly most: number }>(({ most }) => `more than ${most} chains inside each other`),
  "rules-too-many": limit<{ readonly most: number }>(({ most }) => `more than ${most} rules would be tested again`),
  "rule-ways-too-many": limit<{ readonly most: number }>(({ most }) => `more than ${most} ways through the rules`),

  // Rule sets.
  "rules-dropped": fact<{ readonly by: string }>(({ by }) => `${by} drops it`),
  "rules-rejected": fact<{ readonly by: string; readonly with: string }>(
    ({ by, with: how }) => `rejected with ${how} by ${by}`,
  ),
  "no-rules-assumed": fact<In & { readonly tool: string } & Why>(
    ({ namespace, tool, why }) => `${namespace} has no ${tool} rules that matter: ${why}`,
  ),
  "no-nftables-assumed": fact<{ readonly tool: string } & Why>(
    ({ tool, why }) => `there are no nftables rules beside ${tool}'s: ${why}`,
  ),
  "rules-part-missing": notCaptured<Why>(({ why }) => why),
  "rules-not-captured": notCaptured<{ readonly tool: string } & Why>(({ tool, why }) => `${tool} rules: ${why}`),
  "engine-rules-elsewhere": notCaptured<{ readonly tool: string; readonly lacks: string }>(
    ({ tool }) =>
      `the engine's rules for its networks are not in ${tool}: it keeps them in nftables, or has none, and nft list ruleset was not captured`,
  ),
  "ipv6-rules-unseen": notCaptured<Why>(({ why }) => `ip6tables rules: ${why}, and iptables has rules of others there`),
  "nftables-not-evaluated": notEvaluated<
    In & { readonly table: string; readonly at: string; readonly unclear: string }
  >(
    ({ namespace, table, at, unclear }) =>
      `table ${table} of ${namespace} (${at}) holds nftables rules, which are not evaluated yet${unclear}`,
  ),
  "iptables-only-in-nftables": notCaptured<
    In & { readonly table: string; readonly at: string; readonly tool: string; readonly unclear: string }
  >(
    ({ namespace, table, at, tool, unclear }) =>
      `table ${table} of ${namespace} (${at}) holds nftables rules, and ${tool} was not captured there${unclear}`,
  ),
  "table-state-unclear": notCaptured<Why>(({ why }) => why),
  "link-chain": notEvaluated<Why>(({ why }) => why),

  // Addresses, routes, neighbours.
  "setting-assumed": fact<In & { readonly setting: string; readonly value: number }>(
    ({ setting, namespace, value }) => `${setting} of ${namespace} was not captured: ${value} is assumed`,
  ),
  "engine-addresses-assumed": fact<In>(
    ({ namespace }) => `${namespace} has the addresses and routes that the engine gave it: it was not captured inside`,
  ),
  "no-interfaces-assumed": fact(() => "the host has no interface but its loopback: none were captured"),
  "addresses-of-routes": fact<In>(
    ({ namespace }) => `${namespace} has the addresses that its routes tell of: ip a was not captured`,
  ),
  "addresses-cut": fact<In & { readonly capture: string }>(
    ({ namespace, capture }) =>
      `${namespace} has no addresses but those in ${capture}, which is not whole, and those that its routes tell of`,
  ),
  "bridges-assumed": fact(
    () =>
      "the bridges belong to the networks that the containers' addresses suggest: docker network inspect was not captured",
  ),
  "engine-routes-assumed": fact<In & Family>(
    ({ namespace, family }) =>
      `${namespace} has the IPv${family} routes that the engine sets up: they were not captured`,
  ),
  "routes-derived": fact<Family>(
    ({ family }) => `the IPv${family} routes were not captured: they are derived from the addresses`,
  ),
  "default-route-assumed": fact<Family & { readonly interface: string }>(
    ({ family, interface: name }) =>
      `the default route for IPv${family} is assumed to go out of ${name}, the only uplink`,
  ),
  "routes-cut": fact<Family & { readonly capture: string }>(
    ({ capture, family }) =>
      `${capture} is not whole: the IPv${family} routes that it may lack are derived from the addresses`,
  ),
  "policy-rules-cut": fact<Family & { readonly capture: string }>(
    ({ capture, family }) =>
      `${capture} is not whole: of the IPv${family} policy rules that it may lack there are only the kernel's own`,
  ),
  "policy-rule-selector": notEvaluated<{ readonly priority: number; readonly selector: string }>(
    ({ priority, selector }) => `ip rule ${priority} asks for "${selector}"`,
  ),
  "routes-too-many": limit<{ readonly most: number }>(({ most }) => `more than ${most} routes are possible`),
  multipath: choice(() => "a multipath route leaves the choice open"),
  "routes-unknown": notCaptured<In & Family & { readonly destination: string; readonly lacks: string }>(
    ({ namespace, family, destination }) =>
      `the IPv${family} routes of ${namespace} were not captured, and none follows from its addresses for ${destination}`,
  ),
  "no-route": fact<In & { readonly destination: string }>(
    ({ namespace, destination }) => `${namespace} has no route to ${destination}`,
  ),
  "no-route-redirected": fact<{ readonly destination: string }>(
    ({ destination }) => `the host has no route to ${destination}, the new destination of a switched packet`,
  ),
  "route-refuses": fact<In & { readonly type: string; readonly destination: string; readonly by: string }>(
    ({ namespace, type, destination, by }) => `${namespace} has ${aOrAn(type)} ${type} route for ${destination}: ${by}`,
  ),
  "interface-down": fact<In & { readonly interface: string }>(
    ({ interface: name, namespace }) => `${name} of ${namespace} is down`,
  ),
  "no-source-address": fact<In & Family>(
    ({ namespace, family }) => `${namespace} has no IPv${family} address to send from`,
  ),
  "loopback-dropped": fact<{ readonly interface: string; readonly setting: string | null }>(
    ({ interface: name, setting }) => `loopback addresses are dropped on ${name}${inBrackets(setting, 0)}`,
  ),
  "own-source": fact<In & Of & { readonly interface: string }>(
    ({ address, namespace, interface: name }) =>
      `${address} is an address of ${namespace} itself: a packet from it cannot come in by ${name}`,
  ),
  "reverse-path": fact<Of & { readonly interface: string; readonly setting: string | null; readonly value: number }>(
    ({ interface: name, setting, value, address }) =>
      `the reverse-path filter of ${name}${inBrackets(setting, value)} drops it: the way back to ${address} is another`,
  ),
  "forwarding-off": fact<In & Family & { readonly setting: string | null }>(
    ({ namespace, family, setting }) => `${namespace} does not forward IPv${family} packets${inBrackets(setting, 0)}`,
  ),
  "ttl-expired": fact<In & { readonly name: string }>(
    ({ name, namespace }) => `its ${name} has run out at ${namespace}`,
  ),
  loop: fact(() => "it goes round in circles"),
  "ways-too-many": limit<{ readonly most: number }>(({ most }) => `more than ${most} ways are possible`),
  "no-way-followed": limit(() => "the way of the packet could not be followed"),

  // Links.
  "link-unknown": notCaptured<In & { readonly interface: string }>(
    ({ interface: name, namespace }) => `where ${name} of ${namespace} leads is in no capture`,
  ),
  "port-unknown": notCaptured<{ readonly port: string }>(({ port }) => `who is behind ${port} is in no capture`),
  "unseen-neighbour": notCaptured<Of & { readonly ports: string }>(
    ({ ports, address }) => `who is behind ${ports}, and may have ${address}, is in no capture`,
  ),
  "several-neighbours": choice<Of & { readonly interface: string }>(
    ({ address, interface: name }) => `${address} is on ${name} more than once`,
  ),
  "no-neighbour": fact<Of & { readonly interface: string }>(
    ({ interface: name, address }) => `nobody on ${name} answers for ${address}`,
  ),
  "no-neighbour-heard": fact<Of & { readonly interface: string; readonly owner: string }>(
    ({ interface: name, address, owner }) =>
      `nobody on ${name} answers for ${address}: it is ${owner}'s, and the children of macvlan and ipvlan and their parent never hear each other`,
  ),
  "link-down": fact<In & { readonly interface: string }>(
    ({ interface: name, namespace }) => `${name}, the link of ${namespace}, is down or on no bridge`,
  ),
  "no-hairpin": fact<{ readonly port: string }>(
    ({ port }) => `${port} would have to send it back where it came from, and hairpin mode is off`,
  ),
  "isolated-port": fact<{ readonly port: string; readonly bridge: string }>(
    ({ port, bridge }) => `${port} is an isolated port of ${bridge}`,
  ),
  "isolated-ports": fact<{ readonly from: string; readonly to: string; readonly bridge: string }>(
    ({ from, to, bridge }) => `${from} and ${to} are isolated ports of ${bridge}`,
  ),
  "different-vlans": fact<{
    readonly from: string;
    readonly to: string;
    readonly bridge: string;
    readonly fromVlan: number | null;
    readonly toVlan: number | null;
  }>(
    ({ from, to, bridge, fromVlan, toVlan }) =>
      `${from} and ${to} of ${bridge} are in different VLANs (${fromVlan ?? "none"}, ${toVlan ?? "none"})`,
  ),
  "port-doubtful": notCaptured<{ readonly interfaces: string; readonly container: string }>(
    ({ interfaces, container }) => `${interfaces} is on no bridge, and may be ${container}'s`,
  ),
  "bridge-calls-unknown": notCaptured<{ readonly setting: string; readonly bridge: string; readonly lacks: string }>(
    ({ setting, bridge }) => `${setting} was not captured: whether switched packets pass ${bridge} is not known`,
  ),
  "bridge-calls-assumed": fact<{ readonly setting: string; readonly network: string }>(
    ({ setting, network }) => `${setting} was not captured: 1 is assumed, since ${network} needs it`,
  ),
  "proxy-answers": fact<In & { readonly asked: string }>(({ namespace }) => `${namespace} answers them`),
  "proxy-entry-unknown": notCaptured<In & { readonly asked: string; readonly setting: string }>(
    ({ asked, namespace, setting }) =>
      `${asked}: whether ${namespace}, where ${setting} is 1, has a proxy entry for it is in no capture (ip -6 neigh show proxy)`,
  ),
  "nobody-answers": fact<In & { readonly asked: string; readonly off: string }>(
    ({ asked, namespace, off }) => `${asked}, and nobody answers: ${namespace} does not (${off})`,
  ),
  "no-other-proxy": fact<Of & { readonly interface: string; readonly others: string }>(
    ({ address, interface: name, others }) =>
      `nothing else answers for ${address} on ${name} (${others}), and no machine there has a route of its own for it`,
  ),

  // NAT.
  "nat-no-address": notCaptured<{ readonly target: string }>(({ target }) => `${target} has no address to use`),
  "nat-picks": choice<Range>(({ from, to }) => `the kernel picks one of ${from}-${to}`),
  /** More than are followed one by one. */
  "nat-picks-of-many": limit<Range>(({ from, to }) => `the kernel picks one of ${from}-${to}`),

  // The end of the way, and the answer.
  "nobody-listens": fact<{ readonly socket: string; readonly isPublished: boolean }>(
    ({ socket }) => `nobody listens on ${socket}`,
  ),
  "listener-assumed": fact<{ readonly socket: string } & Why>(
    ({ socket, why }) => `something listens on ${socket}: ${why}`,
  ),
  "proxy-assumed": fact<{ readonly port: string } & Why>(({ port, why }) => `docker-proxy listens on ${port}: ${why}`),
  "proxy-unknown": notCaptured<{ readonly socket: string } & Why>(({ socket, why }) => `${socket}: ${why}`),
  "udp-answer-assumed": fact<{ readonly socket: string }>(
    ({ socket }) => `the server on ${socket} answers from the address it was asked at`,
  ),
  "proxy-version-unknown": notCaptured<{ readonly from: string }>(
    ({ from }) => `before Docker 28 docker-proxy answers UDP from ${from}, and which version this is was not captured`,
  ),
  "proxy-cannot-pass": fact<Said>(({ said }) => `docker-proxy takes the connection but cannot pass it on: ${said}`),
  "answer-lost": fact<Said>(({ said }) => `the answer does not come back: ${said}`),
  "answer-no-route": fact<Of>(({ address }) => `the answer does not come back: host has no route to ${address} for it`),
  "answer-rejected": fact<{ readonly with: string }>(({ with: how }) => `rejected with ${how}`),
  "answer-astray": fact<{ readonly at: string }>(
    ({ at }) => `the answer ends up at ${at}, not where the packet came from`,
  ),
  "answer-from-other": fact<{ readonly from: string; readonly expected: string }>(
    ({ from, expected }) => `the answer comes from ${from}, but the sender waits for one from ${expected}`,
  ),
  "answer-other-uplink": notCaptured<Of & { readonly interface: string; readonly came: string }>(
    ({ interface: name, came, address }) =>
      `the answer leaves by ${name}, but the packet came in by ${came}: whether it reaches ${address} from there is in no capture`,
  ),
  misrouted: fact<Of & { readonly owner: string; readonly interface: string }>(
    ({ address, owner, interface: name }) => `${address} is ${owner}'s, but the packet leaves by ${name}`,
  ),
  "maybe-sent-back": notCaptured<Of & { readonly owner: string; readonly interface: string }>(
    ({ address, owner, interface: name }) =>
      `${address} is ${owner}'s, but the packet leaves by ${name}: whether a router outside sends it back is in no capture`,
  ),

  // Names.
  "name-unresolved": fact<Why>(({ why }) => why),
  "name-doubtful": notCaptured<Why>(({ why }) => why),
  "stands-for": fact<Why>(({ why }) => why),
  "ports-assumed": fact<Why>(({ why }) => why),
  "asked-by-address": fact<Why>(({ why }) => `${why}; it is asked for by address`),
  "addresses-left": fact<{ readonly count: number }>(
    ({ count }) =>
      `${several(count, "further address", "further addresses")} would come to the same end as those asked for`,
  ),
  "taken-by-other": fact<{ readonly receiver: string; readonly place: string }>(
    ({ receiver, place }) => `${receiver} takes what is sent to ${place}`,
  ),
  "way-beside": fact<{ readonly place: string }>(({ place }) => `who asks for ${place} gets there all the same`),
  "no-way-used": fact<Why>(({ why }) => why),
  "uplink-unknown": notCaptured(
    () =>
      "by which interface strangers come is in no capture: ip route was not captured, or has no default route; ask from an interface by its name",
  ),
} as const;

/** Left out where the same is said of several interfaces. */
const inBrackets = (setting: string | null, value: number): string =>
  setting === null ? "" : ` (${setting} = ${value})`;

const aOrAn = (word: string): string => (word === "unreachable" ? "an" : "a");
